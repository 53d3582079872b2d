// The property to test: local recovery changes nothing but how long a recovery takes. What is restored from copies is what
// the checkpoint storage would have given, and what is committed is the same.
import fc from "fast-check";
import { expect, test } from "vitest";
import type { ConfigValues } from "../../sim/runtime/configuration.ts";
import type { EventOf, TraceEvent } from "../../sim/trace/trace-event.ts";
import { complaintsOf, replayLine, runChecked } from "../support/runner.ts";

const IN_FILES: ConfigValues = { "execution.checkpointing.data-inline-threshold": "0 b" };
const BACKENDS: readonly ConfigValues[] = [
  {},
  IN_FILES,
  { "state.backend.type": "rocksdb", ...IN_FILES },
  {
    "state.backend.type": "rocksdb",
    "execution.checkpointing.incremental": true,
    "world.rocksdb.level0-file-num-compaction-trigger": 2,
    ...IN_FILES,
  },
];
const LOCAL: ConfigValues = { "execution.state-recovery.from-local": true };
/** Scenarios and two subtasks in each that have keyed state. */
const JOBS = [
  { scenario: "word-count", tasks: ["count-1", "count-2"] },
  { scenario: "game-state", tasks: ["players+scored-1", "players+scored-2"] },
] as const;

const struck = fc.record({
  job: fc.constantFrom(...JOBS),
  seed: fc.integer({ min: 1, max: 10_000 }),
  backend: fc.constantFrom(...BACKENDS),
  taskManagers: fc.constantFrom(undefined, 3),
  what: fc.constantFrom(
    "task-throws",
    "task-manager-dies",
    "task-manager-loses-disk",
    "power-loss",
  ),
  subtask: fc.nat(1),
  event: fc.constantFrom("checkpoint-acknowledged", "completion-received"),
  checkpoint: fc.integer({ min: 1, max: 3 }),
});

test("a run with local recovery commits what one without commits, from the same restored state", () => {
  const counts = { runs: 0, local: 0, remote: 0 };
  const property = fc.property(struck, (drawn) => {
    const request = requestOf(drawn, LOCAL);
    const local = runChecked(request);
    const remote = runChecked(requestOf(drawn, {}));
    expect(complaintsOf(local), replayLine(request)).toEqual([]);
    expect(complaintsOf(remote)).toEqual([]);
    // Until something is restored the two runs are one; with a machine to spare tasks may then go elsewhere.
    expect(firstRestored(local.events)).toEqual(firstRestored(remote.events));
    const { isConfluent } = local.run.job.scenario;
    if (isConfluent) expect(committedBy(local.events)).toEqual(committedBy(remote.events));
    counts.runs++;
    for (const { alternative } of chosen(local.events)) {
      counts[alternative === "local" ? "local" : "remote"]++;
    }
  });
  fc.assert(property, { numRuns: 40, includeErrorInReport: true });
  // Both ways were really gone.
  expect(counts.local).toBeGreaterThan(20);
  expect(counts.remote).toBeGreaterThan(5);
}, 120_000);

test.each(BACKENDS)("the copy is used after a task's failure, under %o", (backend) => {
  const faults = [failure("count-2", 2)];
  const config = { ...backend, ...LOCAL };
  const { events, run } = runChecked({ scenario: "word-count", seed: 1, faults, config });
  expect(run.unstruckFaults).toEqual([]);
  const choices = chosen(events).map(({ task, checkpoint, alternative }) => {
    return [task, checkpoint, alternative];
  });
  expect(choices.sort()).toEqual([
    ["count-1", 2, "local"],
    ["count-2", 2, "local"],
  ]);
  // Nobody asks the storage for what is here.
  const restoring = events.filter(
    (event) => event.kind === "read-completed" && /-count-|shared/.test(event.path),
  );
  expect(restoring).toEqual([]);
});

