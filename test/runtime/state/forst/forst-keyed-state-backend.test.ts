// The ForSt backend against a plain model and the heap backend: every use of every kind of state, snapshots written late,
// crashes and rescales; what it keeps in the shared storage meanwhile; and what reads cost.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { micros } from "../../../../sim/kernel/virtual-time.ts";
import { ForStKeyedStateBackend } from "../../../../sim/runtime/state/forst/forst-keyed-state-backend.ts";
import { keyGroupRangeOf } from "../../../../sim/runtime/state/key-groups.ts";
import type {
  KeyedStateBackend,
  KeyedStateSnapshot,
  WrittenKeyedState,
} from "../../../../sim/runtime/state/keyed-state-backend.ts";
import { RocksDBKeyedStateBackend } from "../../../../sim/runtime/state/rocksdb/rocksdb-keyed-state-backend.ts";
import {
  MapStateDescriptor,
  ValueStateDescriptor,
} from "../../../../sim/runtime/state/state-descriptor.ts";
import { Types } from "../../../../sim/runtime/state/type-information.ts";
import { checkpointId } from "../../../../sim/runtime/stream-element.ts";
import { all, maxParallelism } from "../bank.ts";
import { anyClusterCommands, expectAgreementOf } from "../rocksdb/cluster.ts";
import { manyRuns } from "../rocksdb/many-runs.ts";
import { ForStKit, RemoteModel } from "./remote-model.ts";

const OFTEN = {
  writeBufferSizeBytes: 150,
  level0FileNumCompactionTrigger: 2,
  maxBytesForLevelBase: 400,
  maxBytesForLevelMultiplier: 2,
  targetFileSizeBaseBytes: 200,
};
const ALWAYS = {
  writeBufferSizeBytes: 1,
  level0FileNumCompactionTrigger: 4,
  maxBytesForLevelBase: 1,
  numLevels: 3,
};

describe("ForStKeyedStateBackend agrees with a plain model and with the heap backend", () => {
  test.each([
    ["RocksDB's sizes", {}, 0, 0],
    ["small files", OFTEN, 0, 0],
    ["small files, a small cache, failing writes", OFTEN, 300, 3],
    ["every write a file, failing writes", ALWAYS, 0, 4],
  ] as const)("%s", (_, tree, cacheLimitBytes, failsEvery) => {
    fc.assert(
      fc.property(anyClusterCommands(), (commands) => {
        const kit = new ForStKit(new RemoteModel(failsEvery), { tree, cacheLimitBytes });
        expectAgreementOf(commands, kit);
        kit.expectTidy();
      }),
      manyRuns,
    );
  });
});

const count = new ValueStateDescriptor("count", Types.LONG);
const visits = new MapStateDescriptor("visits", Types.STRING, Types.LONG);

/** A backend with its storage, and what its accesses have cost. */
function forSt(
  options: {
    readonly storage?: RemoteModel;
    readonly attempt?: number;
    readonly keyGroupRange?: typeof all;
    readonly cacheLimitBytes?: number;
  } = {},
) {
  const { storage = new RemoteModel(), attempt = 0, cacheLimitBytes = 0 } = options;
  const directory = storage.open();
  const meter = { spent: 0 };
  const backend = new ForStKeyedStateBackend({
    maxParallelism,
    keyGroupRange: options.keyGroupRange ?? all,
    directory,
    folder: `w/shared/attempt-${attempt}`,
    cacheLimitBytes,
    readCosts: { latency: micros(1000), bytesPerSecond: 1_000_000 },
    costs: {
      serialize: micros(0),
      deserialize: micros(0),
      get: micros(0),
      put: micros(0),
      seek: micros(0),
      next: micros(0),
    },
    charge: (cost) => {
      meter.spent += cost;
    },
  });
  const checkpoint = (): Extract<WrittenKeyedState, { kind: "incremental" }> => {
    const snapshot = backend.snapshot(checkpointId(1));
    const state = inFiles(snapshot.writeAsync());
    snapshot.release();
    return { kind: "incremental", meta: state.meta, ...storage.complete(directory, state) };
  };
  return { backend, storage, directory, meter, checkpoint };
}

function inFiles(state: KeyedStateSnapshot): Extract<KeyedStateSnapshot, { kind: "incremental" }> {
  if (state.kind === "full") throw new Error("the snapshot is full, expected files");
  return state;
}

function set(backend: KeyedStateBackend, key: string, value: number): void {
  const state = backend.getState(count);
  backend.setCurrentKey(key);
  state.update(value);
}

describe("Its files", () => {
  test("go to the shared storage when they are made, before any checkpoint", () => {
    const { backend, storage } = forSt();
    set(backend, "a", 1);
    const snapshot = backend.snapshot(checkpointId(1));
    storage.settle();
    expect([...storage.files.keys()]).toEqual(["w/shared/attempt-0/000001.sst"]);
    snapshot.release();
  });

  test("that a merge makes of no use go, but for those a checkpoint was handed", () => {
    const { backend, storage, checkpoint } = forSt();
    set(backend, "a", 0);
    checkpoint();
    for (const key of ["b", "c", "d", "e"]) {
      set(backend, key, 1);
      backend.snapshot(checkpointId(2)).release();
    }
    storage.settle();
    expect([...storage.files.keys()]).toEqual([
      "w/shared/attempt-0/000001.sst",
      "w/shared/attempt-0/000005.sst",
      "w/shared/attempt-0/000006.sst",
    ]);
  });

  test("that a snapshot was taken of stay until it is written, and a checkpoint until it is over", () => {
    const { backend, storage, directory } = forSt();
    const taken = ["a", "b", "c", "d"].map((key) => {
      set(backend, key, 1);
      return backend.snapshot(checkpointId(1));
    });
    const [first] = taken;
    storage.settle();
    const [file] = inFiles(first?.writeAsync() ?? { kind: "full", bytes: new Uint8Array(0) }).files;
    const path = file?.remote?.path ?? "";
    expect(directory.hold(path)).toBe("stored");
    for (const snapshot of taken) snapshot.release();
    expect(storage.files.has(path)).toBe(true);
    directory.release(path, false);
    expect(storage.files.has(path)).toBe(false);
  });

  test("of a restored backend stay where they are, and new ones go to a folder of its own", () => {
    const first = forSt();
    set(first.backend, "a", 1);
    const written = first.checkpoint();
    const second = forSt({ storage: first.storage, attempt: 1 });
    second.backend.restore([written]);
    set(second.backend, "b", 1);
    const places = [...(second.checkpoint().remote?.values() ?? [])].map(({ path }) => path);
    expect(places).toEqual(["w/shared/attempt-0/000001.sst", "w/shared/attempt-1/000002.sst"]);
  });
});

