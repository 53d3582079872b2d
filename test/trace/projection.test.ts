// State at event i: what each kind of event does to it, and that keyframes never change the answer.
import fc from "fast-check";
import { beforeEach, describe, expect, test } from "vitest";
import { History } from "../../sim/trace/history.ts";
import { Keyframes } from "../../sim/trace/keyframes.ts";
import { ProjectionState, project, type WorldProgress } from "../../sim/trace/projection.ts";
import { decodeEvents, type Trace } from "../../sim/trace/trace.ts";
import { TRACE_EVENT_KINDS, type TraceEvent } from "../../sim/trace/trace-event.ts";
import {
  channelBetween,
  type Happening,
  HEADER,
  recordedRun,
  TOPOLOGY,
  TraceWriter,
} from "./recorded-run.ts";

const JOB = "job-master#0";
const WORDS_TO_COUNT = channelBetween("words-1", "count-1", 0);
const OTHER_TO_COUNT = channelBetween("words-2", "count-1", 0);

/** What `after` has recorded in this test. */
let recorded: Happenings;

beforeEach(() => {
  recorded = [];
});

describe("project", () => {
  test("starts with everything created and empty", () => {
    const world = project(TOPOLOGY, [], -1);
    expect(world).toMatchObject({ index: -1, time: 0, checkpoints: [], hosts: [], logs: [] });
    expect(world.job).toMatchObject({ status: "CREATED", restoredFrom: undefined });
    expect(world.subtasks.map(({ name, phase }) => `${name} ${phase.kind}`)).toEqual([
      "words-1 created",
      "words-2 created",
      "count-1 created",
      "count-2 created",
      "counts-1 created",
    ]);
    expect(world.channels.map(({ name }) => name)).toEqual([
      WORDS_TO_COUNT,
      channelBetween("words-1", "count-2", 0),
      OTHER_TO_COUNT,
      channelBetween("words-2", "count-2", 0),
      channelBetween("count-1", "counts-1", 1),
      channelBetween("count-2", "counts-1", 1),
    ]);
  });

  test("a forward edge connects equal subtasks only", () => {
    const edges = TOPOLOGY.edges.map((edge) => ({ ...edge, partitioning: "forward" as const }));
    const { channels } = project({ ...TOPOLOGY, edges: edges.slice(0, 1) }, [], -1);
    expect(channels.map(({ name }) => name)).toEqual(["words-1->count-1/0", "words-2->count-2/0"]);
  });

  test("follows a subtask from deployment to its end", () => {
    const seen = phasesOf("count-1", (at) => [
      [JOB, "task-deployed", deployment("count-1", 0)],
      [at, "task-restored", { checkpoint: 0 }],
      [at, "task-running", {}],
      [at, "barrier-received", { checkpoint: 1, channel: WORDS_TO_COUNT }],
      [`${WORDS_TO_COUNT}#0`, "channel-blocked", { checkpoint: 1 }],
      [at, "record-processed", { channel: OTHER_TO_COUNT, sequence: 0, value: "b" }],
      [at, "barrier-received", { checkpoint: 1, channel: OTHER_TO_COUNT }],
      [at, "alignment-completed", { checkpoint: 1, duration: 10 }],
      [`${WORDS_TO_COUNT}#0`, "channel-resumed", { checkpoint: 1 }],
      [at, "barrier-emitted", { checkpoint: 1 }],
      [at, "snapshot-taken", { checkpoint: 1, startDelay: 1, alignment: 10, sync: 2 }],
      [at, "hook-waiting", { hook: "pre-commit", request: "flush" }],
      [at, "hook-finished", { hook: "pre-commit" }],
      [at, "task-finished", {}],
    ]);
    const both = [WORDS_TO_COUNT, OTHER_TO_COUNT];
    expect(seen).toEqual([
      { kind: "deploying" },
      { kind: "restoring" },
      { kind: "running" },
      { kind: "aligning", checkpoint: 1, arrived: [WORDS_TO_COUNT], blocked: [] },
      { kind: "aligning", checkpoint: 1, arrived: [WORDS_TO_COUNT], blocked: [WORDS_TO_COUNT] },
      { kind: "aligning", checkpoint: 1, arrived: [WORDS_TO_COUNT], blocked: [WORDS_TO_COUNT] },
      { kind: "aligning", checkpoint: 1, arrived: both, blocked: [WORDS_TO_COUNT] },
      { kind: "running" },
      { kind: "running" },
      { kind: "snapshotting", checkpoint: 1 },
      { kind: "running" },
      { kind: "blocked-outside", hook: "pre-commit", request: "flush" },
      { kind: "running" },
      { kind: "finished" },
    ]);
  });

  test("gives up an alignment with its checkpoint and ignores its late barriers", () => {
    const seen = phasesOf("count-1", (at) => [
      [JOB, "task-deployed", deployment("count-1", 0)],
      [at, "task-running", {}],
      [at, "barrier-received", { checkpoint: 1, channel: WORDS_TO_COUNT }],
      [at, "abort-received", { checkpoint: 1 }],
      [at, "barrier-received", { checkpoint: 1, channel: OTHER_TO_COUNT }],
      [at, "barrier-received", { checkpoint: 2, channel: OTHER_TO_COUNT }],
    ]);
    expect(seen.slice(2).map(({ kind }) => kind)).toEqual([
      "aligning",
      "running",
      "running",
      "aligning",
    ]);
  });

  test("says what a subtask did last and how much", () => {
    const world = worldAfter((at) => [
      [JOB, "task-deployed", deployment("words-1", 2)],
      [at("words-1", 2), "record-read", { source: "log:w", partition: 0, offset: 17, value: "a" }],
      [at("words-1", 2), "record-emitted", { channel: WORDS_TO_COUNT, sequence: 0, value: "a" }],
      [at("words-1", 2), "output-blocked", {}],
      [at("words-1", 2), "trigger-received", { checkpoint: 4 }],
      [at("words-1", 2), "snapshot-taken", SNAPSHOT],
      [at("words-1", 2), "completion-received", { checkpoint: 4 }],
    ]);
    expect(subtask(world, "words-1")).toMatchObject({
      attempt: 2,
      taskManager: "task-manager-1",
      isBackPressured: true,
      checkpoint: 4,
      completed: 4,
      unacknowledged: [4],
      lastRecord: { kind: "read", source: "log:w", partition: 0, offset: 17, value: '"a"' },
      counts: { read: 1, processed: 0, emitted: 1, written: 0, snapshots: 1 },
    });
  });

  test("passes over what an earlier attempt still does", () => {
    const world = worldAfter((at) => [
      [JOB, "task-deployed", deployment("words-1", 1)],
      [at("words-1", 1), "task-running", {}],
      [at("words-1", 0), "task-failed", { reason: "late" }],
      [at("words-1", 0), "record-emitted", { channel: WORDS_TO_COUNT, sequence: 5, value: 1 }],
    ]);
    expect(subtask(world, "words-1")).toMatchObject({ attempt: 1, phase: { kind: "running" } });
    expect(channel(world, WORDS_TO_COUNT).inFlight).toEqual([]);
  });

  test("keeps what is in flight in order, records and barriers alike", () => {
    const emitted = worldAfter((at) => [
      [JOB, "task-deployed", deployment("words-1", 0)],
      [JOB, "task-deployed", deployment("count-1", 0)],
      [at("words-1", 0), "record-emitted", { channel: WORDS_TO_COUNT, sequence: 0, value: 1 }],
      [at("words-1", 0), "barrier-emitted", { checkpoint: 1 }],
      [at("words-1", 0), "record-emitted", { channel: WORDS_TO_COUNT, sequence: 1, value: 2 }],
      [at("words-1", 0), "cancel-marker-emitted", { checkpoint: 2 }],
    ]);
    expect(channel(emitted, WORDS_TO_COUNT)).toMatchObject({
      emitted: 2,
      processed: 0,
      inFlight: [
        { kind: "record", sequence: 0, value: "1" },
        { kind: "barrier", checkpoint: 1 },
        { kind: "record", sequence: 1, value: "2" },
        { kind: "cancel-marker", checkpoint: 2 },
      ],
    });
    const taken = worldAfter((at) => [
      [at("count-1", 0), "record-processed", { channel: WORDS_TO_COUNT, sequence: 0, value: 1 }],
      [at("count-1", 0), "barrier-received", { channel: WORDS_TO_COUNT, checkpoint: 1 }],
    ]);
    expect(channel(taken, WORDS_TO_COUNT)).toMatchObject({
      processed: 1,
      inFlight: [
        { kind: "record", sequence: 1 },
        { kind: "cancel-marker", checkpoint: 2 },
      ],
    });
  });

  test("empties channels when their consumer dies, and begins anew with new attempts", () => {
    const happen = (...happenings: Happenings): WorldProgress => worldAfter(() => happenings);
    happen(
      [JOB, "task-deployed", deployment("count-1", 0)],
      ["words-1#0", "record-emitted", { channel: WORDS_TO_COUNT, sequence: 0, value: 1 }],
      [`${WORDS_TO_COUNT}#0`, "channel-blocked", { checkpoint: 1 }],
    );
    const crashed = happen(["task-manager-1#0", "host-crashed", { disk: "lost" }]);
    expect(subtask(crashed, "count-1").phase).toEqual({ kind: "lost", host: "task-manager-1" });
    expect(channel(crashed, WORDS_TO_COUNT)).toMatchObject({
      inFlight: [],
      blockedFor: undefined,
      emitted: 1,
    });
    const again = happen([JOB, "task-deployed", deployment("count-1", 1)]);
    expect(channel(again, WORDS_TO_COUNT).emitted).toBe(0);
    const broken = happen([`${WORDS_TO_COUNT}#1`, "channel-broken", { reason: "reset" }]);
    expect(channel(broken, WORDS_TO_COUNT).brokenBecause).toBe("reset");
    const connected = happen([`${WORDS_TO_COUNT}#1`, "channel-connected", {}]);
    expect(channel(connected, WORDS_TO_COUNT).brokenBecause).toBeUndefined();
  });

  test("follows a checkpoint to its end", () => {
    const events = eventsOf(recordedRun());
    const world = project(TOPOLOGY, events, events.length - 1);
    expect(world.checkpoints.map(({ id, phase }) => [id, phase.kind])).toEqual([
      [1, "subsumed"],
      [2, "aborted"],
      [3, "completed"],
    ]);
    expect(world.checkpoints[0]).toMatchObject({
      triggeredAt: 10_000,
      phase: { by: 3, completed: { bytes: 510, duration: 12_500 } },
    });
    expect(world.checkpoints[2]?.acknowledgements.map(({ task, bytes }) => [task, bytes])).toEqual([
      ["words-1", 100],
      ["words-2", 101],
      ["count-1", 102],
      ["count-2", 103],
      ["counts-1", 104],
    ]);
    expect(world.checkpoints[2]?.snapshots.get("count-2")).toEqual({
      takenAt: 60_000,
      startDelay: 750,
      alignment: 300,
      sync: 40,
      async: 1_500,
      bytes: 103,
    });
    const stored = events.findIndex(({ kind }) => kind === "checkpoint-stored");
    expect(project(TOPOLOGY, events, stored).checkpoints[0]?.phase).toMatchObject({
      kind: "stored",
      path: "checkpoints/1/_metadata",
    });
  });

  test("counts only acknowledgements that counted", () => {
    const acknowledgement = { checkpoint: 1, task: "count-1", attempt: 0, bytes: 8 };
    const world = worldAfter(() => [
      [JOB, "checkpoint-triggered", { checkpoint: 1, tasks: 2 }],
      [JOB, "acknowledgement-received", { ...acknowledgement, outcome: "unknown" }],
      [JOB, "acknowledgement-received", { ...acknowledgement, outcome: "success" }],
      [JOB, "acknowledgement-received", { ...acknowledgement, outcome: "duplicate" }],
    ]);
    expect(world.checkpoints[0]?.acknowledgements).toHaveLength(1);
  });

  test("knows job, hosts and the outside world", () => {
    const events = eventsOf(recordedRun());
    const crash = events.findIndex(({ kind }) => kind === "task-manager-lost");
    expect(project(TOPOLOGY, events, crash).hosts).toEqual([
      {
        name: "task-manager-1",
        isUp: true,
        boot: 0,
        registration: { kind: "registered", slots: 2 },
      },
      {
        name: "task-manager-2",
        isUp: false,
        boot: 0,
        registration: { kind: "lost", reason: "connection refused" },
      },
    ]);
    const end = project(TOPOLOGY, events, events.length - 1);
    expect(end.hosts[1]).toMatchObject({ isUp: true, boot: 1 });
    expect(end.job).toEqual({
      status: "FINISHED",
      leadership: 0,
      newestCheckpoint: 3,
      restoredFrom: 1,
      ended: { status: "FINISHED", reason: "" },
    });
    expect(end.logs[0]).toMatchObject({ name: "log:counts", open: [], committed: 2 });
    expect(end.logs[0]?.records.toArray().map(({ value }) => value)).toEqual(['"v1"', '"v3"']);
  });

  test("follows transactions, printed lines and collectors", () => {
    const begun = { transaction: "s-0-1", epoch: 1, by: "counts-1", attempt: 0 };
    const world = worldAfter(() => [
      ["log:out#0", "transaction-begun", begun],
      ["log:out#0", "transaction-begun", { ...begun, transaction: "s-0-2" }],
      ["log:out#0", "transaction-flushed", { transaction: "s-0-1", epoch: 1, records: 3 }],
      ["log:out#0", "transaction-aborted", { transaction: "s-0-2", epoch: 1, reason: "timeout" }],
      ["stdout#0", "line-printed", { line: "a", by: "counts-1", attempt: 0 }],
      [
        "collector:c#0",
        "record-collected",
        { collector: "c", value: 5, by: "counts-1", attempt: 0 },
      ],
    ]);
    expect(world.logs).toMatchObject([
      { name: "log:out", open: [{ id: "s-0-1", flushed: 3 }], committed: 0, aborted: 1 },
    ]);
    expect(world.printed.toArray()).toEqual([{ value: '"a"', by: "counts-1", attempt: 0, at: 0 }]);
    expect(world.collectors[0]?.records.toArray()).toMatchObject([{ value: "5" }]);
  });

  test("refuses an event the trace does not have", () => {
    expect(() => project(TOPOLOGY, [], 0)).toThrow("Cannot project to event 0");
    expect(() => new Keyframes(TOPOLOGY, []).at(-2)).toThrow("Cannot project to event -2");
  });
});

