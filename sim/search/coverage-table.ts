// Coverage as a table: kinds of fault down, phases of a task across, and how often a fault of the kind met a task in
// the phase. Empty rows and columns stay: what never happened is what a reader looks for.

import { FAULT_KINDS } from "../faults/fault-kinds.ts";
import { compareText } from "../kernel/plain-object.ts";
import { type Coverage, phaseKey } from "./coverage.ts";
import { TASK_PHASES, type TaskPhase } from "./task-phases.ts";

/** One kind of fault, and what tasks were doing when it struck. */
export interface CoverageRow {
  readonly kind: string;
  /** How often the kind struck. One fault may meet many tasks, or none. */
  readonly struck: number;
  /** Tasks met, in the order of the table's phases. */
  readonly met: readonly number[];
}

/** Task phase x kind of fault. */
export interface CoverageTable {
  readonly phases: readonly TaskPhase[];
  readonly rows: readonly CoverageRow[];
}

/** The table of `coverage`: every kind that is promised to be survived, and every other that struck. */
export function coverageTable({ faults, phases }: Coverage): CoverageTable {
  const promised = FAULT_KINDS.map(({ what }): string => what);
  const others = Object.keys(faults).filter((kind) => !promised.includes(kind));
  const rows = [...promised, ...others.sort(compareText)].map((kind) => ({
    kind,
    struck: faults[kind] ?? 0,
    met: TASK_PHASES.map((phase) => phases[phaseKey(phase, kind)] ?? 0),
  }));
  return { phases: TASK_PHASES, rows };
}

/** The table as lines of text, columns aligned; a dot for never. */
export function coverageTableLines({ phases, rows }: CoverageTable): readonly string[] {
  const cells = [
    ["", "struck", ...phases],
    ...rows.map(({ kind, struck, met }) => [kind, ...[struck, ...met].map(countText)]),
  ];
  const widths = (cells[0] ?? []).map((_, column) =>
    Math.max(...cells.map((row) => row[column]?.length ?? 0)),
  );
  return cells.map((row) =>
    row
      .map((cell, column) => {
        const width = widths[column] ?? 0;
        return column === 0 ? cell.padEnd(width) : cell.padStart(width);
      })
      .join("  "),
  );
}

function countText(count: number): string {
  return count === 0 ? "·" : String(count);
}
