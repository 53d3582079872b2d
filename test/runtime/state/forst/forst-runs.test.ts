// Jobs on ForSt: checkpoints write no files of state, a recovery reads none, nothing stays behind, and what reads cost
// after a recovery shows.
import { describe, expect, test } from "vitest";
import type { Fault } from "../../../../sim/index.ts";
import {
  Configuration,
  type ConfigValues,
  OPTIONS,
} from "../../../../sim/runtime/configuration.ts";
import { decodeEvents, tracedKinds } from "../../../../sim/trace/trace.ts";
import {
  type EventOf,
  TRACE_EVENT_KINDS,
  type TraceEvent,
} from "../../../../sim/trace/trace-event.ts";
import { complaintsOf, runChecked } from "../../../support/runner.ts";

const SMALL: ConfigValues = {
  "state.backend.rocksdb.writebuffer.size": "64 b",
  "state.backend.rocksdb.compaction.level.max-size-level-base": "400 b",
  "state.backend.rocksdb.compaction.level.target-file-size-base": "200 b",
  "world.rocksdb.level0-file-num-compaction-trigger": 2,
};
/** The machine of count-1 dies in the middle of the job. */
const CRASH: Fault = {
  what: "task-manager-dies",
  where: "task-manager-1",
  when: { after: { event: "checkpoint-completed", place: "job-master", checkpoint: 3, nth: 1 } },
};
const FORST: ConfigValues = { "state.backend.type": "forst" };
const WORKING_FILE = /\/shared\/attempt-\d+\//;

function eventsOf(request: Parameters<typeof runChecked>[0]): readonly TraceEvent[] {
  const checked = runChecked({ ...request, config: { ...request.config, ...LEVEL } });
  expect(complaintsOf(checked)).toEqual([]);
  return decodeEvents(checked.run.blocks, tracedKinds(TRACE_EVENT_KINDS));
}

const LEVEL: ConfigValues = { "recording.level": "network" };

function ofKind<Kind extends TraceEvent["kind"]>(
  events: readonly TraceEvent[],
  kind: Kind,
): readonly EventOf<Kind>[] {
  return events.filter((event): event is EventOf<Kind> => event.kind === kind);
}

/** The files that are in the shared storage in the end. */
function leftIn(events: readonly TraceEvent[]): readonly string[] {
  const files = new Set<string>();
  for (const { path } of ofKind(events, "write-completed")) files.add(path);
  for (const { path } of ofKind(events, "file-deleted")) files.delete(path);
  return [...files].filter((path) => WORKING_FILE.test(path));
}

describe("A run on ForSt", () => {
  const events = eventsOf({
    scenario: "word-count",
    seed: 1,
    config: { ...FORST, ...SMALL, "execution.checkpointing.interval": "50 ms" },
    faults: [CRASH],
  });

  test("uploads nothing of its keyed state for a checkpoint but the manifest", () => {
    const written = ofKind(events, "write-completed").map(({ path }) => path);
    expect(written.filter((path) => WORKING_FILE.test(path)).length).toBeGreaterThan(10);
    expect(written.filter((path) => path.includes("/shared/chk-"))).toEqual([]);
    const referred = ofKind(events, "shared-files-referenced");
    expect(referred.length).toBeGreaterThan(3);
    for (const { files } of referred) {
      for (const [path] of JSON.parse(files) as [string, number][]) {
        expect(path).toMatch(WORKING_FILE);
      }
    }
  });

  test("reads not a byte of its files for a recovery", () => {
    const read = ofKind(events, "read-completed").filter(({ path }) => WORKING_FILE.test(path));
    expect(read.length).toBeGreaterThan(2);
    expect(read.map(({ bytes }) => bytes).filter((bytes) => bytes > 0)).toEqual([]);
    expect(ofKind(events, "restore-started")).toHaveLength(2);
  });

  test("leaves nothing in the storage, even what the dead machine had not told of", () => {
    expect(leftIn(events)).toEqual([]);
    const handedIn = ofKind(events, "shared-files-referenced")
      .map(({ files }) => files)
      .join();
    const untold = ofKind(events, "write-completed").filter(
      ({ path, writer }) =>
        WORKING_FILE.test(path) && writer.startsWith("count") && !handedIn.includes(path),
    );
    expect(untold.length).toBeGreaterThan(0);
  });
});

test("A restart sweeps what the attempts before it have left, before the job ends", () => {
  const events = eventsOf({
    scenario: "word-count",
    seed: 1,
    config: { ...FORST, ...SMALL, "execution.checkpointing.interval": "50 ms" },
    faults: [{ what: "power-loss", where: "cluster", when: { at: 130_000 } }],
  });
  const [, restart] = ofKind(events, "restore-started");
  const [end] = ofKind(events, "job-ended");
  const swept = ofKind(events, "file-deleted").filter(
    ({ path, index }) =>
      path.includes("/attempt-0/") && index > (restart?.index ?? 0) && index < (end?.index ?? 0),
  );
  expect(swept.length).toBeGreaterThan(0);
  expect(leftIn(events)).toEqual([]);
});

test("Files that are merged away between the two parts of a snapshot stay until it is handed in", () => {
  const config = { ...FORST, ...SMALL, "world.task.async-cost": "20 ms" };
  const checked = runChecked({ scenario: "session-ttl", seed: 1, config, faults: [] });
  expect(complaintsOf(checked)).toEqual([]);
});

describe("After a recovery", () => {
  /** How long count-1 takes for its first five records once it runs again. */
  function catchUpOf(config: ConfigValues): number {
    const events = eventsOf({
      scenario: "word-count",
      seed: 1,
      config: { ...config, "execution.checkpointing.interval": "50 ms" },
      faults: [CRASH],
    });
    const running = ofKind(events, "task-running").findLast(({ place }) => place === "count-1");
    const processed = ofKind(events, "record-processed").filter(
      ({ place, index }) => place === "count-1" && index > (running?.index ?? 0),
    );
    return (processed[4]?.time ?? Number.NaN) - (processed[0]?.time ?? 0);
  }

  test("each file is fetched when it is first read, which the first records wait for", () => {
    const warm = catchUpOf({
      "state.backend.type": "rocksdb",
      "execution.checkpointing.incremental": "true",
    });
    const cold = catchUpOf(FORST);
    const { storageLatency } = OPTIONS;
    expect(cold - warm).toBeGreaterThan(Configuration.of({}).get(storageLatency));
  });
});
