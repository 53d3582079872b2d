// What a property that does not hold throws: the claim that broke, the smallest plan under which it breaks, the events
// that prove it, and how to see it again. The message says all of it, since a test runner shows nothing else.

import { CHECKERS } from "../checkers/all-checkers.ts";
import type { Case } from "../harness/case.ts";
import { eventLines } from "../trace/event-lines.ts";
import type { TraceEvent } from "../trace/trace-event.ts";
import type { Failure, SmallFailure } from "./minimal-case.ts";

/** A pipeline that does not hold. The message is the whole report. */
export class FailureReport extends Error {
  override readonly name = "FailureReport";
  /** Who objected: a checker, or "end", "invariant", "exception" for a run that did not come to rest by itself. */
  readonly checker: string;
  /** What should hold, in one sentence. */
  readonly claim: string;
  /** What was found instead. */
  readonly sentence: string;
  /** The smallest failing case found, every key written. */
  readonly case: Required<Case>;
  /** The case as chance drew it. */
  readonly found: Required<Case>;
  /** The events of the smallest case that prove it, in order. */
  readonly proof: readonly TraceEvent[];

  constructor(options: {
    readonly found: Failure;
    readonly smallest: SmallFailure;
    /** Number of the failing run, from 1, of so many. */
    readonly run: number;
    readonly runs: number;
  }) {
    super(reportOf(options));
    const { objection } = options.smallest;
    this.checker = objection.checker;
    this.claim = objection.claim;
    this.sentence = objection.sentence;
    this.case = options.smallest.case;
    this.found = options.found.case;
    this.proof = objection.proof;
  }
}

function reportOf({
  found,
  smallest,
  run,
  runs,
}: ConstructorParameters<typeof FailureReport>[0]): string {
  const { case: failing, objection } = smallest;
  return [
    `${nameOf(failing)} does not hold: ${objection.claim}`,
    "",
    `Found in run ${run} of ${runs} (seed ${failing.seed}) by ${objection.checker}:`,
    `  ${objection.sentence}`,
    "",
    `${planHeading(found, smallest)}:`,
    JSON.stringify({ faults: failing.faults }, undefined, 2),
    ...(objection.proof.length === 0
      ? []
      : ["", "Events that prove it:", ...eventLines(objection.proof)]),
    "",
    "See it again:",
    ...replayLines(smallest),
  ].join("\n");
}

function nameOf({ scenario }: Case): string {
  return typeof scenario === "string" ? scenario : scenario.name;
}

function planHeading(found: Failure, { case: failing, runs, isMinimal }: SmallFailure): string {
  const [before, after] = [found.case.faults.length, failing.faults.length];
  const size = `${after} of ${before} ${before === 1 ? "fault" : "faults"}`;
  if (isMinimal) return `Minimal plan (${size}, after ${runs} more runs)`;
  return `Smallest plan found (${size}; the limit of ${runs} more runs was reached)`;
}

function replayLines({ case: failing, objection }: SmallFailure): readonly string[] {
  const lines = [`  holds(pipeline, { replay: ${JSON.stringify(replayOf(failing))} })`];
  const isKnown = CHECKERS.some(({ name }) => name === objection.checker);
  // The command line has no plan's place for these, and knows no checkers but Cleancut's.
  if (!isKnown || failing.overrides.length > 0 || failing.data.length > 0) return lines;
  const settings = Object.entries(failing.config)
    .filter(([key]) => key !== "recording.level")
    .map(([key, value]) => ` --set '${key}=${value}'`)
    .join("");
  return [
    ...lines,
    "or, with the pipeline in my-job.ts and the plan above in plan.json:",
    `  npx cleancut run ./my-job.ts --seed ${failing.seed} --faults plan.json${settings}`,
  ];
}

/** The keys that say something. */
function replayOf({ config, seed, faults, overrides, data }: Required<Case>): unknown {
  return {
    seed,
    faults,
    ...(Object.keys(config).length > 0 ? { config } : {}),
    ...(overrides.length > 0 ? { overrides } : {}),
    ...(data.length > 0 ? { data } : {}),
  };
}
