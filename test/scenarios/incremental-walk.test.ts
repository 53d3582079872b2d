// The published walk-through of incremental checkpoints, row by row, from the trace: what each checkpoint uploads, how
// many retained checkpoints refer to each file, and what goes with the one that is dropped.
// Source of the table: S. Richter and C. Ward, "Managing Large State in Apache Flink: An Intro to Incremental
// Checkpointing", flink.apache.org, 2018-01-30.
import { expect, test } from "vitest";
import { incrementalWalk } from "../../scenarios/incremental-walk.ts";
import type { TraceEvent } from "../../sim/trace/trace-event.ts";
import { runChecked } from "../support/runner.ts";
import { testEveryPlan } from "./every-plan.ts";

/** The article numbers what a merge writes by what went into it. */
const NAMES: ReadonlyMap<string, string> = new Map([
  ["000001", "1"],
  ["000002", "2"],
  ["000003", "3"],
  ["000004", "4"],
  ["000005", "(1,2,3)"],
  ["000006", "5"],
  ["000007", "6"],
  ["000008", "(4,5,6)"],
]);

interface Row {
  readonly checkpoint: number;
  readonly uploaded: readonly string[];
  /** For each file, how many retained checkpoints refer to it, once older ones are dropped. */
  readonly counts: { readonly [file: string]: number };
  /** Files deleted before the next checkpoint completes. */
  readonly deleted: readonly string[];
}

const PUBLISHED: readonly Row[] = [
  { checkpoint: 1, uploaded: ["1", "2"], counts: { "1": 1, "2": 1 }, deleted: [] },
  {
    checkpoint: 2,
    uploaded: ["3", "4"],
    counts: { "1": 2, "2": 2, "3": 1, "4": 1 },
    deleted: [],
  },
  {
    checkpoint: 3,
    uploaded: ["(1,2,3)", "5"],
    counts: { "1": 1, "2": 1, "3": 1, "4": 2, "(1,2,3)": 1, "5": 1 },
    deleted: [],
  },
  {
    checkpoint: 4,
    uploaded: ["(4,5,6)"],
    counts: { "4": 1, "5": 1, "(1,2,3)": 2, "(4,5,6)": 1 },
    deleted: ["1", "2", "3"],
  },
];

testEveryPlan(incrementalWalk);

test("incremental-walk comes to the published table, exactly, whatever the seed", () => {
  for (let seed = 1; seed <= 20; seed++) {
    const { events } = runChecked({ scenario: "incremental-walk", seed });
    expect(rowsOf(events).slice(0, PUBLISHED.length)).toEqual(PUBLISHED);
  }
});

test("incremental-walk goes on from CP3's files after a crash, and uploads none of them again", () => {
  const faults = incrementalWalk.plans["crash"] ?? [];
  const { events } = runChecked({ scenario: "incremental-walk", seed: 1, faults });
  expect(events.some(({ kind }) => kind === "restore-started")).toBe(true);
  const [, , third, fourth] = rowsOf(events);
  expect(third?.uploaded).toEqual(["(1,2,3)", "5"]);
  for (const file of ["4", "(1,2,3)", "5"]) expect(fourth?.uploaded).not.toContain(file);
});

/** The table, from the trace alone. */
function rowsOf(events: readonly TraceEvent[]): readonly Row[] {
  const references = new Map<number, readonly string[]>();
  const retained = new Set<number>();
  const rows: (Row & { readonly uploaded: string[]; readonly deleted: string[] })[] = [];
  let uploaded: string[] = [];
  for (const event of events) {
    switch (event.kind) {
      case "write-completed":
        if (isShared(event.path)) uploaded.push(nameOf(event.path));
        break;
      case "file-deleted":
        if (isShared(event.path)) rows.at(-1)?.deleted.push(nameOf(event.path));
        break;
      case "shared-files-referenced": {
        const files = JSON.parse(event.files) as readonly (readonly [string, number])[];
        references.set(
          event.checkpoint,
          files.map(([path]) => nameOf(path)),
        );
        break;
      }
      case "checkpoint-stored":
        retained.add(event.checkpoint);
        rows.push({ checkpoint: event.checkpoint, uploaded, counts: {}, deleted: [] });
        uploaded = [];
        break;
      case "checkpoint-subsumed":
        retained.delete(event.checkpoint);
        break;
      default:
        break;
    }
    const last = rows.at(-1);
    if (
      last !== undefined &&
      (event.kind === "checkpoint-stored" || event.kind === "checkpoint-subsumed")
    ) {
      rows[rows.length - 1] = { ...last, counts: countsOf(retained, references) };
    }
  }
  return rows.map((row) => ({
    ...row,
    uploaded: row.uploaded.sort(),
    deleted: row.deleted.sort(),
  }));
}

function countsOf(
  retained: ReadonlySet<number>,
  references: ReadonlyMap<number, readonly string[]>,
): Row["counts"] {
  const counts: { [file: string]: number } = {};
  for (const checkpoint of retained) {
    for (const file of references.get(checkpoint) ?? []) counts[file] = (counts[file] ?? 0) + 1;
  }
  return counts;
}

function isShared(path: string): boolean {
  return path.includes("/shared/");
}

function nameOf(path: string): string {
  const number = /(\d{6})\.sst$/.exec(path)?.[1] ?? path;
  return NAMES.get(number) ?? number;
}
