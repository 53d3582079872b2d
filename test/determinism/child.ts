// Runs one case in a process of its own: the case comes in on standard input, and what was seen goes out.
import { readFileSync } from "node:fs";
import type { Case } from "../../sim/harness/case.ts";
import { runChecked } from "../support/runner.ts";

/** What a child answers. */
export interface ChildAnswer {
  readonly digest: string;
  readonly events: ReturnType<typeof runChecked>["events"];
  /** What it took of its surroundings, to show that they were others. */
  readonly surroundings: { readonly timeZone: number; readonly folder: string };
}

const { run, events } = runChecked(JSON.parse(readFileSync(0, "utf8")) as Case);
const timeZone = new Date(2026, 6, 1).getTimezoneOffset();
const answer: ChildAnswer = {
  digest: run.digest,
  events,
  surroundings: { timeZone, folder: process.cwd() },
};
process.stdout.write(JSON.stringify(answer));
