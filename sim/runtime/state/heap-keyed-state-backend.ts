// Keyed state as objects on the heap (Flink: HeapKeyedStateBackend, "hashmap"). The synchronous part of a snapshot takes
// hold of entries, the asynchronous part serializes them. Restored state stays bytes until its descriptor comes, for
// only then is its serializer known; a snapshot taken before that carries the bytes on.

import { invariant } from "../../kernel/invariant.ts";
import { describeValue, SerializationError } from "../../kernel/serialization-error.ts";
import type { Duration, Instant } from "../../kernel/virtual-time.ts";
import type { CheckpointId } from "../stream-element.ts";
import type { CopyOnWriteStateTable, StateEntry } from "./copy-on-write-state-table.ts";
import { type HeapMap, heapMapSerializer } from "./heap-map-state.ts";
import {
  createHeapState,
  type RegisteredState,
  type SnapshotFilter,
  storedStateMaker,
} from "./heap-state-factory.ts";
import { KeyContext } from "./key-context.ts";
import type { KeyGroupRange } from "./key-groups.ts";
import {
  type KeyedStateEntry,
  readKeyedSnapshot,
  readSection,
  readSerializedStates,
  type SerializedState,
  sectionsOf,
  sizeOfSections,
  writeKeyedSnapshot,
  writtenSections,
} from "./keyed-snapshot-format.ts";
import type { KeyedSnapshotHeader } from "./keyed-snapshot-header.ts";
import type {
  BaseKeyedStateBackend,
  FullKeyedState,
  KeyedSnapshot,
  WrittenKeyedState,
} from "./keyed-state-backend.ts";
import { OneTimeSnapshot } from "./one-time-snapshot.ts";
import { type SnapshotCosts, serializationAt, timeOf } from "./snapshot-costs.ts";
import {
  checkHeader,
  checkUnchanged,
  identityOf,
  migratingSerializerOf,
  stateLabel,
} from "./state-compatibility.ts";
import type { StateDescriptor, StateKind } from "./state-descriptor.ts";
import { StateMigrationError, StateTtlError } from "./state-errors.ts";
import type { StateOf } from "./state-of.ts";
import { type StoredState, storedStateOf } from "./stored-state.ts";
import { inKeyOrder } from "./structural-key.ts";
import { Types } from "./type-information.ts";
import type { TypeSerializer } from "./type-serializer.ts";

/** A registered state as a snapshot holds it. */
interface HeldState {
  readonly name: string;
  readonly kind: StateKind;
  readonly serializer: TypeSerializer<unknown>;
  readonly entries: readonly StateEntry<unknown>[];
  readonly filter: SnapshotFilter | undefined;
}

/** What a heap backend is made for. */
export interface HeapKeyedStateBackendOptions {
  /** The keys' type, by default any plain data. */
  readonly keySerializer?: TypeSerializer<unknown>;
  readonly maxParallelism: number;
  readonly keyGroupRange: KeyGroupRange;
  /** The task's clock, which state with a time to live cannot do without. */
  readonly now?: () => Instant;
  /** The uid of the operator whose state it is, for messages. */
  readonly operator?: string;
  /** What snapshots and restores cost, by default nothing. */
  readonly snapshotCosts?: SnapshotCosts;
  /** Is told what a restore costs. */
  readonly charge?: (cost: Duration) => void;
}

/**
 * The default {@link BaseKeyedStateBackend}.
 *
 * @example
 * const backend = new HeapKeyedStateBackend({ maxParallelism: 128, keyGroupRange: { start: 0, end: 127 } });
 * const count = backend.getState(new ValueStateDescriptor("count", Types.INT, 0));
 * backend.setCurrentKey("flink");
 * count.update((count.value() ?? 0) + 1);
 */
export class HeapKeyedStateBackend implements BaseKeyedStateBackend {
  readonly keyGroupRange: KeyGroupRange;
  readonly #keySerializer: TypeSerializer<unknown>;
  readonly #header: KeyedSnapshotHeader;
  readonly #context: KeyContext;
  readonly #now: () => Instant;
  readonly #operator: string | undefined;
  readonly #registered = new Map<string, RegisteredState>();
  #unclaimed: ReadonlyMap<string, SerializedState> = new Map();
  /** What is cleaned up at every record; undefined for nothing. */
  #cleanUp: (() => void) | undefined = undefined;

  readonly #snapshotCosts: SnapshotCosts;
  readonly #charge: ((cost: Duration) => void) | undefined;

