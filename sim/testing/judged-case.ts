// A case run and judged, with what the checkers object to, each objection with the events that prove it.

import type { Checker } from "../checkers/checker.ts";
import type { Case } from "../harness/case.ts";
import type { CheckedRun, Runner } from "../harness/runner.ts";
import { must, unreachable } from "../kernel/invariant.ts";
import type { TraceEvent } from "../trace/trace-event.ts";

/** What is wrong with a run. */
export interface Objection {
  /** The checker that spoke; or "end", "invariant", "exception" for a run that did not come to rest by itself. */
  readonly checker: string;
  /** What should hold, in one sentence. */
  readonly claim: string;
  /** What was found instead. */
  readonly sentence: string;
  /** The events that prove it, in order. */
  readonly proof: readonly TraceEvent[];
}

/** A case and what is wrong with its run. */
export interface JudgedCase {
  /** With every key written. */
  readonly case: Required<Case>;
  readonly objections: readonly Objection[];
}

/** Runs cases and names what is wrong with them. */
export class Judge {
  readonly #runner: Runner;
  readonly #claims: ReadonlyMap<string, string>;

  /** `checkers` are those that the runner has. */
  constructor(runner: Runner, checkers: readonly Checker[]) {
    this.#runner = runner;
    this.#claims = new Map(checkers.map(({ name, claim }) => [name, claim]));
  }

  /** Throws named errors for a case that cannot be; whatever goes wrong in its run is an objection. */
  judge(request: Case): JudgedCase {
    const prepared = this.#runner.prepare(request);
    let checked: CheckedRun;
    try {
      checked = this.#runner.runChecked(prepared, { bounds: BOUNDS });
    } catch (error) {
      const sentence = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
      return { case: prepared.case, objections: [{ ...EXCEPTION, sentence, proof: [] }] };
    }
    const breakdown = breakdownOf(checked);
    const objections = [
      ...this.#violationsOf(checked),
      ...(breakdown === undefined ? [] : [breakdown]),
    ];
    return { case: prepared.case, objections };
  }

  #violationsOf({ verdicts, events }: CheckedRun): readonly Objection[] {
    return verdicts.flatMap((verdict) => {
      if (verdict.kind !== "violated") return [];
      const { checker, sentence } = verdict;
      const claim = this.#claims.get(checker) ?? checker;
      const proof = verdict.events.map((index) => must(events[index], () => `event ${index}`));
      return [{ checker, claim, sentence, proof }];
    });
  }
}

/** Runs that go on for longer are given up: a job that is tested is small, so it turns in circles. */
const BOUNDS = { maxEvents: 1_000_000 };

const EXCEPTION = { checker: "exception", claim: "The run throws nothing" };

function breakdownOf({ run }: CheckedRun): Objection | undefined {
  switch (run.end) {
    case "idle":
      return undefined;
    case "invariant-broken":
      return {
        checker: "invariant",
        claim: "Cleancut's own invariants hold",
        sentence: run.brokenInvariant ?? "",
        proof: [],
      };
    case "time-bound":
    case "event-bound":
    case "stopped":
      return {
        checker: "end",
        claim: "The run comes to rest",
        sentence: `The run did not come to rest (${run.end}), the job is ${run.jobStatus}`,
        proof: [],
      };
    default:
      return unreachable(run.end);
  }
}
