// What the files of snapshots are, one by one: which are new, which come again, what they cost, and what is refused.

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { InvariantViolation } from "../../../../sim/kernel/invariant.ts";
import { SerializationError } from "../../../../sim/kernel/serialization-error.ts";
import { after, type Instant, instant, millis } from "../../../../sim/kernel/virtual-time.ts";
import { HeapKeyedStateBackend } from "../../../../sim/runtime/state/heap-keyed-state-backend.ts";
import { keyGroupRangeOf } from "../../../../sim/runtime/state/key-groups.ts";
import type {
  KeyedSnapshot,
  KeyedStateBackend,
  WrittenKeyedState,
} from "../../../../sim/runtime/state/keyed-state-backend.ts";
import { readIncrementalSnapshot } from "../../../../sim/runtime/state/rocksdb/read-incremental-snapshot.ts";
import { RocksDBKeyedStateBackend } from "../../../../sim/runtime/state/rocksdb/rocksdb-keyed-state-backend.ts";
import type { RocksDBKeyedStateBackendOptions } from "../../../../sim/runtime/state/rocksdb/rocksdb-keyed-state-backend-options.ts";
import { seal } from "../../../../sim/runtime/state/sealed-bytes.ts";
import {
  MapStateDescriptor,
  ValueStateDescriptor,
} from "../../../../sim/runtime/state/state-descriptor.ts";
import { StateMigrationError } from "../../../../sim/runtime/state/state-errors.ts";
import {
  StateTtlConfig,
  type StateTtlConfigBuilder,
} from "../../../../sim/runtime/state/ttl/state-ttl-config.ts";
import { Types } from "../../../../sim/runtime/state/type-information.ts";
import type { TypeSerializer } from "../../../../sim/runtime/state/type-serializer.ts";
import { checkpointId } from "../../../../sim/runtime/stream-element.ts";
import { all, anyContent, Bank, fill, maxParallelism } from "../bank.ts";
import { written as canonicalBytes, full } from "../full-state.ts";
import { manyRuns } from "./many-runs.ts";
import { MemoryDatabases } from "./memory-databases.ts";

const count = new ValueStateDescriptor("count", Types.LONG);

function rocksDB(options: Partial<RocksDBKeyedStateBackendOptions> = {}): RocksDBKeyedStateBackend {
  return new RocksDBKeyedStateBackend({
    maxParallelism,
    keyGroupRange: all,
    isIncremental: true,
    ...options,
  });
}

/** A clock that is set by hand. */
interface Clock {
  now: Instant;
}

/** Lets ten milliseconds go by. */
function wait(clock: Clock): void {
  clock.now = after(clock.now, millis(10));
}

function set(backend: KeyedStateBackend, key: string, value: number): void {
  const state = backend.getState(count);
  backend.setCurrentKey(key);
  state.update(value);
}

/** The files of a snapshot and what they are restored from. */
function write(snapshot: KeyedSnapshot): {
  readonly names: readonly string[];
  readonly written: Extract<WrittenKeyedState, { kind: "incremental" }>;
} {
  const state = snapshot.writeAsync();
  snapshot.release();
  if (state.kind === "full") throw new Error("the snapshot is full, expected an incremental one");
  const files = new Map(state.files.map((file) => [file.name, file.read()]));
  return { names: [...files.keys()], written: { kind: "incremental", meta: state.meta, files } };
}

function checkpoint(backend: RocksDBKeyedStateBackend): ReturnType<typeof write> {
  return write(backend.snapshot(checkpointId(1)));
}

