// The property that users test: whatever fails and whenever, everything that the checkers claim holds. Runs seed
// after seed in this very process and stops at the first that fails, which is then made as small as it can be.

import { ScenarioError } from "../api/graph-builder.ts";
import type { Fault, Scenario } from "../api/scenario.ts";
import { CHECKERS } from "../checkers/all-checkers.ts";
import type { Checker } from "../checkers/checker.ts";
import { drawFaults, type FaultSpace } from "../faults/fault-generator.ts";
import type { Case } from "../harness/case.ts";
import { Runner } from "../harness/runner.ts";
import { RECORDING_LEVELS, type RecordingLevel } from "../kernel/recorder.ts";
import type { ConfigValues } from "../runtime/configuration.ts";
import { faultSpaceOf } from "../search/fault-space.ts";
import { FailureReport } from "./failure-report.ts";
import { Judge } from "./judged-case.ts";
import { failureOf, minimalCase } from "./minimal-case.ts";
import { type Pipeline, scenarioOf } from "./pipeline.ts";
import { portableSha256 } from "./portable-sha256.ts";

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
   * One plan for every seed, or who draws a plan for each. Without it Cleancut's own generator draws, on top of the
   * faults that the pipeline has.
   */
  readonly faults?: readonly Fault[] | FaultGenerator;
  /** Judge every run, besides Cleancut's own. */
  readonly checkers?: readonly Checker[];
  /** Most runs that are spent on making a failure small; 0 leaves it as it was found. */
  readonly shrinkRuns?: number;
  /** Runs this one case instead, as a failure report gives it. */
  readonly replay?: Omit<Case, "scenario">;
}

const RUNS = 100;
const FIRST_SEED = 1;
const SHRINK_RUNS = 500;

/**
 * Runs a pipeline under faults, one plan a seed, and returns if everything that the checkers claim held in every run.
 * Throws a {@link FailureReport} with the smallest failing plan otherwise, and named errors for a pipeline or a plan
 * that cannot be.
 *
 * @example test("counts come out exactly once", () => holds(wordCount, { runs: 200 }));
 */
export function holds(pipeline: Pipeline, options: HoldsOptions = {}): void {
  const scenario = scenarioOf(pipeline);
  const ownCheckers = options.checkers ?? [];
  const runner = new Runner([scenario], portableSha256, { ownCheckers });
  const judge = new Judge(runner, [...CHECKERS, ...ownCheckers]);
  const runs = options.replay === undefined ? wholeNumber("runs", options.runs ?? RUNS, 1) : 1;
  const shrinkRuns = wholeNumber("shrinkRuns", options.shrinkRuns ?? SHRINK_RUNS, 0);
  for (let run = 1; run <= runs; run++) {
    const request = requestOf({ scenario, runner, options, run });
    const found = failureOf(judge.judge(request));
    if (found === undefined) continue;
    const smallest = minimalCase(found, judge, shrinkRuns);
    throw new FailureReport({ found, smallest, run, runs });
  }
}

function wholeNumber(name: string, value: number, least: number): number {
  if (Number.isSafeInteger(value) && value >= least) return value;
  throw new ScenarioError(
    `Cannot test the pipeline: found ${value} as "${name}", expected a whole number from ${least} up`,
  );
}

/** The case of one run, from 1. */
function requestOf(asked: {
  readonly scenario: Scenario;
  readonly runner: Runner;
  readonly options: HoldsOptions;
  readonly run: number;
}): Case {
  const { scenario, runner, options, run } = asked;
  const { replay, checkers = [] } = options;
  const config = {
    ...(replay?.config ?? options.config),
    "recording.level": levelOf([...CHECKERS, ...checkers]),
  };
  if (replay !== undefined) return { ...replay, scenario: scenario.name, config };
  const seed = (options.seed ?? FIRST_SEED) + run - 1;
  const plain = { scenario: scenario.name, seed, config };
  const { faults = drawFaults } = options;
  if (typeof faults !== "function") return { ...plain, faults };
  const own = runner.prepare(plain);
  return { ...plain, faults: [...own.faults, ...faults(faultSpaceOf(own), seed)] };
}

/** The lowest level on which every checker can work. */
function levelOf(checkers: readonly Checker[]): RecordingLevel {
  const needed = checkers.map(({ level }) => RECORDING_LEVELS.indexOf(level));
  return RECORDING_LEVELS[Math.max(...needed)] ?? "network";
}