describe("keyframes", () => {
  const events = eventsOf(recordedRun(60));
  const arbitraryIndex = fc.integer({ min: -1, max: events.length - 1 });

  test("give what projecting from scratch gives, in any order of asking", () => {
    const keyframes = new Keyframes(TOPOLOGY, events);
    expect(events.length).toBeGreaterThan(1024);
    fc.assert(
      fc.property(arbitraryIndex, (index) => {
        expect(plain(keyframes.at(index))).toEqual(plain(project(TOPOLOGY, events, index)));
      }),
    );
  });

  test("a clone and the state it was made of go their own ways", () => {
    fc.assert(
      fc.property(arbitraryIndex, (index) => {
        const state = ProjectionState.start(TOPOLOGY);
        for (const event of events.slice(0, index + 1)) state.apply(event);
        const before = plain(state.world());
        const clone = state.clone();
        for (const event of events.slice(index + 1)) clone.apply(event);
        expect(plain(state.world())).toEqual(before);
        for (const event of events.slice(index + 1)) state.apply(event);
        expect(plain(state.world())).toEqual(plain(clone.world()));
      }),
    );
  });

  test("share every part that did not change", () => {
    const state = ProjectionState.start(TOPOLOGY);
    for (const event of events.slice(0, 700)) state.apply(event);
    const before = state.world();
    const clone = state.clone();
    expect(clone.world().subtasks.every((part, index) => part === before.subtasks[index])).toBe(
      true,
    );
    expect(clone.world().printed).toBe(before.printed);
  });
});