describe("An incremental snapshot", () => {
  test("has what changed in a new file, and the others again; a merge after it shows in the next", () => {
    const backend = rocksDB();
    const seen = ["a", "b", "c", "d", "e"].map((key) => {
      set(backend, key, 1);
      return checkpoint(backend).names;
    });
    expect(seen).toEqual([
      ["000001.sst"],
      ["000001.sst", "000002.sst"],
      ["000001.sst", "000002.sst", "000003.sst"],
      ["000001.sst", "000002.sst", "000003.sst", "000004.sst"],
      ["000005.sst", "000006.sst"],
    ]);
    expect(checkpoint(backend).names).toEqual(seen.at(-1));
  });

  test("is what it was however much is merged before it is written", () => {
    const backend = rocksDB({ tree: { writeBufferSizeBytes: 1 } });
    set(backend, "a", 1);
    const early = backend.snapshot(checkpointId(1));
    const expected = backend.entries();
    for (let value = 2; value < 30; value++) set(backend, "a", value);
    const { written, names } = write(early);
    expect(names).toEqual(["000001.sst"]);
    expect(readIncrementalSnapshot(written.meta, written.files)).toEqual(expected);
  });

  test("restored with the same key groups goes on with its files and their numbers", () => {
    const backend = rocksDB();
    for (const key of ["a", "b"]) {
      set(backend, key, 1);
      checkpoint(backend);
    }
    const { written, names } = checkpoint(backend);
    const restored = rocksDB();
    restored.restore([written]);
    expect(checkpoint(restored).names).toEqual(names);
    set(restored, "c", 1);
    const next = checkpoint(restored);
    expect(next.names).toEqual([...names, "000003.sst"]);
    for (const name of names) expect(next.written.files.get(name)).toEqual(written.files.get(name));
  });

  test("restored with other key groups is copied, and no new file has an old one's name", () => {
    const backend = rocksDB();
    for (const key of ["a", "b", "c", "d"]) set(backend, key, 1);
    checkpoint(backend);
    set(backend, "a", 2);
    const { written, names } = checkpoint(backend);
    const restored = [0, 1].map((index) => {
      const half = rocksDB({ keyGroupRange: keyGroupRangeOf(maxParallelism, 2, index) });
      half.restore([written]);
      return half;
    });
    for (const half of restored) {
      expect(checkpoint(half).names.filter((name) => names.includes(name))).toEqual([]);
    }
    expect(restored.flatMap((half) => half.entries())).toEqual(backend.entries());
  });

  test("without any state has no bytes", () => {
    expect(rocksDB().snapshot(checkpointId(1)).writeAsync()).toEqual(full(new Uint8Array(0)));
  });

  test("carries on restored state that nobody has asked for yet, of the job's own serializers too", () => {
    const own: TypeSerializer<number> = { ...Types.LONG, id: "own/1" };
    const descriptor = new MapStateDescriptor("mine", own, own);
    const heap = new HeapKeyedStateBackend({ maxParallelism, keyGroupRange: all });
    const mine = heap.getState(descriptor);
    heap.setCurrentKey("a");
    mine.put(2, 3);
    let state: WrittenKeyedState = full(canonicalBytes(heap.snapshot(checkpointId(1))));
    for (let life = 0; life < 3; life++) {
      const backend = rocksDB();
      backend.restore([state]);
      set(backend, "a", life);
      state = checkpoint(backend).written;
    }
    const last = rocksDB();
    last.restore([state]);
    last.setCurrentKey("a");
    expect(last.getState(descriptor).entries()).toEqual([[2, 3]]);
    expect(last.getState(count).value()).toBe(2);
    expect(last.entries().map(({ value }) => value)).toEqual([2, new Map([[2, 3]])]);
  });
});

describe("The canonical form", () => {
  test("leads from each backend to the other and back, byte for byte", () => {
    fc.assert(
      fc.property(anyContent, (content) => {
        const heap = new HeapKeyedStateBackend({ maxParallelism, keyGroupRange: all });
        const bytes = fill(new Bank(heap).registerAll(), content).bytes();
        const tree = { writeBufferSizeBytes: 200, level0FileNumCompactionTrigger: 2 };
        const backend = rocksDB({ tree });
        backend.restore([full(bytes)]);
        expect(new Bank(backend).bytes()).toEqual(bytes);
        expect(new Bank(backend).registerAll().bytes()).toEqual(bytes);
        const savepoint = canonicalBytes(backend.snapshot(checkpointId(1), "full"));
        expect(savepoint).toEqual(bytes);
        const back = new HeapKeyedStateBackend({ maxParallelism, keyGroupRange: all });
        back.restore([full(savepoint)]);
        expect(back.entries()).toEqual(backend.entries());
      }),
      manyRuns,
    );
  });

  test("is the only form that another backend takes", () => {
    const backend = rocksDB();
    set(backend, "a", 1);
    const { written } = checkpoint(backend);
    const heap = new HeapKeyedStateBackend({ maxParallelism, keyGroupRange: all });
    expect(() => heap.restore([written])).toThrow(StateMigrationError);
    const meta = seal(new Uint8Array(40));
    expect(() => rocksDB().restore([{ ...written, meta }])).toThrow(
      "Cannot restore keyed state: it is in another backend's own form",
    );
  });
});