  constructor(options: HeapKeyedStateBackendOptions) {
    const { keySerializer = Types.GENERIC, maxParallelism, keyGroupRange, now = noClock } = options;
    this.keyGroupRange = keyGroupRange;
    this.#now = now;
    this.#operator = options.operator;
    this.#snapshotCosts = options.snapshotCosts ?? {};
    this.#charge = options.charge;
    this.#keySerializer = keySerializer;
    this.#header = { keySerializerId: keySerializer.id, maxParallelism, keyGroupRange };
    this.#context = new KeyContext(keySerializer, maxParallelism, keyGroupRange);
  }

  get currentKey(): unknown {
    return this.#context.key;
  }

  setCurrentKey(key: unknown): void {
    this.#context.setCurrent(key);
    this.#cleanUp?.();
  }

  clearCurrentKey(): void {
    this.#context.clear();
  }

  getState<D extends StateDescriptor>(descriptor: D): StateOf<D> {
    return this.#claim(descriptor).state as StateOf<D>;
  }

  getStoredState(descriptor: StateDescriptor): StoredState {
    const { table } = this.#claim(descriptor);
    return storedStateOf(descriptor, storedStateMaker(table, this.#context));
  }

  stored(name: string): unknown {
    const registered = this.#registered.get(name);
    const held = registered?.table.peek(this.#context.keyFor(name));
    return registered?.kind === "map" && held !== undefined
      ? new Map(inKeyOrder(held as HeapMap<unknown, unknown>))
      : held;
  }

  snapshot(checkpoint: CheckpointId): KeyedSnapshot {
    const releases: (() => void)[] = [];
    const held = [...this.#registered.values()].map(({ name, kind, table, ttl }) => {
      const { version, entries } = table.snapshot();
      releases.push(() => table.release(version));
      const filter = ttl?.snapshotFilter?.();
      return { name, kind, serializer: table.serializer, entries, filter };
    });
    const unclaimed = [...this.#unclaimed.values()];
    const write = () => this.#write(held, unclaimed);
    return new OneTimeSnapshot<FullKeyedState>(checkpoint, {
      write: () => ({ kind: "full", bytes: write() }),
      hash: (visit) => visit(write()),
      release: () => {
        for (const release of releases) release();
      },
      ...serializationAt(this.#snapshotCosts.serializationBandwidth),
    });
  }

  restore(snapshots: readonly WrittenKeyedState[]): void {
    invariant(
      this.#registered.size === 0 && this.#unclaimed.size === 0,
      () =>
        `Cannot restore a keyed backend: ${this.#registered.size + this.#unclaimed.size} states are there, expected none`,
    );
    const restored = new Map<
      string,
      SerializedState & { readonly sections: Map<number, Uint8Array> }
    >();
    for (const snapshot of snapshots) {
      if (snapshot.kind === "incremental") {
        throw new StateMigrationError(
          "Cannot restore keyed state: it is in the files of another backend, expected the canonical form; " +
            "a canonical savepoint changes the state backend, a checkpoint does not",
        );
      }
      const { bytes } = snapshot;
      if (bytes.length === 0) continue;
      const { header, states } = readSerializedStates(bytes, this.keyGroupRange);
      checkHeader(header, this.#header, this.#keySerializer);
      for (const state of states) {
        const known = restored.get(state.name);
        if (known === undefined) {
          restored.set(state.name, { ...state, sections: new Map(state.sections) });
          continue;
        }
        checkUnchanged(this.#labelOf(state.name), known, state);
        for (const [keyGroup, section] of state.sections) {
          invariant(
            !known.sections.has(keyGroup),
            () =>
              `Cannot restore state "${state.name}": key group ${keyGroup} is in two snapshots, expected one`,
          );
          known.sections.set(keyGroup, section);
        }
      }
    }
    this.#unclaimed = restored;
    const bytes = sizeOfSections([...restored.values()]);
    this.#charge?.(timeOf(bytes, this.#snapshotCosts.restoreBandwidth));
  }

  entries(state?: string): readonly KeyedStateEntry[] {
    const own = [this.#keySerializer];
    for (const { reader } of this.#registered.values()) own.push(reader);
    return readKeyedSnapshot(this.canonicalForm(), own, state);
  }

  hash(visit: (part: Uint8Array) => void): void {
    visit(this.canonicalForm());
  }

  close(): void {
    // Everything is on the heap.
  }

  describeState(): unknown {
    const entries = this.entries();
    const timed = [...this.#registered.values()].filter(({ ttl }) => ttl !== undefined);
    if (timed.length === 0) return entries;
    // When a value expires depends on the clock, and what is cleaned up next on the order in which keys came.
    const cleanups = timed.map(({ table, ttl }) => {
      return [table.entries().map(({ at }) => at.key), ttl?.incremental?.describeState()];
    });
    return [entries, this.#now(), cleanups];
  }

  #claim(descriptor: StateDescriptor): RegisteredState {
    const known = this.#registered.get(descriptor.name);
    if (known === undefined) return this.#register(descriptor);
    const { kind, table } = known;
    const identity = { kind, serializerId: table.serializer.id };
    checkUnchanged(this.#labelOf(known.name), identity, identityOf(descriptor));
    return known;
  }

  #register(descriptor: StateDescriptor): RegisteredState {
    const restored = this.#unclaimed.get(descriptor.name);
    const registered = createHeapState(descriptor, this.#context, this.#now);
    if (restored !== undefined) {
      this.#fill(registered.table, restored, this.#readerOf(descriptor, restored, registered));
      this.#unclaimed = new Map([...this.#unclaimed].filter(([name]) => name !== descriptor.name));
    }
    this.#registered.set(descriptor.name, registered);
    this.#addCleanup(registered);
    return registered;
  }

  #addCleanup({ ttl }: RegisteredState): void {
    if (ttl?.incremental === undefined || !ttl.runsForEveryRecord) return;
    const { incremental } = ttl;
    const before = this.#cleanUp;
    this.#cleanUp = () => {
      before?.();
      incremental.run();
    };
  }

  /** What reads restored values as they were written, and gives them as the table holds them. */
  #readerOf(
    descriptor: StateDescriptor,
    restored: SerializedState,
    { table }: RegisteredState,
  ): TypeSerializer<unknown> {
    const reader = migratingSerializerOf(this.#labelOf(descriptor.name), restored, descriptor);
    if (reader === undefined) return table.serializer;
    if (descriptor.kind !== "map") return reader;
    return heapMapSerializer(descriptor.keySerializer, reader) as TypeSerializer<unknown>;
  }

  #labelOf(name: string): string {
    return stateLabel(name, this.#operator);
  }

  #fill(
    table: CopyOnWriteStateTable<unknown>,
    restored: SerializedState,
    reader: TypeSerializer<unknown>,
  ): void {
    for (const [keyGroup, section] of restored.sections) {
      for (const { key, value } of readSection(section, this.#keySerializer, reader)) {
        const at = this.#context.locate(key);
        if (at.keyGroup !== keyGroup) {
          throw new SerializationError(
            `Cannot restore state "${restored.name}": ${describeValue(key)} lies in key group ${keyGroup}, expected ${at.keyGroup}`,
          );
        }
        table.put(at, value);
      }
    }
  }

  canonicalForm(): Uint8Array {
    const present = [...this.#registered.values()].map(({ name, kind, table }) => {
      const entries = table.entries();
      return { name, kind, serializer: table.serializer, entries, filter: undefined };
    });
    return this.#write(present, [...this.#unclaimed.values()]);
  }

  /** No bytes at all if there is no state, so that a stateless function costs nothing. */
  #write(held: readonly HeldState[], unclaimed: readonly SerializedState[]): Uint8Array {
    if (held.length === 0 && unclaimed.length === 0) return new Uint8Array(0);
    const written = held.map(({ name, kind, serializer, entries, filter }) => ({
      name,
      kind,
      serializerId: serializer.id,
      sections: sectionsOf(filtered(entries, filter), this.#keySerializer, serializer),
    }));
    const carriedOn = unclaimed.map((state) => {
      return { ...state, sections: writtenSections(state.sections) };
    });
    return writeKeyedSnapshot(this.#header, [...written, ...carriedOn]);
  }
}

/** The entries that a filter keeps, as far as it keeps them. */
function filtered(
  entries: readonly StateEntry<unknown>[],
  filter: SnapshotFilter | undefined,
): readonly StateEntry<unknown>[] {
  if (filter === undefined) return entries;
  const kept: StateEntry<unknown>[] = [];
  for (const entry of entries) {
    const value = filter(entry.value);
    if (value !== undefined) kept.push(value === entry.value ? entry : { ...entry, value });
  }
  return kept;
}

function noClock(): never {
  throw new StateTtlError("Cannot use state with a time to live: the backend was given no clock");
}
