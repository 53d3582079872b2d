// Sweeps: many seeds of one scenario, each under a fault plan of its own, judged and counted. Everything is plain
// JSON, so that seeds can run anywhere and in any order; the report depends on the set of outcomes alone.

import type { Fault, Scenario, Sometimes } from "../api/scenario.ts";
import { CHECKERS, levelFor } from "../checkers/all-checkers.ts";
import { drawFaults } from "../faults/fault-generator.ts";
import { drawSwarmPlan, type SwarmProfile } from "../faults/swarm-plan.ts";
import type { Case } from "../harness/case.ts";
import type { PreparedJob } from "../harness/prepared-job.ts";
import type { Run } from "../harness/run.ts";
import type { CheckedRun, Runner } from "../harness/runner.ts";
import { unreachable } from "../kernel/invariant.ts";
import type { ConfigValues } from "../runtime/configuration.ts";
import { type Counts, sumOf } from "./counts.ts";
import { type Coverage, coverageOf, coverageSum } from "./coverage.ts";
import { type CoverageTable, coverageTable } from "./coverage-table.ts";
import { faultSpaceOf } from "./fault-space.ts";
import { requireJudgedOutput } from "./judged-output.ts";
import { swarmConfig } from "./swarm.ts";
import { damageOutcomeOf, isExcused, type Refusal } from "./swarm-refusal.ts";

/** One seed to run. */
export interface SeedRequest {
  readonly scenario: Case["scenario"];
  readonly seed: number;
  readonly config?: ConfigValues;
  /** The plan; without it the scenario's own, and what the seed draws on top of it. */
  readonly faults?: readonly Fault[];
  /**
   * Draws a configuration too, under `config`, and a plan of half of the kinds of fault; then a scenario's own plan
   * is not used. Beyond the promise, a clear refusal is no violation.
   */
  readonly swarm?: SwarmProfile;
}

/** A checker's objection. */
export interface Violation {
  readonly checker: string;
  readonly sentence: string;
}

/** What became of one seed. */
export interface SeedOutcome {
  readonly seed: number;
  readonly faults: readonly Fault[];
  /** The case that replays it. */
  readonly case: Required<Case>;
  /** "threw" is an exception of the engine's, which no author's code and no invariant accounts for. */
  readonly end: Run["end"] | "threw";
  readonly jobStatus: string;
  readonly digest: string;
  readonly violations: readonly Violation[];
  /** The broken invariant or the exception, in words. */
  readonly breakdown: string | undefined;
  readonly coverage: Coverage;
  /** Faults of the plan that never struck. */
  readonly unstruck: readonly Fault[];
  /** How the job refused to go on from what was damaged, if it did, saying clearly why. */
  readonly refusal?: Refusal | undefined;
}

/** A run that failed, and how to see it again. */
export interface SweepFailure {
  readonly seed: number;
  /** The checker that spoke; or "end", "invariant", "exception" for a run that did not come to rest by itself. */
  readonly checker: string;
  readonly sentence: string;
  readonly case: Required<Case>;
}

/** What a sweep found. */
export interface SweepReport {
  /** The scenario's name; "all" for the sum of several. */
  readonly scenario: string;
  readonly runs: number;
  /** Runs with at least one failure. */
  readonly failedRuns: number;
  /** Failures by checker. */
  readonly violations: Counts;
  readonly failures: readonly SweepFailure[];
  readonly coverage: Coverage;
  /** What tasks were doing when faults struck. */
  readonly table: CoverageTable;
  /** Jobs that refused, clearly, to go on from what was damaged. */
  readonly refusals: number;
  /** What the scenario asks to have happened and never did. */
  readonly missing: readonly Sometimes[];
  /** Faults planned that never struck. */
  readonly unstruck: number;
  /** What so many runs allow to be claimed. */
  readonly claim: string;
}

/** Runs that go on for longer are given up: a job of a sweep is small, so it turns in circles. */
const BOUNDS = { maxEvents: 1_000_000 };

/** Runs one seed. Throws named errors for what is wrong with the request; whatever goes wrong in the run is outcome. */
export function sweepSeed(runner: Runner, request: SeedRequest): SeedOutcome {
  const prepared = prepareSeed(runner, request);
  requireJudgedOutput(prepared);
  const { seed, faults } = prepared.case;
  const common = { seed, faults, case: prepared.case };
  let checked: CheckedRun;
  try {
    checked = runner.runChecked(prepared, { bounds: BOUNDS });
  } catch (error) {
    return {
      ...common,
      end: "threw",
      jobStatus: "unknown",
      digest: "",
      violations: [],
      breakdown: error instanceof Error ? `${error.name}: ${error.message}` : String(error),
      coverage: coverageOf([]),
      unstruck: faults,
    };
  }
  const { run, events, verdicts } = checked;
  const damage = damageOutcomeOf(events);
  return {
    ...common,
    end: run.end,
    jobStatus: run.jobStatus,
    digest: run.digest,
    violations: verdicts.flatMap((verdict) => {
      if (verdict.kind !== "violated" || isExcused(verdict, damage)) return [];
      return [{ checker: verdict.checker, sentence: verdict.sentence }];
    }),
    breakdown: run.brokenInvariant,
    coverage: coverageOf(events),
    unstruck: run.unstruckFaults,
    refusal: damage.refusal,
  };
}

