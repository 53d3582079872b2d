// The text's own program: what it prints, and what a crash does to that and to its state.
import { expect, test } from "vitest";
import { SCENARIOS } from "../../scenarios/index.ts";
import { listingOn } from "../../scenarios/listing.ts";
import type { Fault } from "../../sim/api/scenario.ts";
import { type CheckedRun, Runner } from "../../sim/harness/runner.ts";
import {
  FsStateBackend,
  MemoryStateBackend,
  RocksDBStateBackend,
  type StateBackend,
} from "../../sim/index.ts";
import { sha256 } from "../../sim/node/sha256.ts";
import { OPTIONS } from "../../sim/runtime/configuration.ts";
import { complaintsOf, runChecked } from "../support/runner.ts";

const SEEDS = [1, 2, 3, 4, 5];
const EXPECTED = ["a 0", "b 0", "c 0", "a 1"];

function runListing(seed: number, plan?: string): CheckedRun {
  const plans = SCENARIOS.find(({ name }) => name === "listing")?.plans ?? {};
  const faults: readonly Fault[] = plan === undefined ? [] : (plans[plan] ?? []);
  const config = { "recording.level": "state" };
  return runChecked({ scenario: "listing", seed, faults, config });
}

function linesOf({ events }: CheckedRun): readonly string[] {
  return events.flatMap((event) => {
    return event.kind === "line-printed" ? [JSON.parse(event.line) as string] : [];
  });
}

/** The counts as they stand at the end: what a key was last updated to. */
function countsOf({ events }: CheckedRun): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const event of events) {
    if (event.kind !== "state-updated" || event.state !== "count") continue;
    counts.set(JSON.parse(event.key) as string, Number(event.value));
  }
  return counts;
}

const FINAL_COUNTS = new Map([
  ["a", 2],
  ["b", 1],
  ["c", 1],
]);

test.each(SEEDS)("listing prints each word with its count before (seed %i)", (seed) => {
  const checked = runListing(seed);
  expect(linesOf(checked)).toEqual(EXPECTED);
  expect(countsOf(checked)).toEqual(FINAL_COUNTS);
  expect(complaintsOf(checked)).toEqual([]);
  expect(checked.run.jobStatus).toBe("FINISHED");
});

interface Backend {
  readonly name: string;
  readonly create: () => StateBackend;
  /** State backend, checkpoint storage and checkpoint directory, as the configuration then says. */
  readonly sets: readonly unknown[];
}

const BACKENDS: readonly Backend[] = [
  {
    name: "MemoryStateBackend",
    create: () => new MemoryStateBackend(),
    sets: ["hashmap", "jobmanager", undefined],
  },
  {
    name: "FsStateBackend",
    create: () => new FsStateBackend("file:///checkpoints/fs"),
    sets: ["hashmap", "filesystem", "file:///checkpoints/fs"],
  },
  {
    name: "RocksDBStateBackend",
    create: () => new RocksDBStateBackend("file:///path/to/rocksdb"),
    sets: ["rocksdb", "filesystem", "file:///path/to/rocksdb"],
  },
];

test.each(BACKENDS)("listing on $name prints the same, and restores it", ({ create, sets }) => {
  const scenario = listingOn(create);
  const own = new Runner([scenario], sha256);
  const faults = scenario.plans["crash-after-checkpoint"] ?? [];
  const config = { "recording.level": "state" };
  const prepared = own.prepare({ scenario: "listing", seed: 1, faults, config });
  const { configuration } = prepared;
  expect([
    configuration.get(OPTIONS.stateBackend),
    configuration.get(OPTIONS.checkpointStorage),
    configuration.get(OPTIONS.checkpointDirectory),
  ]).toEqual(sets);
  const checked = own.runChecked(prepared);
  expect(complaintsOf(checked)).toEqual([]);
  expect(restoredFrom(checked)).toEqual([0, 1]);
  expect(linesOf(checked)).toEqual(EXPECTED);
  expect(countsOf(checked)).toEqual(FINAL_COUNTS);
});

test.each(SEEDS)("a crash right after a checkpoint repeats no line (seed %i)", (seed) => {
  const checked = runListing(seed, "crash-after-checkpoint");
  expect(checked.run.unstruckFaults).toEqual([]);
  expect(restoredFrom(checked)).toEqual([0, 1]);
  expect(linesOf(checked)).toEqual(EXPECTED);
  expect(countsOf(checked)).toEqual(FINAL_COUNTS);
  expect(complaintsOf(checked)).toEqual([]);
});

test.each(SEEDS)(
  "a later crash repeats lines, which is legal, and the state is right (seed %i)",
  (seed) => {
    const checked = runListing(seed, "crash-later");
    expect(checked.run.unstruckFaults).toEqual([]);
    const lines = linesOf(checked);
    expect(lines.length).toBeGreaterThan(EXPECTED.length);
    expect(new Set(lines)).toEqual(new Set(EXPECTED));
    const last = lines.slice(-(lines.length - EXPECTED.length));
    expect(EXPECTED.slice(-last.length)).toEqual(last);
    expect(countsOf(checked)).toEqual(FINAL_COUNTS);
    expect(complaintsOf(checked)).toEqual([]);
    const [witness] = checked.verdicts.filter(({ checker }) => checker === "failure-transparency");
    expect(witness?.kind).toBe("holds");
    expect(witness?.sentence).toMatch(
      /checked only for loss at the end, as at-least-once: stdout \(\d+ surplus/,
    );
  },
);

/** What each start of the job began from, 0 for nothing. */
function restoredFrom({ events }: CheckedRun): readonly number[] {
  return events.flatMap((event) => (event.kind === "restore-started" ? [event.checkpoint] : []));
}
