// What a kill matrix comes to: whether all is as it should be, and the matrix as a table.

import { sumOf } from "../search/counts.ts";
import type { KillCell, KillMatrix, KillRow, Strategy } from "./kill-matrix.ts";

/** Everything about a matrix that is not as it should be; empty for a zoo and checkers in order. */
export function problemsOf({ rows }: KillMatrix): readonly string[] {
  return rows.flatMap((row) => {
    const { bug, cells } = row;
    if (bug === undefined) return cells.flatMap(accusationsOf);
    return cells.flatMap((cell) => {
      const isOwed = cell.strategy !== "exhaust" || bug.isShownByOneCrash;
      if (cell.strategy === "failure-free") return needlessOf(bug.ticket, cell);
      if (cell.killedBy !== undefined || !isOwed) return [];
      const { strategy, tries } = cell;
      const tried = strategy === "exhaust" ? "points" : "runs";
      return [`${bug.ticket} survives ${strategy}: ${bug.checker} was silent in ${tries} ${tried}`];
    });
  });
}

/** The table: a line of column names, then the rows. */
export function killTable({ rows }: KillMatrix): readonly (readonly string[])[] {
  const strategies = strategiesOf(rows);
  const head = [
    "bug",
    "checker",
    ...strategies,
    "faults",
    "others: output",
    "others: cuts, storage",
    "invariants",
    "exceptions",
  ];
  return [head, ...rows.map((row) => cellsOf(row, strategies))];
}

/** The table as text, one line a row. */
export function killMatrixLines(matrix: KillMatrix): readonly string[] {
  const table = killTable(matrix);
  const widths = (table[0] ?? []).map((_, column) => {
    return Math.max(...table.map((line) => line[column]?.length ?? 0));
  });
  return table.map((line) => {
    return line
      .map((text, column) => text.padEnd(widths[column] ?? 0))
      .join("  ")
      .trimEnd();
  });
}

/**
 * The checkers that judge checkpoints and what lies in the storage. They may rightly speak before anything has to be
 * restored; the others judge what someone outside can see.
 */
const CUT_CHECKERS: ReadonlySet<string> = new Set([
  "consistent-cut",
  "reachable-snapshot",
  "restored-state",
  "newest-checkpoint",
  "storage-integrity",
  "single-writer",
  "conservation",
]);

/** A bug that shows itself without any fault needs no search, and one that breaks down proves no checker. */
function needlessOf(
  ticket: string,
  { spoke, invariants, exceptions }: KillCell,
): readonly string[] {
  const seen = Object.keys(spoke).filter((checker) => !CUT_CHECKERS.has(checker));
  const broken = [
    ...(invariants > 0 ? ["an invariant breaks"] : []),
    ...(exceptions > 0 ? ["an exception is thrown"] : []),
  ];
  return [
    ...seen.map((checker) => `${ticket} needs no fault: ${checker} speaks in a run without any`),
    ...broken.map((what) => `${ticket} needs no checker: ${what} in a run without faults`),
  ];
}

function accusationsOf({ strategy, killedBy }: KillCell): readonly string[] {
  if (killedBy === undefined) return [];
  return [`The engine as it is fails try ${killedBy} of ${strategy}`];
}

function strategiesOf(rows: readonly KillRow[]): readonly Strategy[] {
  const all = rows.flatMap(({ cells }) => cells.map(({ strategy }) => strategy));
  return [...new Set(all)];
}

function cellsOf({ bug, cells }: KillRow, strategies: readonly Strategy[]): readonly string[] {
  const spoke = sumOf(cells.map((cell) => cell.spoke));
  const others = Object.keys(spoke).filter((checker) => checker !== bug?.checker);
  return [
    bug === undefined ? "the engine as it is" : `${bug.ticket} ${bug.id}`,
    bug?.checker ?? "-",
    ...strategies.map((strategy) => {
      return textOf(cells.find((cell) => cell.strategy === strategy));
    }),
    smallestPlan(cells),
    others.filter((checker) => !CUT_CHECKERS.has(checker)).join(", ") || "-",
    others.filter((checker) => CUT_CHECKERS.has(checker)).join(", ") || "-",
    countText(cells, ({ invariants }) => invariants),
    countText(cells, ({ exceptions }) => exceptions),
  ];
}

function textOf(cell: KillCell | undefined): string {
  if (cell === undefined) return "-";
  const { strategy, tries, killedBy } = cell;
  const unit = strategy === "exhaust" ? "point" : "run";
  return killedBy === undefined ? `silent in ${tries}` : `${unit} ${killedBy}`;
}

/** Faults of the shortest plan that killed. */
function smallestPlan(cells: readonly KillCell[]): string {
  const plans = cells.flatMap(({ kill }) => (kill === undefined ? [] : [kill.faults?.length ?? 0]));
  return plans.length === 0 ? "-" : String(Math.min(...plans));
}

function countText(cells: readonly KillCell[], count: (cell: KillCell) => number): string {
  return String(cells.reduce((sum, cell) => sum + count(cell), 0));
}