test("no kind of event stops the projection, at any place", () => {
  const state = ProjectionState.start(TOPOLOGY);
  for (const [index, kind] of TRACE_EVENT_KINDS.entries()) {
    for (const place of ["count-1", WORDS_TO_COUNT, "nowhere"]) {
      const fields = kind.fields.map(({ name, type }) => [name, type === "number" ? 1 : "x"]);
      const head = { kind: kind.name, index, time: 0, place, incarnation: 0, cause: -1 };
      state.apply({ ...head, ...Object.fromEntries(fields) } as TraceEvent);
    }
  }
  expect(state.world().index).toBe(TRACE_EVENT_KINDS.length - 1);
});

test("History grows without changing what it grew from", () => {
  fc.assert(
    fc.property(fc.array(fc.integer()), fc.array(fc.integer()), fc.nat(9), (one, other, count) => {
      const shared = one.reduce((list, item) => list.append(item), History.empty<number>());
      const longer = other.reduce((list, item) => list.append(item), shared);
      expect(shared.toArray()).toEqual(one);
      expect(longer.toArray()).toEqual([...one, ...other]);
      expect(longer.length).toBe(one.length + other.length);
      expect(shared.newest(count)).toEqual(count === 0 ? [] : one.slice(-count));
    }),
  );
});