/** What outcomes of `scenario` come to, whatever their order. */
export function mergeOutcomes(scenario: Scenario, outcomes: readonly SeedOutcome[]): SweepReport {
  const sorted = [...outcomes].sort((a, b) => a.seed - b.seed);
  const failures = sorted.flatMap(failuresOf);
  const failedRuns = sorted.filter((outcome) => failuresOf(outcome).length > 0).length;
  const coverage = coverageSum(sorted.map((outcome) => outcome.coverage));
  return {
    scenario: scenario.name,
    runs: sorted.length,
    failedRuns,
    violations: sumOf(failures.map(({ checker }) => ({ [checker]: 1 }))),
    failures,
    coverage,
    table: coverageTable(coverage),
    refusals: sorted.filter(({ refusal }) => refusal !== undefined).length,
    missing: scenario.sometimes.filter((name) => coverage.sometimes[name] === undefined),
    unstruck: sorted.reduce((sum, outcome) => sum + outcome.unstruck.length, 0),
    claim: claimOf(sorted.length, failedRuns),
  };
}

/** What outcomes of several scenarios come to, one report a scenario. */
export function reportsOf(
  scenarios: readonly Scenario[],
  outcomes: readonly SeedOutcome[],
): readonly SweepReport[] {
  return scenarios.map((scenario) => {
    const own = outcomes.filter(({ case: { scenario: name } }) => name === scenario.name);
    return mergeOutcomes(scenario, own);
  });
}

/** The sum of the reports of several scenarios, as if they were one; what each asks for is asked of each. */
export function mergeReports(reports: readonly SweepReport[]): SweepReport {
  const sum = (count: (report: SweepReport) => number): number =>
    reports.reduce((total, report) => total + count(report), 0);
  const runs = sum((report) => report.runs);
  const failedRuns = sum((report) => report.failedRuns);
  const coverage = coverageSum(reports.map((report) => report.coverage));
  return {
    scenario: "all",
    runs,
    failedRuns,
    violations: sumOf(reports.map(({ violations }) => violations)),
    failures: reports.flatMap(({ failures }) => failures),
    coverage,
    table: coverageTable(coverage),
    refusals: sum(({ refusals }) => refusals),
    missing: [...new Set(reports.flatMap(({ missing }) => missing))],
    unstruck: sum(({ unstruck }) => unstruck),
    claim: claimOf(runs, failedRuns),
  };
}

/** Everything that is wrong with one run. */
export function failuresOf(outcome: SeedOutcome): readonly SweepFailure[] {
  const { seed, violations, case: replay } = outcome;
  const breakdown = breakdownOf(outcome);
  return [...violations, ...(breakdown === undefined ? [] : [breakdown])].map((violation) => {
    return { seed, ...violation, case: replay };
  });
}

function breakdownOf({ end, breakdown, jobStatus }: SeedOutcome): Violation | undefined {
  switch (end) {
    case "idle":
      return undefined;
    case "invariant-broken":
      return { checker: "invariant", sentence: breakdown ?? "" };
    case "threw":
      return { checker: "exception", sentence: breakdown ?? "" };
    case "time-bound":
    case "event-bound":
    case "stopped":
    case "endless-restarts":
      return {
        checker: "end",
        sentence: `The run did not come to rest (${end}), the job is ${jobStatus}`,
      };
    default:
      return unreachable(end);
  }
}

function prepareSeed(runner: Runner, request: SeedRequest): PreparedJob {
  const { scenario, seed, config, swarm: profile } = request;
  const level = { "recording.level": levelFor(CHECKERS) };
  if (profile !== undefined) {
    const calm = { scenario, seed, config: { ...config }, faults: [] };
    const varied = swarmConfig(runner.prepare(calm), { seed, profile, own: { ...config } });
    const drawn = { ...level, ...varied };
    const space = faultSpaceOf(runner.prepare({ ...calm, config: drawn }));
    const faults = request.faults ?? drawSwarmPlan(space, { seed, profile });
    return runner.prepare({ scenario, seed, config: drawn, faults });
  }
  const plain = { scenario, seed, config: { ...level, ...config } };
  if (request.faults !== undefined) return runner.prepare({ ...plain, faults: request.faults });
  const own = runner.prepare(plain);
  const drawn = drawFaults(faultSpaceOf(own), seed);
  return runner.prepare({ ...plain, faults: [...own.faults, ...drawn] });
}

/** The rule of three: with n runs and no failure, chances of 3/n and more can be excluded with 95 % confidence. */
function claimOf(runs: number, failedRuns: number): string {
  if (failedRuns > 0) return `${failedRuns} of ${runs} runs failed`;
  if (runs < 3) return `${runs} runs are too few to claim anything`;
  const bound = (3 / runs).toPrecision(2);
  return `With ${runs} runs and no failure, the chance of a failure per run is below ${bound} (3/${runs}) with 95 % confidence`;
}
