// What a comparison says: full checkpoints follow what there is, incremental ones what changed; figures are what a trace
// holds, and the sentences what the figures hold.
import { beforeAll, describe, expect, test } from "vitest";
import { Configuration, type ConfigValues } from "../../sim/runtime/configuration.ts";
import {
  type ComparedRun,
  comparedCases,
  namedSettings,
  type Setting,
} from "../../sim/search/compare.ts";
import { rulesOfThumb } from "../../sim/search/rule-of-thumb.ts";
import { ruleSentence } from "../../sim/search/rule-sentences.ts";
import { FIGURES, figuresOf, type RunFigures } from "../../sim/search/run-figures.ts";
import { chargedCase, STATE_COSTS } from "../../sim/search/state-costs.ts";
import { decodeEvents, tracedKinds } from "../../sim/trace/trace.ts";
import { TRACE_EVENT_KINDS, type TraceEvent } from "../../sim/trace/trace-event.ts";
import { runner } from "../support/runner.ts";

const SETTINGS = namedSettings([
  { "state.backend.type": "hashmap" },
  { "state.backend.type": "rocksdb" },
  { "state.backend.type": "rocksdb", "execution.checkpointing.incremental": true },
]);
const KEYS = { name: "keys", values: [400, 4000, 40_000] };
const UPDATES = { name: "updates", values: [20, 200] };

describe("state-growth", () => {
  let runs: readonly ComparedRun[] = [];

  beforeAll(() => {
    const request = { scenario: "state-growth", config: { "recording.level": "protocol" } };
    const base = chargedCase(request, runner.scenarioOf(request.scenario).config);
    runs = comparedCases({ base, settings: SETTINGS, axes: [UPDATES, KEYS] }).map((one) => {
      const job = runner.prepare(one.request);
      const { jobStatus, digest, blocks } = runner.run(job);
      const events = decodeEvents(blocks, tracedKinds(TRACE_EVENT_KINDS));
      return { ...one, jobStatus, digest, figures: figuresOf(events, job.configuration) };
    });
  }, 120_000);

  const figureOf = (label: string, at: object, name: keyof RunFigures): number => {
    const run = runs.find(
      (one) => one.setting.label === label && JSON.stringify(one.at) === JSON.stringify(at),
    );
    return run?.figures[name] ?? Number.NaN;
  };

  test("every run finishes, and everything is measured", () => {
    expect(runs).toHaveLength(18);
    for (const { jobStatus, figures } of runs) {
      expect(jobStatus).toBe("FINISHED");
      for (const { name } of FIGURES) expect(figures[name], name).toBeGreaterThanOrEqual(0);
    }
  });

  test("the bytes of a full checkpoint follow what there is, of an incremental one what changed", () => {
    for (const updates of UPDATES.values) {
      const growth = (label: string): number =>
        figureOf(label, { updates, keys: 40_000 }, "bytes") /
        figureOf(label, { updates, keys: 400 }, "bytes");
      expect(growth("hashmap")).toBeGreaterThan(80);
      expect(growth("rocksdb")).toBeGreaterThan(80);
      expect(growth("rocksdb incremental")).toBeLessThan(1.3);
    }
    for (const keys of KEYS.values) {
      const growth = (label: string): number =>
        figureOf(label, { updates: 200, keys }, "bytes") /
        figureOf(label, { updates: 20, keys }, "bytes");
      expect(growth("hashmap")).toBeCloseTo(1, 2);
      expect(growth("rocksdb incremental")).toBeGreaterThan(4);
    }
  });

  test("the full size follows what there is under each setting", () => {
    for (const { label } of SETTINGS) {
      const sizes = KEYS.values.map((keys) => figureOf(label, { updates: 20, keys }, "fullBytes"));
      expect(sizes[1]).toBeGreaterThan(8 * (sizes[0] ?? 0));
      expect(sizes[2]).toBeGreaterThan(8 * (sizes[1] ?? 0));
    }
  });

  test("only the heap needs no disk, and only RocksDB's memory is bounded", () => {
    const at = { updates: 20, keys: 40_000 };
    expect(figureOf("hashmap", at, "disk")).toBe(0);
    expect(figureOf("hashmap", at, "memory")).toBe(3 * figureOf("hashmap", at, "fullBytes"));
    for (const label of ["rocksdb", "rocksdb incremental"]) {
      expect(figureOf(label, at, "disk")).toBeGreaterThan(1_000_000);
      // Besides the write buffers there are the positions of the sources and the sink's transactions.
      expect(figureOf(label, at, "memory")).toBeLessThan(2 * 1024 * 1024 + 1000);
    }
  });

  test("checkpoints and recoveries take what all the state takes, but for incremental ones", () => {
    const grown = (label: string, name: keyof RunFigures): number =>
      figureOf(label, { updates: 20, keys: 40_000 }, name) -
      figureOf(label, { updates: 20, keys: 400 }, name);
    const size = grown("hashmap", "fullBytes");
    const microsOf = (bandwidth: number): number => (size * 1_000_000) / bandwidth;
    const written = microsOf(50_000_000);
    const heap = microsOf(STATE_COSTS["world.heap.serialization-bandwidth"]) + written;
    const scan = microsOf(STATE_COSTS["world.rocksdb.scan-bandwidth"]) + written;
    for (const [label, most] of [
      ["hashmap", heap],
      ["rocksdb", scan],
    ] as const) {
      // Where there is little state, other tasks' parts take longer than that of the one that holds it.
      expect(grown(label, "duration")).toBeGreaterThan(0.85 * most);
      expect(grown(label, "duration")).toBeLessThan(1.05 * most);
    }
    expect(grown("rocksdb incremental", "duration")).toBeLessThan(0.1 * heap);
    // A recovery reads the same under both, while other tasks start; then one makes objects, the other a database.
    const at = { updates: 20, keys: 40_000 };
    const recovery = (label: string): number => figureOf(label, at, "recovery");
    const loaded = 6000 + microsOf(STATE_COSTS["world.rocksdb.load-bandwidth"]);
    const made = microsOf(STATE_COSTS["world.heap.deserialization-bandwidth"]);
    const difference = recovery("rocksdb") - recovery("hashmap");
    expect(difference / (loaded - made)).toBeGreaterThan(0.9);
    expect(difference / (loaded - made)).toBeLessThan(1.1);
    expect(recovery("rocksdb incremental")).toBeLessThan(recovery("hashmap"));
  });

  test("only an incremental checkpoint pauses for what changed", () => {
    const pause = (label: string, updates: number): number =>
      figureOf(label, { updates, keys: 40_000 }, "pause");
    for (const label of ["hashmap", "rocksdb"]) {
      for (const updates of UPDATES.values) expect(pause(label, updates)).toBe(1000);
    }
    const few = pause("rocksdb incremental", 20);
    expect(few).toBeGreaterThan(1000 + 2400);
    expect(pause("rocksdb incremental", 200)).toBeGreaterThan(few);
  });

  test("the rules of thumb say so, of both axes", () => {
    const rules = rulesOfThumb({ axes: [KEYS, UPDATES], settings: SETTINGS }, runs);
    const told = rules.map((rule) => ruleSentence(rule, "en"));
    expect(told).toContainEqual(
      expect.stringMatching(
        /^With 200 updates: while keys grow 100-fold, the bytes of a checkpoint grow \d+-fold with hashmap and rocksdb, and (not at all|1\.\d-fold) with rocksdb incremental\.$/,
      ),
    );
    expect(told).toContainEqual(
      expect.stringMatching(
        /^With 40000 keys: while updates grow 10-fold, the bytes of a checkpoint grow not at all with hashmap and rocksdb, and \d(\.\d)?-fold with rocksdb incremental\.$/,
      ),
    );
    expect(told).toContainEqual(
      expect.stringMatching(
        /^With 200 updates: each megabyte of state adds to a checkpoint: 3\d\.?\d* ms with hashmap, 2\d\.?\d* ms with rocksdb, and nothing with rocksdb incremental\.$/,
      ),
    );
    expect(told).toContainEqual(
      expect.stringMatching(
        /^With 200 updates: the shortest recoveries: .*rocksdb incremental at 40000 keys\.$/,
      ),
    );
    expect(told).toContain("With 200 updates: the least disk: hashmap.");
    for (const rule of rules)
      expect(ruleSentence(rule, "zh")).toMatch(/^(200 updates|40000 keys) 时，.*。$/);
  });
});

