// Runs on the real RocksDB are the runs on the simulated one, to the byte of their traces, whatever fails in them.
import { existsSync, readdirSync, readlinkSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Case } from "../../../sim/harness/case.ts";
import type { CheckedRun } from "../../../sim/harness/runner.ts";
import { DEFAULT_BOUNDS, World } from "../../../sim/harness/world.ts";
import { sha256 } from "../../../sim/node/sha256.ts";
import type { NativeDatabases } from "../../../sim/runtime/state/rocksdb/native-database.ts";
import { hexOf } from "../../../sim/trace/text-digest.ts";
import { caseOf, type DrawnCase, drawnCase } from "../../properties/generated-case.ts";
import { coverageOf } from "../../properties/run-coverage.ts";
import { complaintsOf, replayLine, runner } from "../../support/runner.ts";
import { newDatabases } from "./databases.ts";

const isSoak = process.env["CLEANCUT_SOAK"] === "1";

const FULL = { "state.backend.type": "rocksdb" };
const INCREMENTAL = { ...FULL, "execution.checkpointing.incremental": "true" };
/** So little that it flushes and merges all the time. */
const SMALL = {
  "state.backend.rocksdb.writebuffer.size": "300 b",
  "state.backend.rocksdb.compaction.level.max-size-level-base": "400 b",
  "state.backend.rocksdb.compaction.level.target-file-size-base": "200 b",
  "world.rocksdb.level0-file-num-compaction-trigger": 2,
};

const bounds = { maxEvents: 200_000 };

describe.each(["word-count", "game-state", "session-ttl", "inactivity-timer", "bank"])(
  "%s with a crash is the same run on the real RocksDB",
  (scenario) => {
    test.each([
      ["full", FULL],
      ["incremental", INCREMENTAL],
    ])("%s checkpoints", (_, backend) => {
      const { checked, opened } = expectSameRun(crashing(scenario, { ...SMALL, ...backend }));
      const happened = new Set(checked.events.map(({ kind }) => kind));
      expect([...happened]).toContain("host-crashed");
      expect(coverageOf(checked.events).isRestored).toBe(true);
      expect(opened).toBeGreaterThan(0);
    });
  },
);

test(
  "Generated cases are the same runs on the real RocksDB",
  () => {
    const counts = { runs: 0, onDatabases: 0, restored: 0 };
    const property = fc.property(drawnCase, (drawn) => {
      const request = caseOf(onRocksDB(isSoak ? drawn : cutShort(drawn)));
      const { checked, opened } = expectSameRun(request);
      counts.runs++;
      if (opened === 0) return;
      counts.onDatabases++;
      if (coverageOf(checked.events).isRestored) counts.restored++;
    });
    fc.assert(property, { numRuns: isSoak ? 5_000 : 60, includeErrorInReport: true });
    console.log(`runs on the real RocksDB: ${JSON.stringify(counts)}`);
    // Some shapes have no keyed state.
    expect((100 * counts.onDatabases) / counts.runs).toBeGreaterThanOrEqual(50);
    expect((100 * counts.restored) / counts.runs).toBeGreaterThanOrEqual(20);
  },
  isSoak ? 3_600_000 : 120_000,
);

test("A power loss anywhere goes on the same on the real RocksDB", () => {
  const job = runner.prepare({ scenario: "word-count", seed: 1, config: { ...SMALL, ...FULL } });
  const { handled } = runner.run(job);
  const points = isSoak ? handled : 20;
  for (let point = 1; point <= points; point++) {
    const index = Math.floor((point * handled) / points);
    const digestOf = (databases?: NativeDatabases): string => {
      const world = new World(job, { sha256, ...(databases === undefined ? {} : { databases }) });
      world.run({ ...DEFAULT_BOUNDS, maxEvents: index });
      const after = world.afterPowerLoss();
      after.run();
      after.recorder.finish();
      return hexOf(after.recorder.digest);
    };
    expect(onDatabases(digestOf), `after event ${index}`).toBe(digestOf());
  }
});

test("What a crash has left open is closed with the databases", () => {
  const databases = newDatabases();
  const job = runner.prepare(crashing("game-state", FULL));
  runner.run(job, { databases });
  // Nobody ends a task whose machine is gone.
  expect(openFilesIn(databases.folder)).not.toEqual([]);
  databases.close();
  expect(openFilesIn(databases.folder)).toEqual([]);
  expect(existsSync(databases.folder)).toBe(false);
});

test("A database that fails ends the run, and is no failure of the task that used it", () => {
  const databases = newDatabases();
  const job = runner.prepare({ scenario: "word-count", config: FULL });
  const run = () =>
    runner.run(job, {
      databases,
      // The next to use one is the task's own function.
      watch: (world) => world.observe("checkpoint-completed", () => databases.close()),
    });
  expect(run).toThrow(/^Cannot get a value from RocksDB: .*not open/i);
});

function crashing(scenario: string, config: Case["config"] & object): Case {
  const { crash } = runner.scenarioOf(scenario).plans;
  return { scenario, seed: 1, faults: crash ?? [], config };
}

function onRocksDB(drawn: DrawnCase): DrawnCase {
  return { ...drawn, config: { ...drawn.config, ...FULL } };
}

/** Opening a real database takes milliseconds: fewer subtasks and shorter runs open fewer of them. */
function cutShort(drawn: DrawnCase): DrawnCase {
  const { params } = drawn;
  const left = params.left.map((partition) => partition.slice(0, 8));
  return { ...drawn, params: { ...params, left, parallelism: Math.min(params.parallelism, 2) } };
}

interface RealRun {
  readonly checked: CheckedRun;
  /** How many databases it has opened. */
  readonly opened: number;
}

/** Runs the case on the simulated RocksDB and on the real one, and expects the same and no complaint. */
function expectSameRun(request: Case): RealRun {
  const job = runner.prepare(request);
  let opened = 0;
  const real = onDatabases((databases) =>
    runner.run(job, {
      bounds,
      databases: {
        open(from) {
          opened++;
          return databases.open(from);
        },
        drop: (name) => databases.drop(name),
      },
    }),
  );
  const checked = runner.judge(real);
  expect(complaintsOf(checked), replayLine(request)).toEqual([]);
  expect(real.digest, replayLine(request)).toBe(runner.run(job, { bounds }).digest);
  return { checked, opened };
}

function onDatabases<Result>(work: (databases: NativeDatabases) => Result): Result {
  const databases = newDatabases();
  try {
    return work(databases);
  } finally {
    databases.close();
  }
}

/** Files under the folder that this process holds open. */
function openFilesIn(folder: string): readonly string[] {
  return readdirSync("/proc/self/fd").flatMap((descriptor) => {
    try {
      const path = readlinkSync(`/proc/self/fd/${descriptor}`);
      return path.startsWith(`${folder}/`) ? [path] : [];
    } catch {
      // It was the one that the listing itself had open.
      return [];
    }
  });
}
