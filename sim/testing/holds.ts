// The property that users test: whatever fails and whenever, everything that the checkers claim holds. Runs seed
// after seed in this very process and stops at the first that fails, which is then made as small as it can be.

import { ScenarioError } from "../api/graph-builder.ts";
import type { Fault } from "../api/scenario.ts";
import { CHECKERS, levelFor } from "../checkers/all-checkers.ts";
import type { Checker } from "../checkers/checker.ts";
import { drawFaults, type FaultSpace } from "../faults/fault-generator.ts";
import type { Case } from "../harness/case.ts";
import { portableSha256 } from "../harness/portable-sha256.ts";
import { Runner } from "../harness/runner.ts";
import { must } from "../kernel/invariant.ts";
import type { RecordingLevel } from "../kernel/recorder.ts";
import { type ConfigValues, OPTIONS } from "../runtime/configuration.ts";
import { type CaseOutcome, failureOf, runCase } from "../search/case-outcome.ts";
import { searchNow } from "../search/case-search.ts";
import { faultSpaceOf } from "../search/fault-space.ts";
import { recordsOf } from "../search/input-records.ts";
import { type ShrinkReport, shrink } from "../search/shrink.ts";
import { type FailingCase, failingCase } from "./failing-case.ts";
import { FailureReport } from "./failure-report.ts";
import { type Pipeline, scenarioOf } from "./pipeline.ts";

/** Draws the faults of a seed. Must draw equal plans for equal seeds. */
export type FaultGenerator = (space: FaultSpace, seed: number) => readonly Fault[];

/** What is run, and who judges. */
export interface HoldsOptions {
  /** How many seeds are run; 100 unless said otherwise. */
  readonly runs?: number;
  /** The first of them; 1 unless said otherwise. */
  readonly seed?: number;
  /** Values of options by key; they beat the pipeline's. */
  readonly config?: ConfigValues;
  /**
   * One plan for every seed; or who draws one for each, on top of the faults that the pipeline has. Without it
   * Cleancut's own generator draws.
   */
  readonly faults?: readonly Fault[] | FaultGenerator;
  /** Judge every run, besides Cleancut's own. */
  readonly checkers?: readonly Checker[];
  /** Most runs that are spent on making a failure small, 500 unless said otherwise; 0 leaves it as it was found. */
  readonly shrinkRuns?: number;
  /**
   * A run of more events than this will never come to rest, and has failed; 50,000 and 200 for each record of the
   * input unless said otherwise. The largest runs are those in which a checkpoint is waited for until its time-out.
   */
  readonly eventsMax?: number;
  /** Runs this one case instead, as a failure report gives it. */
  readonly replay?: Omit<Case, "scenario">;
}

const RUNS = 100;
const FIRST_SEED = 1;
const SHRINK_RUNS = 500;
const EVENTS_MAX = 50_000;
const EVENTS_MAX_PER_RECORD = 200;

/**
 * Runs a pipeline under faults, one plan a seed, and returns if everything that the checkers claim held in every run.
 * Throws a {@link FailureReport} with the smallest failing plan otherwise, and named errors for a pipeline or a plan
 * that cannot be.
 *
 * @example test("counts come out exactly once", () => holds(wordCount, { runs: 200 }));
 */
export function holds(pipeline: Pipeline, options: HoldsOptions = {}): void {
  const property = new Property(pipeline, options);
  const runs = options.replay === undefined ? wholeNumber("runs", options.runs ?? RUNS, 1) : 1;
  for (let run = 1; run <= runs; run++) property.check({ run, runs });
}

class Property {
  readonly #options: HoldsOptions;
  readonly #checkers: readonly Checker[];
  readonly #runner: Runner;
  readonly #scenario: string;
  readonly #level: RecordingLevel;
  readonly #shrinkRunsMax: number;
  readonly #bounds: { readonly maxEvents: number };
  /** The pipeline's faults, and what others are drawn from. */
  readonly #ownFaults: readonly Fault[];
  readonly #space: FaultSpace;