describe("figuresOf", () => {
  test("takes the later half of the checkpoints, and what lies in the storage from then on", () => {
    const events = traceOf([
      [0, { kind: "restore-started", checkpoint: 0 }],
      [9, { kind: "task-running" }],
      [10, { kind: "write-completed", path: "old", bytes: 5000 }],
      ...checkpoint(20, 1, { bytes: 5000, fullBytes: 5000, duration: 900, sync: 70 }),
      [30, { kind: "file-deleted", path: "old" }],
      [31, { kind: "write-completed", path: "a", bytes: 300 }],
      ...checkpoint(40, 2, { bytes: 10, fullBytes: 400, duration: 100, sync: 7 }),
      [50, { kind: "restore-started", checkpoint: 2 }],
      [60, { kind: "task-running" }],
      [75, { kind: "task-running" }],
      [80, { kind: "write-completed", path: "b", bytes: 200 }],
      [81, { kind: "write-completed", path: "a", bytes: 100 }],
      ...checkpoint(90, 3, { bytes: 40, fullBytes: 500, duration: 300, sync: 9 }),
    ]);
    expect(figuresOf(events, Configuration.of({}))).toEqual({
      duration: 200,
      longestDuration: 300,
      bytes: 25,
      bytesOnAverage: 25,
      fullBytes: 450,
      pause: 8,
      recovery: 25,
      memory: 1350,
      disk: 0,
      storage: 500,
    });
    const config = {
      "state.backend.type": "rocksdb",
      "state.backend.rocksdb.writebuffer.size": "200 b",
    };
    expect(figuresOf(events, Configuration.of(config))).toMatchObject({ memory: 400, disk: 450 });
  });

  test("knows nothing of a run without checkpoints or recoveries", () => {
    const figures = figuresOf(traceOf([[5, { kind: "task-running" }]]), Configuration.of({}));
    for (const { name } of FIGURES) expect(figures[name]).toBeUndefined();
  });
});