describe("Restore refuses", () => {
  function snapshotOf(key: string): ReturnType<typeof write> {
    const backend = rocksDB();
    set(backend, key, 1);
    return checkpoint(backend);
  }

  test("any changed byte of a manifest or a file, and any that is cut off", () => {
    const { written } = snapshotOf("a");
    const [[name, file] = ["", new Uint8Array(0)]] = written.files;
    fc.assert(
      fc.property(fc.boolean(), fc.nat(), fc.nat({ max: 255 }), (isFile, at, change) => {
        const whole = isFile ? file : written.meta;
        const index = at % whole.length;
        const broken = change === 0 ? whole.slice(0, index) : whole.slice();
        if (change !== 0) broken[index] = (broken[index] ?? 0) ^ change;
        const meta = isFile ? written.meta : broken;
        const files = isFile ? new Map([[name, broken]]) : written.files;
        expect(() => rocksDB().restore([{ kind: "incremental", meta, files }])).toThrow(
          SerializationError,
        );
        expect(() => readIncrementalSnapshot(meta, files)).toThrow(SerializationError);
      }),
      manyRuns,
    );
  });

  test("a missing file, and another under its name", () => {
    const { written } = snapshotOf("a");
    expect(() => rocksDB().restore([{ ...written, files: new Map() }])).toThrow(
      "Cannot read an incremental snapshot: found no files, expected the file 000001.sst",
    );
    const { files } = snapshotOf("b").written;
    expect(() => rocksDB().restore([{ ...written, files }])).toThrow(
      /^Cannot read an incremental snapshot: the file 000001\.sst hashes to \w+, expected \w+ as its manifest says$/,
    );
  });

  test("other keys, another max parallelism, another type, and one key group twice", () => {
    const { written } = snapshotOf("a");
    expect(() => rocksDB({ keySerializer: Types.INT }).restore([written])).toThrow(
      "Cannot restore keyed state: its keys are generic/1, expected int/1",
    );
    const wider = { maxParallelism: 32, keyGroupRange: { start: 0, end: 31 } };
    expect(() => rocksDB(wider).restore([written])).toThrow(StateMigrationError);
    const restored = rocksDB();
    restored.restore([written]);
    expect(() => restored.getState(new ValueStateDescriptor("count", Types.INT))).toThrow(
      'Cannot use state "count": it is declared as value state of int/1, expected value state of long/1 as before',
    );
    expect(() => rocksDB().restore([written, written])).toThrow(
      /is in two snapshots, expected one/,
    );
    expect(() => restored.restore([written])).toThrow(InvariantViolation);
  });
});

describe("Accesses", () => {
  test("cost time for what they serialize, read, write and walk over", () => {
    let spent = 0;
    const backend = rocksDB({ charge: (cost) => (spent += cost) });
    const state = backend.getState(count);
    const visits = backend.getState(new MapStateDescriptor("visits", Types.STRING, Types.LONG));
    backend.setCurrentKey("a");
    const costOf = (use: () => unknown): number => {
      const before = spent;
      use();
      return spent - before;
    };
    expect(costOf(() => state.value())).toBe(1 + 2);
    expect(costOf(() => state.update(1))).toBe(1 + 1 + 5);
    expect(costOf(() => state.value())).toBe(1 + 2 + 1);
    expect(costOf(() => visits.put("x", 1))).toBe(1 + 1 + 1 + 5);
    expect(costOf(() => visits.entries())).toBe(1 + 2 + 1 + 1 + 1);
    expect(costOf(() => backend.stored("visits"))).toBe(0);
    expect(costOf(() => backend.entries())).toBe(0);
  });

  test("are counted in the tree's work, and inspection is not", () => {
    const backend = rocksDB();
    set(backend, "a", 1);
    backend.getState(count).value();
    backend.stored("count");
    backend.entries();
    expect(backend.work).toMatchObject({ gets: 1, filesProbed: 0, flushes: 0 });
  });
});