  constructor(pipeline: Pipeline, options: HoldsOptions) {
    const scenario = scenarioOf(pipeline);
    const { checkers: ownCheckers = [], config = {} } = options;
    if ((options.replay?.edits ?? []).length > 0) {
      throw new ScenarioError(
        "Cannot replay the case: it has edits, which only the command line can build in",
      );
    }
    this.#options = options;
    this.#checkers = [...CHECKERS, ...ownCheckers];
    this.#runner = new Runner([scenario], portableSha256, { ownCheckers });
    this.#scenario = scenario.name;
    this.#level = levelFor(this.#checkers);
    this.#shrinkRunsMax = wholeNumber("shrinkRuns", options.shrinkRuns ?? SHRINK_RUNS, 0);
    this.#ownFaults = scenario.faults;
    const prepared = this.#runner.prepare({ scenario: scenario.name, config });
    this.#space = faultSpaceOf(prepared);
    const eventsMax = EVENTS_MAX + EVENTS_MAX_PER_RECORD * recordsOf(prepared.logs).length;
    this.#bounds = { maxEvents: wholeNumber("eventsMax", options.eventsMax ?? eventsMax, 1) };
  }

  /** Runs one case. Throws a {@link FailureReport} if it fails. */
  check({ run, runs }: { readonly run: number; readonly runs: number }): void {
    const asked = this.#caseOf(run);
    const outcome = this.#run(asked);
    const [failure] = outcome.failures;
    if (failure === undefined) return;
    const found = failingCase({ case: asked, failure, outcome, checkers: this.#checkers });
    const shrunk = this.#shrink(found);
    const smallest = shrunk === undefined ? found : this.#runAgain(found, shrunk.case);
    throw new FailureReport({ run, runs, found, smallest, shrunk, cause: this.#causeOf(smallest) });
  }

  /** What was thrown, with its stack, if anything was. */
  #causeOf({ case: failing, checker }: FailingCase): unknown {
    if (checker !== "exception") return undefined;
    try {
      this.#runner.runChecked(this.#runner.prepare(this.#recorded(failing)), {
        bounds: this.#bounds,
      });
      return undefined;
    } catch (error) {
      return error;
    }
  }

  /** Undefined if there are no runs for it. */
  #shrink({ case: failing, checker }: FailingCase): ShrinkReport | undefined {
    let left = this.#shrinkRunsMax;
    // Records stay: a report that leaves half of them out cannot be repeated by its plan alone.
    return searchNow(shrink({ case: failing, checker, records: [] }), (request) => {
      return left-- > 0 ? this.#run(request) : undefined;
    });
  }

  #runAgain(found: FailingCase, smallest: Required<Case>): FailingCase {
    const outcome = this.#run(smallest);
    const failure = must(failureOf(outcome, found.checker), "failure of a shrunk case");
    return failingCase({ case: smallest, failure, outcome, checkers: this.#checkers });
  }

  #caseOf(run: number): Required<Case> {
    const { replay, config = {}, seed: first = FIRST_SEED } = this.#options;
    const seed = first + run - 1;
    const faults = replay === undefined ? this.#faultsOf(seed) : this.#ownFaults;
    const plain = { config, seed, faults, overrides: [], data: [], edits: [] };
    return { ...plain, ...replay, scenario: this.#scenario };
  }

  #faultsOf(seed: number): readonly Fault[] {
    const { faults = drawFaults } = this.#options;
    return typeof faults === "function"
      ? [...this.#ownFaults, ...faults(this.#space, seed)]
      : faults;
  }

  #run(request: Case): CaseOutcome {
    return runCase(this.#runner, this.#recorded(request), this.#bounds);
  }

  /** As far recorded as the checkers need, whatever the case says. */
  #recorded(request: Case): Case {
    const config = { ...request.config, [OPTIONS.recordingLevel.key]: this.#level };
    return { ...request, config };
  }
}

function wholeNumber(name: string, value: number, least: number): number {
  if (Number.isSafeInteger(value) && value >= least) return value;
  throw new ScenarioError(
    `Cannot test the pipeline: found ${value} as "${name}", expected a whole number from ${least} up`,
  );
}
