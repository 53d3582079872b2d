// The table of coverage: every kind and every phase, and what the counts say.
import { describe, expect, test } from "vitest";
import { FAULT_KINDS } from "../../sim/faults/fault-kinds.ts";
import { coverageTable, coverageTableLines } from "../../sim/search/coverage-table.ts";
import { TASK_PHASES } from "../../sim/search/task-phases.ts";

const COVERAGE = {
  sometimes: {},
  faults: { "power-loss": 2, "storage-slow": 1, "storage-loses-file": 11 },
  phases: { "running x power-loss": 7, "restoring x power-loss": 3, "ended x power-loss": 100 },
};

describe("coverageTable", () => {
  const table = coverageTable(COVERAGE);

  test("coverageTable has a row for every kind that is promised, and for others only if they struck", () => {
    const kinds = table.rows.map(({ kind }) => kind);
    expect(kinds).toEqual([...FAULT_KINDS.map(({ what }) => what), "storage-loses-file"]);
  });

  test("coverageTable has a column for every phase, in their order, and zeros", () => {
    expect(table.phases).toEqual(TASK_PHASES);
    const powerLoss = table.rows.find(({ kind }) => kind === "power-loss");
    expect(powerLoss).toEqual({
      kind: "power-loss",
      struck: 2,
      met: [0, 3, 7, 0, 0, 0, 0, 100],
    });
    const slow = table.rows.find(({ kind }) => kind === "storage-slow");
    expect(slow?.met.every((count) => count === 0)).toBe(true);
  });

  test("coverageTableLines aligns the columns, and shows never as a dot", () => {
    const lines = coverageTableLines(table);
    expect(new Set(lines.map(({ length }) => length)).size).toBe(1);
    expect(lines[0]?.trim().split(/\s+/)).toEqual(["struck", ...TASK_PHASES]);
    const powerLoss = lines.find((line) => line.startsWith("power-loss"));
    expect(powerLoss?.trim().split(/\s+/)).toEqual("power-loss 2 · 3 7 · · · · 100".split(" "));
  });
});
