// Runs one case in a process of its own: the case comes in on standard input, and what was seen goes out.
import { readFileSync } from "node:fs";
import type { Case } from "../../sim/harness/case.ts";
import type { TraceEvent } from "../../sim/trace/trace-event.ts";
import { runner } from "../support/runner.ts";
import { eventsOf } from "./first-difference.ts";

/** What a child is asked. */
export interface ChildQuestion {
  readonly case: Case;
  readonly wantsEvents: boolean;
}

/** What it answers. */
export interface ChildAnswer {
  readonly digest: string;
  /** None unless they were wanted. */
  readonly events: readonly TraceEvent[];
  /** What it took of its surroundings, to show that they were others. */
  readonly surroundings: { readonly timeZone: number; readonly folder: string };
}

const question = JSON.parse(readFileSync(0, "utf8")) as ChildQuestion;
const run = runner.run(runner.prepare(question.case));
const timeZone = new Date(2026, 6, 1).getTimezoneOffset();
const answer: ChildAnswer = {
  digest: run.digest,
  events: question.wantsEvents ? eventsOf(run) : [],
  surroundings: { timeZone, folder: process.cwd() },
};
process.stdout.write(JSON.stringify(answer));
