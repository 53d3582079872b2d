// The files of checkpoints as the page reads them off a trace: every one, whoever brought it, with what its deletion
// followed from.
import { describe, expect, test } from "vitest";
import type { Case } from "../../../sim/harness/case.ts";
import { decodeEvents, type Trace } from "../../../sim/trace/trace.ts";
import type { TraceEvent } from "../../../sim/trace/trace-event.ts";
import {
  hasPointer,
  isFileGone,
  isFileThere,
  refersTo,
} from "../../../viz/model/checkpoint-files.ts";
import { createRunModel } from "../../../viz/model/create-run-model.ts";
import { planOf } from "../support/test-pages.ts";
import { CRASH_CASES, recorded, traceOfCase } from "./recorded-model.ts";

const CASES: readonly Case[] = [
  recorded({ scenario: "incremental-walk", seed: 1 }),
  recorded({
    scenario: "incremental-walk",
    seed: 2,
    faults: planOf("incremental-walk", "crash"),
  }),
  ...CRASH_CASES,
  ...CRASH_CASES.map((one) => ({
    ...one,
    config: {
      ...one.config,
      "state.backend.type": "rocksdb",
      "execution.checkpointing.incremental": true,
      "execution.checkpointing.data-inline-threshold": "0 b",
    },
  })),
];

describe.each(CASES.map((one, number) => [number, one] as const))("case %i", (_number, request) => {
  const trace = traceOfCase(request);
  const events = decodeEvents(trace.blocks, trace.header.kinds);
  const { checkpointFiles: all } = createRunModel(trace, []);

  test("what is there at any moment is what was written and not yet deleted", () => {
    expect(all.files.length).toBeGreaterThan(0);
    for (const index of momentsOf(trace)) {
      const there = all.files.filter((file) => isFileThere(file, index)).map(({ path }) => path);
      expect(there.toSorted(), `event ${index}`).toEqual(pathsThere(events, index));
    }
  });

  test("a file went with the last retained checkpoint that referred to it, or with its own that failed", () => {
    for (const file of all.files) {
      if (file.deleted === undefined || !file.isShared) continue;
      for (const id of all.references.keys()) {
        if (!refersTo(all, id, file, file.deleted)) continue;
        expect(hasPointer(all, id, file.deleted), `${file.path} of ${id}`).toBe(false);
      }
      expect(file.freedBy, file.path).toBeGreaterThanOrEqual(file.broughtBy);
    }
  });

  test("what a checkpoint refers to was brought by it or by one before it", () => {
    for (const [id, { noted, paths }] of all.references) {
      for (const path of paths) {
        const file = all.files.find((one) => one.path === path);
        expect(file?.broughtBy, path).toBeLessThanOrEqual(id);
        expect(file?.written, path).toBeLessThan(noted);
      }
    }
  });
});

test("in the published walk-through CP2's end has 1, 2 and 3 deleted, which CP1 brought in part", () => {
  const trace = traceOfCase(recorded({ scenario: "incremental-walk", seed: 1 }));
  const { files } = createRunModel(trace, []).checkpointFiles;
  const freed = (checkpoint: number, isShared: boolean): readonly string[] =>
    files
      .filter((file) => file.freedBy === checkpoint && file.isShared === isShared)
      .map(({ name }) => name)
      .toSorted();
  expect(freed(1, true)).toEqual([]);
  expect(freed(1, false)).toContain("_metadata");
  expect(freed(2, true)).toEqual(["000001.sst", "000002.sst", "000003.sst"]);
  const [first] = files.filter(({ isShared }) => isShared);
  expect(first).toMatchObject({ name: "000001.sst", broughtBy: 1, freedBy: 2, writer: "notes-1" });
  expect(isFileGone(first ?? { deleted: undefined }, trace.footer.events - 1)).toBe(true);
});

function momentsOf({ footer }: Trace): readonly number[] {
  return Array.from({ length: 60 }, (_, part) => Math.floor((part * (footer.events - 1)) / 59));
}

/** The files of checkpoints after an event, found the long way. */
function pathsThere(events: readonly TraceEvent[], index: number): readonly string[] {
  const there = new Set<string>();
  for (const event of events.slice(0, index + 1)) {
    if (event.kind === "write-completed" && /chk-\d+[/-]/.test(event.path)) there.add(event.path);
    if (event.kind === "file-deleted") there.delete(event.path);
  }
  return [...there].toSorted();
}
