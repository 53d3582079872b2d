// Some backends on a tree that share the keys, as the subtasks of one operator, with what their snapshots have written;
// and random uses, snapshots, crashes and rescales of them against the plain model of the bank.

import fc from "fast-check";
import { expect } from "vitest";
import { HeapKeyedStateBackend } from "../../../../sim/runtime/state/heap-keyed-state-backend.ts";
import type { KeyGroupRange } from "../../../../sim/runtime/state/key-groups.ts";
import {
  keyGroupOf,
  keyGroupRangeOf,
  operatorIndexOf,
} from "../../../../sim/runtime/state/key-groups.ts";
import type {
  IncrementalKeyedStateSnapshot,
  KeyedSnapshot,
  KeyedStateBackend,
  KeyedStateSnapshot,
  WrittenKeyedState,
} from "../../../../sim/runtime/state/keyed-state-backend.ts";
import { compareBytes } from "../../../../sim/runtime/state/rocksdb/byte-order.ts";
import type { LsmTreeOptions } from "../../../../sim/runtime/state/rocksdb/lsm-tree-options.ts";
import type { NativeDatabases } from "../../../../sim/runtime/state/rocksdb/native-database.ts";
import { RocksDBKeyedStateBackend } from "../../../../sim/runtime/state/rocksdb/rocksdb-keyed-state-backend.ts";
import type { RocksDBKeyedStateBackendOptions } from "../../../../sim/runtime/state/rocksdb/rocksdb-keyed-state-backend-options.ts";
import { entriesOfWritten } from "../../../../sim/runtime/state/written-keyed-state.ts";
import { type CheckpointId, checkpointId } from "../../../../sim/runtime/stream-element.ts";
import {
  anyKeyedCommand,
  type BackendTraits,
  Bank,
  fromScratch,
  type ModelKeys,
  maxParallelism,
} from "../bank.ts";

/** What is read is a copy. */
const copyingTraits: BackendTraits = { sharesValues: false };

/** A backend whose snapshots may be asked for in a form of their own; those that have but one do not mind. */
export interface ClusterBackend extends KeyedStateBackend {
  snapshot(checkpoint: CheckpointId, form?: KeyedStateSnapshot["kind"]): KeyedSnapshot;
}

/** How RocksDB backends are made. */
export interface ClusterSettings {
  readonly tree: Partial<LsmTreeOptions>;
  readonly isIncremental: boolean;
  readonly databases?: NativeDatabases;
  /** Makes the backends; without it they are RocksDB's. */
  readonly create?: (options: RocksDBKeyedStateBackendOptions) => ClusterBackend;
}

/** Makes backends, and does what a checkpoint does with their files. */
export interface ClusterKit {
  /** A backend of its own, for one of the subtasks of a life. */
  make(options: {
    readonly keyGroupRange: KeyGroupRange;
    readonly life: number;
    readonly index: number;
  }): ClusterBackend;
  /** What a restore gets besides the bytes, once a snapshot with these files is complete. */
  complete?(
    state: IncrementalKeyedStateSnapshot,
    index: number,
  ): Pick<Extract<WrittenKeyedState, { kind: "incremental" }>, "files" | "remote">;
}

function rocksDBKit(given: ClusterSettings): ClusterKit {
  const { create = (options) => new RocksDBKeyedStateBackend(options), ...settings } = given;
  return {
    make: ({ keyGroupRange, life, index }) =>
      create({
        maxParallelism,
        keyGroupRange,
        ...settings,
        databaseName: `${life}-${index}`,
      }),
  };
}

/** A snapshot of all subtasks, taken or written. */
interface Taken {
  readonly parallelism: number;
  readonly snapshots: readonly KeyedSnapshot[];
}

/** The subtasks. */
class Cluster {
  readonly #kit: ClusterKit;
  readonly taken: Taken[] = [];
  readonly written: (readonly WrittenKeyedState[])[] = [];
  banks: readonly Bank<ClusterBackend>[] = [];
  #lives = 0;
  #checkpoints = 0;
  /** What each name means to each subtask of this life. */
  #files: readonly Map<string, Uint8Array>[] = [];

