// The kill matrix: bug by strategy, whether the strategy finds it and after how many tries. A kill counts only when
// the checker named for the bug speaks. The engine as it is has a row too, in which nothing may ever speak, on no
// case that killed a bug either: a checker that also accuses the innocent proves nothing.

import type { Case } from "../harness/case.ts";
import { type Counts, countsOf, sumOf } from "../search/counts.ts";
import type { CrashFinding } from "../search/exhaust.ts";
import { failuresOf, type SeedOutcome, type SeedRequest } from "../search/sweep.ts";
import type { Bug } from "./bug.ts";

/**
 * How a bug is looked for: in runs without faults, under faults drawn for each seed, by trying every single crash of
 * one run, and by its smallest known schedule.
 */
export const STRATEGIES = ["failure-free", "sweep", "exhaust", "known"] as const;

/** One way to look for a bug. */
export type Strategy = (typeof STRATEGIES)[number];

/** What came of trying one crash at every point of a run. */
export interface CrashOutcome {
  readonly points: number;
  readonly findings: readonly CrashFinding[];
  /** What ended the search early, if something did. */
  readonly breakdown: "invariant" | "exception" | undefined;
}

/** Runs the engine with a bug's edits, or as it is. */
export interface MutantRunner {
  /** Runs seeds. The outcomes come in the order of the requests. */
  runSeeds(bug: Bug | undefined, requests: readonly SeedRequest[]): Promise<readonly SeedOutcome[]>;
  /** Tries a loss of power and the death of each task manager at every point, until the outcomes are enough. */
  exhaust(
    bug: Bug | undefined,
    request: Case,
    isEnough: (outcome: CrashOutcome) => boolean,
  ): Promise<readonly CrashOutcome[]>;
}

/** Runs without faults differ little, so that there are not more of them. */
export const CALM_SEEDS_MAX = 50;

/** What is run for every bug. */
export interface KillMatrixOptions {
  readonly bugs: readonly Bug[];
  readonly strategies: readonly Strategy[];
  /** Seeds of a sweep, from 1 on, and of runs without faults up to {@link CALM_SEEDS_MAX}. */
  readonly seeds: number;
  /** Seeds run at a time; between them a row stops as soon as its bug is found. */
  readonly batch?: number;
  /** Asked before each cell: a matrix that is stopped has the rows and cells done so far. */
  readonly isStopped?: () => boolean;
  /** Told before each cell. */
  readonly onCell?: (bug: Bug | undefined, strategy: Strategy) => void;
}

/** What came of one strategy. */
export interface KillCell {
  readonly strategy: Strategy;
  /** Runs, or for `exhaust` the points tried. */
  readonly tries: number;
  /** The number of the first try that killed, from 1; undefined for a bug that survived. */
  readonly killedBy: number | undefined;
  /** The case of that try. */
  readonly kill: Case | undefined;
  /** Tries in which a checker spoke, by checker; the one named for the bug and the others. */
  readonly spoke: Counts;
  readonly invariants: number;
  readonly exceptions: number;
}

/** One bug, or with no bug the engine as it is. */
export interface KillRow {
  readonly bug: Pick<Bug, "id" | "ticket" | "checker" | "isShownByOneCrash"> | undefined;
  readonly cells: readonly KillCell[];
}

/** The matrix. */
export interface KillMatrix {
  readonly seeds: number;
  /** The engine as it is first, unless it was not reached. */
  readonly rows: readonly KillRow[];
  /** Whether it was stopped before it was full. */
  readonly isPartial: boolean;
}

/** Fills the matrix: the bugs, and in the end the engine as it is, which has to hold where they were killed. */
export async function fillKillMatrix(
  options: KillMatrixOptions,
  runner: MutantRunner,
): Promise<KillMatrix> {
  const { bugs, seeds } = options;
  const filling = { ...options, runner, kills: [], isPartial: false };
  const rows: KillRow[] = [];
  for (const bug of bugs) {
    const cells = await fillRow(filling, bug);
    const { id, ticket, checker, isShownByOneCrash } = bug;
    if (cells.length > 0) rows.push({ bug: { id, ticket, checker, isShownByOneCrash }, cells });
  }
  const cells = await fillRow(filling, undefined);
  if (cells.length > 0) rows.unshift({ bug: undefined, cells });
  return { seeds, rows, isPartial: filling.isPartial };
}

