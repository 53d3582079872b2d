// The kill matrix: bug by strategy, whether the strategy finds it and after how many runs. A kill counts only when
// the checker named for the bug speaks. The engine as it is has a row too, in which nothing may ever speak: a
// checker that also accuses the innocent proves nothing.

import { type Counts, countsOf, sumOf } from "../search/counts.ts";
import { failuresOf, type SeedOutcome, type SeedRequest } from "../search/sweep.ts";
import type { Bug } from "./bug.ts";

/** How a bug is looked for: runs without faults, runs under drawn faults, its smallest known schedule. */
export const STRATEGIES = ["failure-free", "sweep", "known plan"] as const;

/** One way to look for a bug. */
export type Strategy = (typeof STRATEGIES)[number];

/** Runs seeds on the engine with a bug's edits, or as it is. Outcomes come in the order of the requests. */
export type RunMutant = (
  bug: Bug | undefined,
  requests: readonly SeedRequest[],
) => Promise<readonly SeedOutcome[]>;

/** What is run for every bug. */
export interface KillMatrixOptions {
  readonly bugs: readonly Bug[];
  /** Seeds of a sweep, and of runs without faults, from 1 on. */
  readonly seeds: number;
  /** Seeds run at a time; between them a row stops as soon as its bug is found. */
  readonly batch?: number;
}

/** Who spoke, of all runs of one strategy. */
export interface KillCell {
  readonly strategy: Strategy;
  readonly runs: number;
  /** The number of the first run that killed, from 1; undefined for a bug that survived. */
  readonly killedBy: number | undefined;
  /** Faults in that run's plan. */
  readonly faults: number | undefined;
  /** Runs in which a checker spoke, by checker; the one named for the bug and the others. */
  readonly spoke: Counts;
  readonly invariants: number;
  readonly exceptions: number;
}

/** One bug, or with no bug the engine as it is. */
export interface KillRow {
  readonly bug: Pick<Bug, "id" | "ticket" | "checker"> | undefined;
  readonly cells: readonly KillCell[];
}

/** The matrix. */
export interface KillMatrix {
  readonly seeds: number;
  /** The engine as it is first. */
  readonly rows: readonly KillRow[];
}

/** Fills the matrix. */
export async function fillKillMatrix(
  options: KillMatrixOptions,
  runMutant: RunMutant,
): Promise<KillMatrix> {
  const { bugs, seeds } = options;
  const rows: KillRow[] = [];
  for (const bug of [undefined, ...bugs]) {
    const cells: KillCell[] = [];
    for (const strategy of STRATEGIES) {
      const requests = requestsOf(strategy, bug === undefined ? bugs : [bug], seeds);
      cells.push(
        await fillCell({ bug, strategy, requests, batch: options.batch ?? 32 }, runMutant),
      );
    }
    rows.push({ bug, cells });
  }
  return { seeds, rows };
}

/** Everything about a matrix that is not as it should be; empty for a zoo and checkers in order. */
export function problemsOf({ rows }: KillMatrix): readonly string[] {
  return rows.flatMap(({ bug, cells }) => {
    if (bug === undefined) return cells.flatMap(accusationsOf);
    const { ticket, checker } = bug;
    return cells.flatMap(({ strategy, runs, killedBy, spoke }) => {
      if (strategy !== "failure-free") {
        const what = `${ticket} survives the ${strategy}: ${checker} was silent in ${runs} runs`;
        return killedBy === undefined ? [what] : [];
      }
      return OUTPUT_CHECKERS.filter((name) => spoke[name] !== undefined).map(
        (name) => `${ticket} needs no fault: ${name} speaks in a run without any`,
      );
    });
  });
}

/** The matrix as a table of text, one line a bug. */
export function killMatrixLines({ rows }: KillMatrix): readonly string[] {
  const head = ["bug", "checker", ...STRATEGIES, "others that spoke", "invariants", "exceptions"];
  const table = [head, ...rows.map(textsOf)];
  const widths = head.map((_, column) => {
    return Math.max(...table.map((line) => line[column]?.length ?? 0));
  });
  return table.map((line) => {
    return line
      .map((text, column) => text.padEnd(widths[column] ?? 0))
      .join("  ")
      .trimEnd();
  });
}

/** Those that judge what readers see, which is right as long as nothing has to be restored. */
const OUTPUT_CHECKERS: readonly string[] = ["failure-transparency", "committed-output"];

function requestsOf(
  strategy: Strategy,
  bugs: readonly Bug[],
  seeds: number,
): readonly SeedRequest[] {
  if (strategy === "known plan") {
    return bugs.map(({ schedule: { scenario, seed, config, faults } }) => {
      return { scenario, seed, config, faults };
    });
  }
  const scenario = bugs[0]?.schedule.scenario ?? "word-count";
  return Array.from({ length: seeds }, (_, index) => {
    const seed = index + 1;
    return strategy === "sweep" ? { scenario, seed } : { scenario, seed, faults: [] };
  });
}

async function fillCell(
  cell: {
    readonly bug: Bug | undefined;
    readonly strategy: Strategy;
    readonly requests: readonly SeedRequest[];
    readonly batch: number;
  },
  runMutant: RunMutant,
): Promise<KillCell> {
  const { bug, strategy, requests, batch } = cell;
  const outcomes: SeedOutcome[] = [];
  let killedBy: number | undefined;
  while (outcomes.length < requests.length && (killedBy === undefined || bug === undefined)) {
    const from = outcomes.length;
    outcomes.push(...(await runMutant(bug, requests.slice(from, from + batch))));
    const killer = outcomes.findIndex((outcome) => isKill(bug, outcome));
    if (killer >= 0) killedBy = killer + 1;
  }
  return {
    strategy,
    runs: outcomes.length,
    killedBy,
    faults: killedBy === undefined ? undefined : outcomes[killedBy - 1]?.faults.length,
    spoke: sumOf(outcomes.map(speakersOf)),
    invariants: outcomes.filter(({ end }) => end === "invariant-broken").length,
    exceptions: outcomes.filter(({ end }) => end === "threw").length,
  };
}

/** Of a bug its own checker must speak; against the engine as it is, anything counts. */
function isKill(bug: Bug | undefined, outcome: SeedOutcome): boolean {
  if (bug === undefined) return failuresOf(outcome).length > 0;
  return outcome.violations.some(({ checker }) => checker === bug.checker);
}

function speakersOf({ violations }: SeedOutcome): Counts {
  return countsOf(new Set(violations.map(({ checker }) => checker)));
}

function accusationsOf({ strategy, killedBy }: KillCell): readonly string[] {
  if (killedBy === undefined) return [];
  return [`The engine as it is fails run ${killedBy} of the ${strategy}`];
}

function textsOf({ bug, cells }: KillRow): readonly string[] {
  const spoke = sumOf(cells.map((cell) => cell.spoke));
  const others = Object.entries(spoke).filter(([checker]) => checker !== bug?.checker);
  return [
    bug === undefined ? "the engine as it is" : `${bug.ticket} ${bug.id}`,
    bug?.checker ?? "-",
    ...cells.map(cellText),
    others.map(([checker, runs]) => `${checker} ${runs}`).join(", ") || "-",
    String(cells.reduce((sum, { invariants }) => sum + invariants, 0)),
    String(cells.reduce((sum, { exceptions }) => sum + exceptions, 0)),
  ];
}

function cellText({ runs, killedBy, faults }: KillCell): string {
  if (killedBy === undefined) return `silent in ${runs}`;
  return `run ${killedBy}, ${faults} ${faults === 1 ? "fault" : "faults"}`;
}