  constructor(kit: ClusterKit) {
    this.#kit = kit;
    this.start(1, []);
    for (const bank of this.banks) bank.registerAll();
  }

  get parallelism(): number {
    return this.banks.length;
  }

  bankOf(key: string): Bank {
    const index = operatorIndexOf(
      keyGroupOf(key, maxParallelism),
      maxParallelism,
      this.parallelism,
    );
    return this.banks[index] as Bank;
  }

  /** The subtasks anew, from what was written. */
  start(parallelism: number, written: readonly WrittenKeyedState[]): void {
    this.stop();
    this.#lives++;
    this.banks = Array.from({ length: parallelism }, (_, index) => {
      const keyGroupRange = keyGroupRangeOf(maxParallelism, parallelism, index);
      const backend = this.#kit.make({ keyGroupRange, life: this.#lives, index });
      backend.restore(written);
      return new Bank(backend);
    });
    this.#files = this.banks.map(() => new Map());
  }

  /** Lets go of everything that is not written yet. */
  stop(): void {
    for (const { snapshots } of this.taken.splice(0)) {
      for (const snapshot of snapshots) snapshot.release();
    }
    for (const { backend } of this.banks) backend.close();
  }

  take(form?: KeyedStateSnapshot["kind"]): void {
    const checkpoint = checkpointId(++this.#checkpoints);
    const snapshots = this.banks.map(({ backend }) => backend.snapshot(checkpoint, form));
    this.taken.push({ parallelism: this.parallelism, snapshots });
  }

  /** Writes a snapshot, and reads it back. */
  write({ snapshots }: Taken): readonly WrittenKeyedState[] {
    const written = snapshots.map((snapshot, index) => this.#read(snapshot.writeAsync(), index));
    this.written.push(written);
    return written;
  }

  #read(state: KeyedStateSnapshot, index: number): WrittenKeyedState {
    if (state.kind === "full") return state;
    const files = new Map<string, Uint8Array>();
    for (const file of state.files) {
      const bytes = file.read();
      expect(bytes.length).toBe(file.sizeBytes);
      const known = this.#files[index]?.get(file.name);
      if (known !== undefined) expectBytes(bytes, known);
      this.#files[index]?.set(file.name, bytes);
      files.set(file.name, bytes);
    }
    return { kind: "incremental", meta: state.meta, files, ...this.#kit.complete?.(state, index) };
  }
}

/** What the model holds, and held. */
interface ClusterModel {
  keys: ModelKeys;
  /** For each snapshot that is taken and not ended. */
  readonly taken: ModelKeys[];
  /** For each that is written. */
  readonly written: ModelKeys[];
}

type ClusterCommands = Iterable<fc.Command<ClusterModel, Cluster>>;

/** One thing that is done to the cluster, and what it means for the model. */
export class Step implements fc.Command<ClusterModel, Cluster> {
  readonly #name: string;
  readonly #run: (model: ClusterModel, real: Cluster) => void;

  constructor(name: string, run: (model: ClusterModel, real: Cluster) => void) {
    this.#name = name;
    this.#run = run;
  }
  check(): boolean {
    return true;
  }
  run(model: ClusterModel, real: Cluster): void {
    this.#run(model, real);
  }
  toString(): string {
    return this.#name;
  }
}

/** Banks on the heap with what subtasks should hold. */
function heapBanks(keys: ModelKeys, parallelism: number): readonly Bank[] {
  return Array.from({ length: parallelism }, (_, index) => {
    const keyGroupRange = keyGroupRangeOf(maxParallelism, parallelism, index);
    const backend = new HeapKeyedStateBackend({ maxParallelism, keyGroupRange });
    return fromScratch(keys, new Bank(backend));
  });
}

/** The subtasks hold what the model does, byte for byte as the heap backend would write it. */
function expectEqual(keys: ModelKeys, { banks, parallelism }: Cluster): void {
  const expected = heapBanks(keys, parallelism);
  for (const [index, bank] of banks.entries()) expectBytes(bank.bytes(), expected[index]?.bytes());
}

/** As `toEqual`, which takes its time to compare bytes that are equal. */
function expectBytes(found: Uint8Array | undefined, expected: Uint8Array | undefined): void {
  if (found !== undefined && expected !== undefined && compareBytes(found, expected) === 0) return;
  expect(found).toEqual(expected);
}

const takeSnapshot = fc.constantFrom<readonly KeyedStateSnapshot["kind"][]>([], ["full"]).map(
  ([form]) =>
    new Step(`snapshot(${form ?? ""})`, (model, real) => {
      model.taken.push(structuredClone(model.keys));
      real.take(form);
    }),
);

const endSnapshot = fc.tuple(fc.nat(), fc.boolean()).map(
  ([at, isWritten]) =>
    new Step(isWritten ? `write(${at})` : `release(${at})`, (model, real) => {
      const index = at % Math.max(1, real.taken.length);
      const [taken] = real.taken.splice(index, 1);
      const [keys] = model.taken.splice(index, 1);
      if (taken === undefined || keys === undefined) return;
      if (isWritten) expectWritten(keys, taken, real);
      if (isWritten) model.written.push(keys);
      for (const snapshot of taken.snapshots) snapshot.release();
    }),
);

function expectWritten(keys: ModelKeys, taken: Taken, real: Cluster): void {
  const expected = heapBanks(keys, taken.parallelism);
  for (const [index, snapshot] of taken.snapshots.entries()) {
    const parts: Uint8Array[] = [];
    snapshot.hash((part) => parts.push(part));
    expectBytes(parts[0], expected[index]?.bytes());
  }
  for (const [index, state] of real.write(taken).entries()) {
    if (state.kind === "full") expectBytes(state.bytes, expected[index]?.bytes());
    expect(entriesOfWritten(state)).toEqual(expected[index]?.backend.entries());
  }
}

const crash = fc.tuple(fc.nat(), fc.integer({ min: 1, max: 5 })).map(
  ([at, parallelism]) =>
    new Step(`crash, restore(${at}) into ${parallelism}`, (model, real) => {
      const index = at % Math.max(1, real.written.length);
      const [written, keys] = [real.written[index], model.written[index]];
      if (written === undefined || keys === undefined) return;
      real.start(parallelism, written);
      model.keys = structuredClone(keys);
      model.taken.length = 0;
      expectEqual(model.keys, real);
    }),
);

const look = new Step("look", ({ keys }, real) => {
  expectEqual(keys, real);
  const expected = heapBanks(keys, real.parallelism);
  for (const [index, { backend }] of real.banks.entries()) {
    const entries = backend.entries();
    expect(entries).toEqual(expected[index]?.backend.entries());
    for (const { state, key, value } of entries) {
      backend.setCurrentKey(key);
      // Who has not asked for a state yet is shown nothing of it.
      expect([value, undefined]).toContainEqual(backend.stored(state));
    }
  }
});

/** Runs commands on RocksDB backends as {@link expectAgreementOf} does. */
export function expectAgreement(commands: ClusterCommands, settings: ClusterSettings): void {
  expectAgreementOf(commands, rocksDBKit(settings));
}

/** Runs commands on a cluster and on the model, and expects both to hold the same. Afterwards it has stopped. */
export function expectAgreementOf(commands: ClusterCommands, kit: ClusterKit): void {
  const model: ClusterModel = { keys: new Map(), taken: [], written: [] };
  const real = new Cluster(kit);
  fc.modelRun(() => ({ model, real }), commands);
  expectEqual(model.keys, real);
  real.stop();
}

/** A run of a cluster; `others` are things to be done besides. */
export function anyClusterCommands(
  maxCommands = 100,
  others: readonly fc.Arbitrary<Step>[] = [],
): fc.Arbitrary<ClusterCommands> {
  const kinds = [
    ...others,
    ...Array.from({ length: 6 }, () => anyKeyedCommand(copyingTraits)),
    takeSnapshot,
    endSnapshot,
    endSnapshot,
    crash,
    fc.constant(look),
  ];
  return fc.commands(kinds, { maxCommands, size: "+1" });
}
