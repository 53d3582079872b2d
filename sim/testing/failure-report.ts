// What a property that does not hold throws: the claim that broke, the smallest plan under which it breaks, the events
// that prove it, and how to see it again. The message says all of it, since a test runner shows nothing else.

import { CHECKERS } from "../checkers/all-checkers.ts";
import { type Case, scenarioName } from "../harness/case.ts";
import { faultText } from "../search/fault-text.ts";
import type { ShrinkReport } from "../search/shrink.ts";
import { eventLines } from "../trace/event-lines.ts";
import type { TraceEvent } from "../trace/trace-event.ts";
import type { FailingCase } from "./failing-case.ts";

/** What a report is made of. */
export interface ReportContents {
  /** The case as chance drew it. */
  readonly found: FailingCase;
  /** The smallest that fails alike. */
  readonly smallest: FailingCase;
  /** How it was made small; undefined if it was not tried. */
  readonly shrunk: ShrinkReport | undefined;
  /** What was thrown, if the run ended by that. */
  readonly cause: unknown;
  /** Number of the failing run, from 1, of so many. */
  readonly run: number;
  readonly runs: number;
}

/** A pipeline that does not hold. The message is the whole report. */
export class FailureReport extends Error {
  override readonly name = "FailureReport";
  /** Who objected: a checker, or "end", "invariant", "exception" for a run that did not come to rest by itself. */
  readonly checker: string;
  /** What should hold, in one sentence. */
  readonly claim: string;
  /** What was found instead. */
  readonly sentence: string;
  /** The smallest failing case, every key written. */
  readonly case: Required<Case>;
  /** The case as chance drew it. */
  readonly found: Required<Case>;
  /** The events of the smallest case that prove it, in order. */
  readonly proof: readonly TraceEvent[];

  constructor(contents: ReportContents) {
    const { found, smallest, cause } = contents;
    super(reportOf(contents), cause === undefined ? {} : { cause });
    this.checker = smallest.checker;
    this.claim = smallest.claim;
    this.sentence = smallest.sentence;
    this.case = smallest.case;
    this.found = found.case;
    this.proof = smallest.proof;
  }
}

function reportOf(contents: ReportContents): string {
  const { smallest, run, runs } = contents;
  const { case: failing, checker, claim, sentence, proof } = smallest;
  const { seed, faults } = failing;
  return [
    `${scenarioName(failing)} does not hold: ${claim}`,
    "",
    `Found by ${checker} in run ${run} of ${runs} (seed ${seed}):`,
    `  ${sentence}`,
    "",
    `${planHeading(contents)}:`,
    ...(faults.length === 0
      ? ["  no faults at all"]
      : faults.map((fault) => `  ${faultText(fault)}`)),
    JSON.stringify({ faults }, undefined, 2),
    ...(proof.length === 0 ? [] : ["", "The events that prove it:", ...eventLines(proof)]),
    "",
    "See it again:",
    ...replayLines(smallest),
  ].join("\n");
}

function planHeading({ found, smallest, shrunk }: ReportContents): string {
  if (shrunk === undefined) return "Plan";
  const [before, after] = [found.case.faults.length, smallest.case.faults.length];
  const size = `${after} of ${before} ${before === 1 ? "fault" : "faults"}`;
  if (shrunk.isMinimal) return `Minimal plan (${size}, found in ${shrunk.runs} more runs)`;
  return `Smallest plan found (${size}; the limit of ${shrunk.runs} more runs was reached)`;
}

function replayLines({ case: failing, checker }: FailingCase): readonly string[] {
  const lines = [`  holds(pipeline, { replay: ${JSON.stringify(replayOf(failing))} })`];
  // The command line knows no checkers but Cleancut's.
  if (!CHECKERS.some(({ name }) => name === checker)) return lines;
  return [
    ...lines,
    "or, if it is the one pipeline that pipeline.ts exports, with the plan above as plan.json:",
    `  npx cleancut run ./pipeline.ts --seed ${failing.seed} --faults plan.json${settingsText(failing)}`,
  ];
}

function settingsText({ config }: Required<Case>): string {
  return Object.entries(config)
    .map(([key, value]) => ` --set '${key}=${value}'`)
    .join("");
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