describe("namedSettings", () => {
  test.each<readonly [readonly ConfigValues[], readonly string[]]>([
    [[{ a: 1 }], ["as it is"]],
    [
      [
        { "x.same": 1, "x.interval": "50ms" },
        { "x.same": 1, "x.interval": "1 s" },
      ],
      ["interval 50ms", "interval 1 s"],
    ],
    [
      [{ "x.on": true }, { "x.on": false }, {}],
      ["x.on=true", "x.on=false", "as it is"],
    ],
    [
      [{ "x.on": true }, {}],
      ["on", "as it is"],
    ],
    [
      [{ "x.type": "tree" }, { "x.type": "tree", "x.on": true }],
      ["tree", "tree on"],
    ],
    [
      [{ "x.a": "same" }, { "y.b": "same" }],
      ["x.a=same", "y.b=same"],
    ],
  ])("tells %o apart", (configs, labels) => {
    expect(namedSettings(configs).map(({ label }) => label)).toEqual(labels);
  });
});

describe("rulesOfThumb", () => {
  test("says from where on which setting is best, and that of a figure which is missing the others are", () => {
    const settings = namedSettings([{ s: "one" }, { s: "other" }]);
    const runs = [
      ...runsOf(settings[0], { 1: 100, 10: 1000, 100: undefined }),
      ...runsOf(settings[1], { 1: 110, 10: 110, 100: 120 }),
    ];
    const axes = [{ name: "keys", values: [1, 10, 100] }];
    const rules = rulesOfThumb({ axes, settings }, runs);
    expect(rules.map((rule) => ruleSentence(rule, "en"))).toEqual([
      "The shortest checkpoints: all alike at 1 keys; other from 10 to 100 keys.",
    ]);
    expect(rules.map((rule) => ruleSentence(rule, "zh"))).toEqual([
      "checkpoint 最短：都一样（1 keys）；other（10 至 100 keys）。",
    ]);
    expect(rulesOfThumb({ axes: [], settings }, runs)).toEqual([]);
  });
});

describe("chargedCase", () => {
  test("adds its costs below what the scenario and the case say", () => {
    const key = "world.rocksdb.open-cost";
    const request = { scenario: "listing", config: { [key]: "1 ms" } };
    expect(chargedCase({ scenario: "listing" }, {}).config).toEqual(STATE_COSTS);
    expect(chargedCase({ scenario: "listing" }, { [key]: "2 ms", "x.y": 1 }).config).toEqual({
      ...STATE_COSTS,
      [key]: "2 ms",
    });
    expect(chargedCase(request, { [key]: "2 ms" }).config).toEqual({
      ...STATE_COSTS,
      [key]: "1 ms",
    });
  });
});

function runsOf(
  setting: Setting | undefined,
  durations: { readonly [keys: number]: number | undefined },
): readonly ComparedRun[] {
  if (setting === undefined) throw new Error("There is no such setting");
  const nothing = figuresOf([], Configuration.of({}));
  return Object.entries(durations).map(([keys, duration]) => ({
    at: { keys: Number(keys) },
    setting,
    jobStatus: "FINISHED",
    digest: "",
    figures: { ...nothing, duration },
  }));
}

type Entry = readonly [time: number, fields: object];

/** The events of a checkpoint of a subtask with the state, and of one with none. */
function checkpoint(
  time: number,
  id: number,
  of: {
    readonly bytes: number;
    readonly fullBytes: number;
    readonly duration: number;
    readonly sync: number;
  },
): readonly Entry[] {
  const { bytes, fullBytes, duration, sync } = of;
  const at = { checkpoint: id };
  return [
    [time, { kind: "snapshot-taken", place: "keep-1", ...at, startDelay: 0, alignment: 0, sync }],
    [
      time,
      { kind: "snapshot-taken", place: "sink-1", ...at, startDelay: 0, alignment: 0, sync: 9999 },
    ],
    [time, { kind: "snapshot-written", place: "keep-1", ...at, bytes, fullBytes, async: 1 }],
    [time, { kind: "snapshot-written", place: "sink-1", ...at, bytes: 0, fullBytes: 0, async: 1 }],
    [
      time,
      { kind: "checkpoint-completed", place: "job-master", ...at, bytes, fullBytes, duration },
    ],
  ];
}

function traceOf(entries: readonly Entry[]): readonly TraceEvent[] {
  return entries.map(([time, fields], index) => {
    return { index, time, place: "", incarnation: 0, cause: -1, ...fields } as TraceEvent;
  });
}