describe("What has expired", () => {
  function expiring(builder: StateTtlConfigBuilder, isIncremental: boolean) {
    const clock: Clock = { now: instant(0) };
    const tree = { level0FileNumCompactionTrigger: 2 };
    const backend = rocksDB({ now: () => clock.now, isIncremental, tree });
    const timed = new ValueStateDescriptor("timed", Types.LONG);
    timed.enableTimeToLive(builder.build());
    const state = backend.getState(timed);
    for (const key of ["a", "b", "c"]) {
      backend.setCurrentKey(key);
      state.update(1);
    }
    wait(clock);
    return { backend, state };
  }
  const builder = (): StateTtlConfigBuilder => StateTtlConfig.newBuilder(10);

  test("is there, and may be seen, until a merge throws it away", () => {
    const { backend, state } = expiring(builder().returnExpiredIfNotCleanedUp(), true);
    checkpoint(backend);
    backend.setCurrentKey("a");
    expect(backend.stored("timed")).toEqual({ lastAccess: 0, value: 1 });
    backend.setCurrentKey("b");
    state.update(2);
    const { written } = checkpoint(backend);
    expect(readIncrementalSnapshot(written.meta, written.files)).toHaveLength(3);
    expect(backend.entries().map(({ key }) => key)).toEqual(["b"]);
    backend.setCurrentKey("a");
    expect(state.value()).toBeUndefined();
  });

  test("stays where cleaning up in the background is disabled", () => {
    const { backend, state } = expiring(builder().disableCleanupInBackground(), true);
    checkpoint(backend);
    backend.setCurrentKey("b");
    state.update(2);
    checkpoint(backend);
    expect(backend.work.compactions).toBe(1);
    expect(backend.entries()).toHaveLength(3);
  });

  test("is left out of full snapshots where that is asked for, and never of incremental ones", () => {
    const config = builder().cleanupFullSnapshot();
    const { backend } = expiring(config, false);
    const restored = rocksDB();
    restored.restore([full(canonicalBytes(backend.snapshot(checkpointId(1))))]);
    expect(restored.entries()).toEqual([]);
    expect(backend.entries()).toHaveLength(3);
    const { written } = checkpoint(expiring(config, true).backend);
    expect(readIncrementalSnapshot(written.meta, written.files)).toHaveLength(3);
  });

  test("leaves a real database, too", () => {
    const clock: Clock = { now: instant(0) };
    const databases = new MemoryDatabases();
    const tree = { level0FileNumCompactionTrigger: 2 };
    const backend = rocksDB({ now: () => clock.now, databases, tree });
    const timed = new ValueStateDescriptor("timed", Types.LONG);
    timed.enableTimeToLive(builder().build());
    const state = backend.getState(timed);
    const [database] = databases.opened;
    for (const [key, pairs] of [
      ["a", 1],
      ["b", 1],
    ] as const) {
      backend.setCurrentKey(key);
      state.update(1);
      checkpoint(backend);
      expect(database?.pairs).toHaveLength(pairs);
      wait(clock);
    }
    checkpoint(backend);
    expect(backend.entries().map(({ key }) => key)).toEqual(["b"]);
  });

  test("leaves a real database before a snapshot that finds a merge over", () => {
    const clock: Clock = { now: instant(0) };
    const databases = new MemoryDatabases();
    const tree = { level0FileNumCompactionTrigger: 2, compactionBytesPerSecond: 1_000_000 };
    const backend = rocksDB({ now: () => clock.now, databases, tree });
    const timed = new ValueStateDescriptor("timed", Types.LONG);
    timed.enableTimeToLive(builder().build());
    const state = backend.getState(timed);
    const [database] = databases.opened;
    for (const key of ["a", "b"]) {
      backend.setCurrentKey(key);
      state.update(1);
      checkpoint(backend);
    }
    expect(database?.pairs).toHaveLength(2);
    wait(clock);
    checkpoint(backend);
    expect(database?.pairs).toEqual([]);
  });
});

describe("A real database", () => {
  test("that differs from the model is found at the next snapshot, and one that was kept wrong when it is written", () => {
    const databases = new MemoryDatabases();
    const backend = rocksDB({ databases });
    set(backend, "a", 1);
    const snapshot = backend.snapshot(checkpointId(1));
    const [[name] = [""]] = databases.kept;
    databases.kept.set(name, []);
    expect(() => snapshot.writeAsync()).toThrow(
      /^The real database differs from the model at entry 0: found none, expected \[/,
    );
    const [database] = databases.opened;
    database?.put(Uint8Array.of(0), Uint8Array.of(0));
    expect(() => backend.snapshot(checkpointId(2))).toThrow(InvariantViolation);
  });

  test("changes nothing of what snapshots consist of and accesses cost", () => {
    const run = (databases?: MemoryDatabases) => {
      const seen: unknown[] = [];
      const backend = rocksDB({
        tree: { writeBufferSizeBytes: 100, level0FileNumCompactionTrigger: 2 },
        charge: (cost) => void seen.push(cost),
        ...(databases === undefined ? {} : { databases }),
      });
      for (let index = 0; index < 40; index++) {
        set(backend, `key ${index % 7}`, index);
        if (index % 10 === 0) seen.push(checkpoint(backend).written);
      }
      return [seen, backend.work, backend.describeState()];
    };
    expect(run(new MemoryDatabases())).toEqual(run());
  });
});