test("a copy outlives its process but not its disk, and one machine to spare takes nobody's place", () => {
  const config = {
    ...LOCAL,
    "world.task-managers": 3,
    "heartbeat.interval": "100 ms",
    "heartbeat.timeout": "500 ms",
  };
  const when = {
    after: { event: "completion-received", place: "count-1", checkpoint: 2, nth: 1 },
  } as const;
  const alternatives = (what: string, config: ConfigValues) => {
    const faults = [{ what, where: "task-manager-1", when }];
    const { events } = runChecked({ scenario: "word-count", seed: 1, faults, config });
    return chosen(events).map(({ task, place, alternative }) => [task, place, alternative]);
  };
  expect(alternatives("task-manager-dies", LOCAL)).toContainEqual([
    "count-1",
    "task-manager-1",
    "local",
  ]);
  expect(alternatives("task-manager-loses-disk", LOCAL)).toContainEqual([
    "count-1",
    "task-manager-1",
    "remote",
  ]);
  expect(alternatives("task-manager-dies", config).sort()).toEqual([
    ["count-1", "task-manager-3", "remote"],
    ["count-2", "task-manager-2", "local"],
  ]);
});

test("a recovery of much state is shorter by the time it would have taken to fetch it", () => {
  const params = { keys: 20_000, updates: 20, valueBytes: 32 };
  const recovery = (config: ConfigValues): number => {
    const scenario = { name: "state-growth", params };
    const level = { "recording.level": "protocol" };
    const when = {
      after: { event: "completion-received", place: "keep-1", checkpoint: 4, nth: 1 },
    } as const;
    const faults = [{ what: "task-throws", where: "keep-1", when }];
    const { events, run } = runChecked({
      scenario,
      seed: 1,
      faults,
      config: { ...config, ...level },
    });
    expect(run.unstruckFaults).toEqual([]);
    const started = events.findLast(({ kind }) => kind === "restore-started");
    const restored = events.findLast(
      ({ kind, place }) => kind === "task-restored" && place === "keep-1",
    );
    return (restored?.time ?? 0) - (started?.time ?? 0);
  };
  const saved = recovery({}) - recovery(LOCAL);
  // 20,000 keys are 740 kB, at 50 MB/s.
  expect(saved).toBeGreaterThan(14_000);
});

type Drawn = typeof struck extends fc.Arbitrary<infer Value> ? Value : never;

function requestOf(drawn: Drawn, local: ConfigValues) {
  const { job, seed, backend, what, subtask, event, checkpoint, taskManagers } = drawn;
  const { scenario, tasks } = job;
  const where = what.startsWith("task-manager")
    ? `task-manager-${subtask + 1}`
    : what === "power-loss"
      ? "cluster"
      : (tasks[subtask] ?? "");
  const when = { after: { event, place: tasks[0], checkpoint, nth: 1 } };
  const spare: ConfigValues = taskManagers === undefined ? {} : SPARE;
  return {
    scenario,
    seed,
    config: { ...backend, ...spare, ...local },
    faults: [{ what, where, when }],
  };
}

/** A machine more than is needed, and heartbeats that miss one before it is back. */
const SPARE: ConfigValues = {
  "world.task-managers": 3,
  "heartbeat.interval": "100 ms",
  "heartbeat.timeout": "500 ms",
};

function failure(where: string, checkpoint: number) {
  const after = { event: "completion-received", place: where, checkpoint, nth: 1 } as const;
  return { what: "task-throws", where, when: { after } };
}

function chosen(events: readonly TraceEvent[]): readonly EventOf<"restore-alternative-chosen">[] {
  return events.filter((event) => event.kind === "restore-alternative-chosen");
}

/** What each operator held after the first restore. */
function firstRestored(events: readonly TraceEvent[]): readonly string[] {
  return events
    .filter((event) => event.kind === "operator-restored")
    .filter(({ incarnation }) => incarnation === 1)
    .map(({ place, operator, checkpoint, keyed, operatorState }) => {
      return [place, operator, checkpoint, keyed, operatorState].join(" ");
    })
    .sort();
}

function committedBy(events: readonly TraceEvent[]): readonly string[] {
  return events
    .filter((event) => event.kind === "record-committed")
    .map(({ log, value }) => `${log} ${value}`)
    .sort();
}