interface Filling extends KillMatrixOptions {
  readonly runner: MutantRunner;
  /** The cases that killed so far, for the engine as it is. */
  kills: readonly Kill[];
  isPartial: boolean;
}

interface Kill {
  readonly strategy: Strategy;
  readonly bug: Bug;
  readonly case: Case;
}

async function fillRow(filling: Filling, bug: Bug | undefined): Promise<readonly KillCell[]> {
  const cells: KillCell[] = [];
  for (const strategy of filling.strategies) {
    if (filling.isStopped?.() === true) {
      filling.isPartial = true;
      break;
    }
    filling.onCell?.(bug, strategy);
    const cell =
      bug === undefined
        ? await fillInnocentCell(filling, strategy)
        : await fillCell(filling, bug, strategy);
    cells.push(cell);
    if (bug === undefined || cell.kill === undefined || strategy === "failure-free") continue;
    filling.kills = [...filling.kills, { strategy, bug, case: cell.kill }];
  }
  return cells;
}

async function fillCell(filling: Filling, bug: Bug, strategy: Strategy): Promise<KillCell> {
  const { scenario, seed, config, faults } = bug.schedule;
  const isKill = (checkers: readonly string[]): boolean => checkers.includes(bug.checker);
  switch (strategy) {
    case "exhaust":
      return exhaustCell(filling, bug, {
        scenario,
        seed,
        config: { ...EXHAUST_CONFIG, ...config },
      });
    case "known":
      return seedCell({
        filling,
        bug,
        strategy,
        isKill,
        requests: [{ scenario, seed, config, faults }],
      });
    case "failure-free":
    case "sweep": {
      const requests = seedsOf(filling, strategy).map((seed) => {
        const request = { scenario, seed, config };
        return strategy === "sweep" ? request : { ...request, faults: [] };
      });
      return seedCell({ filling, bug, strategy, isKill, requests });
    }
  }
}

/** Own runs of the plainest scenario, and the cases that killed bugs. Here anything that is said is a kill. */
async function fillInnocentCell(filling: Filling, strategy: Strategy): Promise<KillCell> {
  const killing = filling.kills.filter((kill) => kill.strategy === strategy);
  const replayed = await replay(filling, killing);
  if (strategy === "known") return innocent(strategy, replayed);
  if (strategy === "exhaust") {
    const own = await exhaustCell(filling, undefined, { ...PLAINEST, config: EXHAUST_CONFIG });
    return together(own, innocent(strategy, replayed));
  }
  const requests = seedsOf(filling, strategy).map((seed) => {
    const request = { ...PLAINEST, seed };
    return strategy === "sweep" ? request : { ...request, faults: [] };
  });
  const own = await seedCell({ filling, bug: undefined, strategy, isKill: isAnything, requests });
  return together(own, innocent(strategy, replayed));
}

const PLAINEST: Case = { scenario: "word-count", seed: 1 };

/** What the checkers named for bugs need to be recorded, and no more: every point is run. */
const EXHAUST_CONFIG = { "recording.level": "records" } as const;

function seedsOf({ seeds }: KillMatrixOptions, strategy: Strategy): readonly number[] {
  const count = strategy === "sweep" ? seeds : Math.min(seeds, CALM_SEEDS_MAX);
  return Array.from({ length: count }, (_, index) => index + 1);
}

function isAnything(checkers: readonly string[]): boolean {
  return checkers.length > 0;
}

async function seedCell(cell: {
  readonly filling: Filling;
  readonly bug: Bug | undefined;
  readonly strategy: Strategy;
  readonly requests: readonly SeedRequest[];
  readonly isKill: (checkers: readonly string[]) => boolean;
}): Promise<KillCell> {
  const { filling, bug, strategy, requests, isKill } = cell;
  const { runner, batch = 32 } = filling;
  const outcomes: SeedOutcome[] = [];
  let killer = -1;
  while (outcomes.length < requests.length && (killer < 0 || bug === undefined)) {
    const from = outcomes.length;
    outcomes.push(...(await runner.runSeeds(bug, requests.slice(from, from + batch))));
    killer = outcomes.findIndex((outcome) => isKill(accusersOf(outcome)));
  }
  // What lies behind the kill in its batch hangs on the size of batches and is left out.
  const counted = bug === undefined || killer < 0 ? outcomes : outcomes.slice(0, killer + 1);
  return { ...cellOf(strategy, counted), ...killAt(killer, outcomes[killer]?.case) };
}