const SNAPSHOT = { checkpoint: 4, startDelay: 1, alignment: 2, sync: 3 } as const;

type Happenings = readonly Happening[];

function deployment(task: string, attempt: number) {
  return { task, attempt, taskManager: "task-manager-1", checkpoint: 0 };
}

function eventsOf(trace: Trace): TraceEvent[] {
  return decodeEvents(trace.blocks, HEADER.kinds);
}

/** The world after these happenings and all that this test has told before. */
function worldAfter(
  happenings: (at: (task: string, attempt: number) => string) => Happenings,
): WorldProgress {
  recorded = [...recorded, ...happenings((task, attempt) => `${task}#${attempt}`)];
  const events = eventsOf(new TraceWriter().record(...recorded).finish());
  return project(TOPOLOGY, events, events.length - 1);
}

/** The phases of a subtask's first attempt after each of the happenings. */
function phasesOf(
  task: string,
  happenings: (at: string) => Happenings,
): WorldProgress["subtasks"][number]["phase"][] {
  const events = eventsOf(new TraceWriter().record(...happenings(`${task}#0`)).finish());
  return events.map(({ index }) => subtask(project(TOPOLOGY, events, index), task).phase);
}

function subtask(world: WorldProgress, name: string): WorldProgress["subtasks"][number] {
  const found = world.subtasks.find((candidate) => candidate.name === name);
  if (found === undefined) throw new Error(`No subtask ${name}`);
  return found;
}

function channel(world: WorldProgress, name: string): WorldProgress["channels"][number] {
  const found = world.channels.find((candidate) => candidate.name === name);
  if (found === undefined) throw new Error(`No channel ${name}`);
  return found;
}

/** A world with its histories spelt out, to be compared. */
function plain(world: WorldProgress): unknown {
  return {
    ...world,
    printed: world.printed.toArray(),
    logs: world.logs.map((log) => ({ ...log, records: log.records.toArray() })),
    collectors: world.collectors.map((one) => ({ ...one, records: one.records.toArray() })),
  };
}