describe("Reads", () => {
  test("are free of the network while files are in the cache, and miss once each after a restore", () => {
    const first = forSt();
    for (const key of ["a", "b"]) {
      set(first.backend, key, 1);
      first.checkpoint();
    }
    first.backend.getState(count).value();
    expect(first.meter.spent).toBe(0);
    const written = first.checkpoint();
    const second = forSt({ storage: first.storage, attempt: 1 });
    second.backend.restore([written]);
    expect(second.meter.spent).toBe(0);
    const state = second.backend.getState(count);
    for (const key of ["a", "b", "a", "b"]) {
      second.backend.setCurrentKey(key);
      expect(state.value()).toBe(1);
    }
    const sizes = [...(written.remote?.values() ?? [])].map(({ sizeBytes }) => sizeBytes);
    expect(second.meter.spent).toBe(sizes.reduce((spent, size) => spent + 1000 + size, 0));
    expect(second.backend.cacheWork).toMatchObject({ misses: 2 });
  });

  test("for inspection leave the cache as it is", () => {
    const first = forSt();
    set(first.backend, "a", 1);
    first.backend.getState(visits).put("x", 1);
    const written = first.checkpoint();
    const { backend, meter } = forSt({ storage: first.storage, attempt: 1 });
    backend.restore([written]);
    void [backend.getState(count), backend.getState(visits)];
    backend.setCurrentKey("a");
    expect([backend.stored("count"), backend.stored("visits")]).toEqual([1, new Map([["x", 1]])]);
    expect(backend.entries()).toHaveLength(2);
    expect(meter.spent).toBe(0);
    expect(backend.getState(visits).entries()).toEqual([["x", 1]]);
    expect(meter.spent).toBeGreaterThan(1000);
  });

  test("of a file larger than the cache cost their way each time", () => {
    const first = forSt();
    set(first.backend, "a", 1);
    const written = first.checkpoint();
    const { backend, meter } = forSt({ storage: first.storage, attempt: 1, cacheLimitBytes: 1 });
    backend.restore([written]);
    backend.setCurrentKey("a");
    for (let read = 0; read < 3; read++) backend.getState(count).value();
    expect(meter.spent).toBe(3 * 1000);
  });

  test("of other key groups' files, whose entries are taken over, are paid for at the restore", () => {
    const first = forSt();
    for (const key of ["a", "b", "c"]) set(first.backend, key, 1);
    const written = first.checkpoint();
    const half = forSt({
      storage: first.storage,
      attempt: 1,
      keyGroupRange: keyGroupRangeOf(maxParallelism, 2, 0),
    });
    half.backend.restore([written]);
    const [file] = [...(written.remote?.values() ?? [])];
    expect(half.meter.spent).toBe(1000 + (file?.sizeBytes ?? 0));
  });
});

describe("A restore", () => {
  test("copies files that it was given no place for, and refers to nothing but the copies", () => {
    const first = forSt();
    for (const key of ["a", "b"]) {
      set(first.backend, key, 1);
      first.checkpoint();
    }
    const { meta, files } = first.checkpoint();
    const second = forSt({ storage: first.storage, attempt: 1 });
    second.backend.restore([{ kind: "incremental", meta, files }]);
    expect(second.meter.spent).toBe(0);
    set(second.backend, "b", 2);
    const state = second.backend.getState(count);
    second.backend.setCurrentKey("a");
    expect(state.value()).toBe(1);
    const places = [...(second.checkpoint().remote?.values() ?? [])].map(({ path }) => path);
    expect(places).toEqual([1, 2, 3].map((number) => `w/shared/attempt-1/00000${number}.sst`));
  });

  test("takes the canonical form, and files of RocksDB", () => {
    const rocksDB = new RocksDBKeyedStateBackend({
      maxParallelism,
      keyGroupRange: all,
      isIncremental: true,
    });
    set(rocksDB, "a", 1);
    const state = inFiles(rocksDB.snapshot(checkpointId(1)).writeAsync());
    const files = new Map(state.files.map((file) => [file.name, file.read()]));
    const savepoint = rocksDB.snapshot(checkpointId(2), "full").writeAsync();
    if (savepoint.kind !== "full") throw new Error("the savepoint is in files");
    for (const written of [savepoint, { kind: "incremental", meta: state.meta, files } as const]) {
      const { backend } = forSt();
      backend.restore([written]);
      backend.setCurrentKey("a");
      expect(backend.getState(count).value()).toBe(1);
      expect(backend.snapshot(checkpointId(1), "full").writeAsync()).toEqual(savepoint);
    }
  });
});