async function exhaustCell(
  { runner }: Filling,
  bug: Bug | undefined,
  request: Case,
): Promise<KillCell> {
  const isKill = ({ checker }: CrashFinding): boolean =>
    bug === undefined || checker === bug.checker;
  const outcomes = await runner.exhaust(bug, request, ({ findings }) => findings.some(isKill));
  let tries = 0;
  let killer: ReturnType<typeof killAt> = killAt(-1, undefined);
  for (const { points, findings } of outcomes) {
    const kill = findings.find(isKill);
    if (killer.killedBy === undefined && kill !== undefined) {
      killer = killAt(tries + kill.point.index - 1, kill.case);
    }
    tries += points;
  }
  const findings = outcomes.flatMap((outcome) => outcome.findings);
  return {
    strategy: "exhaust",
    tries,
    ...killer,
    spoke: sumOf(findings.map(({ checker, classSize }) => ({ [checker]: classSize }))),
    invariants: outcomes.filter(({ breakdown }) => breakdown === "invariant").length,
    exceptions: outcomes.filter(({ breakdown }) => breakdown === "exception").length,
  };
}

/** Runs cases that killed bugs on the engine as it is. What a bug's schedule leaves no hope for may end badly. */
async function replay(
  { runner }: Filling,
  kills: readonly Kill[],
): Promise<readonly SeedOutcome[]> {
  const requests = kills.map(({ case: { scenario, seed = 1, config = {}, faults = [] } }) => {
    return { scenario, seed, config, faults };
  });
  const outcomes = requests.length === 0 ? [] : await runner.runSeeds(undefined, requests);
  return outcomes.map((outcome, index) => {
    const bug = kills[index]?.bug;
    if (bug?.schedule.isHopeless !== true) return outcome;
    const violations = outcome.violations.filter(({ checker }) => checker === bug.checker);
    return { ...outcome, end: "idle", violations };
  });
}

function innocent(strategy: Strategy, outcomes: readonly SeedOutcome[]): KillCell {
  const killer = outcomes.findIndex((outcome) => failuresOf(outcome).length > 0);
  return { ...cellOf(strategy, outcomes), ...killAt(killer, outcomes[killer]?.case) };
}

function together(one: KillCell, other: KillCell): KillCell {
  const isFirst = one.killedBy !== undefined || other.killedBy === undefined;
  const killedBy = isFirst ? one.killedBy : one.tries + (other.killedBy ?? 0);
  return {
    strategy: one.strategy,
    tries: one.tries + other.tries,
    killedBy,
    kill: isFirst ? one.kill : other.kill,
    spoke: sumOf([one.spoke, other.spoke]),
    invariants: one.invariants + other.invariants,
    exceptions: one.exceptions + other.exceptions,
  };
}

function cellOf(
  strategy: Strategy,
  outcomes: readonly SeedOutcome[],
): Omit<KillCell, "killedBy" | "kill"> {
  return {
    strategy,
    tries: outcomes.length,
    spoke: sumOf(outcomes.map(({ violations }) => countsOf(new Set(violations.map(checkerOf))))),
    invariants: outcomes.filter(({ end }) => end === "invariant-broken").length,
    exceptions: outcomes.filter(({ end }) => end === "threw").length,
  };
}

function killAt(index: number, kill: Case | undefined): Pick<KillCell, "killedBy" | "kill"> {
  return index < 0 ? { killedBy: undefined, kill: undefined } : { killedBy: index + 1, kill };
}

function accusersOf({ violations }: SeedOutcome): readonly string[] {
  return violations.map(checkerOf);
}

function checkerOf({ checker }: { readonly checker: string }): string {
  return checker;
}
