// Keyed state as objects on the heap (Flink: HeapKeyedStateBackend, "hashmap"). The synchronous part of a snapshot takes
// hold of entries, the asynchronous part serializes them. Restored state stays bytes until its descriptor comes, for
// only then is its serializer known; a snapshot taken before that carries the bytes on.

import { invariant, unreachable } from "../../kernel/invariant.ts";
import { describeValue, SerializationError } from "../../kernel/serialization-error.ts";
import type { CheckpointId } from "../stream-element.ts";
import { listSerializer, mapSerializer } from "./composite-serializers.ts";
import { CopyOnWriteStateTable, type StateEntry } from "./copy-on-write-state-table.ts";
import { HeapListState } from "./heap-list-state.ts";
import { HeapMapState, heapMapSerializer } from "./heap-map-state.ts";
import { HeapReducingState } from "./heap-reducing-state.ts";
import { HeapValueState } from "./heap-value-state.ts";
import { KeyContext } from "./key-context.ts";
import type { KeyGroupRange } from "./key-groups.ts";
import {
  type KeyedSnapshotHeader,
  type KeyedStateEntry,
  readKeyedSnapshot,
  readSection,
  readSerializedStates,
  type SerializedState,
  sectionsOf,
  writeKeyedSnapshot,
  writtenSections,
} from "./keyed-snapshot-format.ts";
import type { KeyedSnapshot, KeyedStateBackend } from "./keyed-state-backend.ts";
import type { ListState, MapState, ReducingState, ValueState } from "./state.ts";
import type {
  ListStateDescriptor,
  MapStateDescriptor,
  ReducingStateDescriptor,
  StateDescriptor,
  StateKind,
  ValueStateDescriptor,
} from "./state-descriptor.ts";
import { StateMigrationError } from "./state-errors.ts";
import { Types } from "./type-information.ts";
import type { TypeSerializer } from "./type-serializer.ts";

type State =
  | ValueState<unknown>
  | ListState<unknown>
  | MapState<unknown, unknown>
  | ReducingState<unknown>;

/** A state that its descriptor has claimed. */
interface RegisteredState {
  readonly name: string;
  readonly kind: StateKind;
  readonly table: CopyOnWriteStateTable<unknown>;
  /** As the table's serializer, but what it reads can be shown: a map as a Map. */
  readonly reader: TypeSerializer<unknown>;
  readonly state: State;
}

/** A registered state as a snapshot holds it. */
interface HeldState {
  readonly name: string;
  readonly kind: StateKind;
  readonly serializer: TypeSerializer<unknown>;
  readonly entries: readonly StateEntry<unknown>[];
}

/** What a heap backend is made for. */
export interface HeapKeyedStateBackendOptions {
  /** The keys' type, by default any plain data. */
  readonly keySerializer?: TypeSerializer<unknown>;
  readonly maxParallelism: number;
  readonly keyGroupRange: KeyGroupRange;
}

/**
 * The default {@link KeyedStateBackend}.
 *
 * @example
 * const backend = new HeapKeyedStateBackend({ maxParallelism: 128, keyGroupRange: { start: 0, end: 127 } });
 * const count = backend.getState(new ValueStateDescriptor("count", Types.INT, 0));
 * backend.setCurrentKey("flink");
 * count.update((count.value() ?? 0) + 1);
 */
export class HeapKeyedStateBackend implements KeyedStateBackend {
  readonly keyGroupRange: KeyGroupRange;
  readonly #keySerializer: TypeSerializer<unknown>;
  readonly #header: KeyedSnapshotHeader;
  readonly #context: KeyContext;
  readonly #registered = new Map<string, RegisteredState>();
  #unclaimed: ReadonlyMap<string, SerializedState> = new Map();

  constructor(options: HeapKeyedStateBackendOptions) {
    const { keySerializer = Types.GENERIC, maxParallelism, keyGroupRange } = options;
    this.keyGroupRange = keyGroupRange;
    this.#keySerializer = keySerializer;
    this.#header = { keySerializerId: keySerializer.id, maxParallelism, keyGroupRange };
    this.#context = new KeyContext(keySerializer, maxParallelism, keyGroupRange);
  }

  get currentKey(): unknown {
    return this.#context.key;
  }

  setCurrentKey(key: unknown): void {
    this.#context.setCurrent(key);
  }

  getState<T>(descriptor: ValueStateDescriptor<T>): ValueState<T>;
  getState<T>(descriptor: ListStateDescriptor<T>): ListState<T>;
  getState<K, V>(descriptor: MapStateDescriptor<K, V>): MapState<K, V>;
  getState<T>(descriptor: ReducingStateDescriptor<T>): ReducingState<T>;
  getState(descriptor: StateDescriptor): State {
    const known = this.#registered.get(descriptor.name);
    if (known === undefined) return this.#register(descriptor).state;
    checkUnchanged(
      known.name,
      idOf(known.kind, known.table.serializer.id),
      idOfDescriptor(descriptor),
    );
    return known.state;
  }

  snapshot(checkpoint: CheckpointId): KeyedSnapshot {
    const releases: (() => void)[] = [];
    const held = [...this.#registered.values()].map(({ name, kind, table }) => {
      const { version, entries } = table.snapshot();
      releases.push(() => table.release(version));
      return { name, kind, serializer: table.serializer, entries };
    });
    const unclaimed = [...this.#unclaimed.values()];
    return new HeapKeyedSnapshot(
      checkpoint,
      () => this.#write(held, unclaimed),
      () => {
        for (const release of releases) release();
      },
    );
  }

  restore(snapshots: readonly Uint8Array[]): void {
    invariant(
      this.#registered.size === 0 && this.#unclaimed.size === 0,
      () =>
        `Cannot restore a keyed backend: ${this.#registered.size + this.#unclaimed.size} states are there, expected none`,
    );
    const restored = new Map<
      string,
      SerializedState & { readonly sections: Map<number, Uint8Array> }
    >();
    for (const bytes of snapshots) {
      if (bytes.length === 0) continue;
      const { header, states } = readSerializedStates(bytes, this.keyGroupRange);
      this.#checkHeader(header);
      for (const state of states) {
        const known = restored.get(state.name);
        if (known === undefined) {
          restored.set(state.name, { ...state, sections: new Map(state.sections) });
          continue;
        }
        checkUnchanged(
          state.name,
          idOf(known.kind, known.serializerId),
          idOf(state.kind, state.serializerId),
        );
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
  }

  entries(): readonly KeyedStateEntry[] {
    const own = [this.#keySerializer];
    for (const { reader } of this.#registered.values()) own.push(reader);
    return readKeyedSnapshot(this.#writePresent(), own);
  }

  hash(visit: (part: Uint8Array) => void): void {
    visit(this.#writePresent());
  }

  #register(descriptor: StateDescriptor): RegisteredState {
    const restored = this.#unclaimed.get(descriptor.name);
    if (restored !== undefined) {
      checkUnchanged(
        restored.name,
        idOf(restored.kind, restored.serializerId),
        idOfDescriptor(descriptor),
      );
    }
    const registered = createState(descriptor, this.#context);
    if (restored !== undefined) {
      this.#fill(registered.table, restored);
      this.#unclaimed = new Map([...this.#unclaimed].filter(([name]) => name !== descriptor.name));
    }
    this.#registered.set(descriptor.name, registered);
    return registered;
  }

  #fill(table: CopyOnWriteStateTable<unknown>, restored: SerializedState): void {
    for (const [keyGroup, section] of restored.sections) {
      for (const { key, value } of readSection(section, this.#keySerializer, table.serializer)) {
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

  #checkHeader(header: KeyedSnapshotHeader): void {
    const own = this.#header;
    if (header.keySerializerId !== own.keySerializerId) {
      throw new StateMigrationError(
        `Cannot restore keyed state: its keys are ${header.keySerializerId}, expected ${own.keySerializerId}`,
      );
    }
    if (header.maxParallelism !== own.maxParallelism) {
      throw new StateMigrationError(
        `Cannot restore keyed state: its max parallelism is ${header.maxParallelism}, expected ${own.maxParallelism}`,
      );
    }
  }

  #writePresent(): Uint8Array {
    const present = [...this.#registered.values()].map(({ name, kind, table }) => {
      return { name, kind, serializer: table.serializer, entries: table.entries() };
    });
    return this.#write(present, [...this.#unclaimed.values()]);
  }

  /** No bytes at all if there is no state, so that a stateless function costs nothing. */
  #write(held: readonly HeldState[], unclaimed: readonly SerializedState[]): Uint8Array {
    if (held.length === 0 && unclaimed.length === 0) return new Uint8Array(0);
    const written = held.map(({ name, kind, serializer, entries }) => ({
      name,
      kind,
      serializerId: serializer.id,
      sections: sectionsOf(entries, this.#keySerializer, serializer),
    }));
    const carriedOn = unclaimed.map((state) => {
      return { ...state, sections: writtenSections(state.sections) };
    });
    return writeKeyedSnapshot(this.#header, [...written, ...carriedOn]);
  }
}

class HeapKeyedSnapshot implements KeyedSnapshot {
  readonly checkpoint: CheckpointId;
  readonly #write: () => Uint8Array;
  readonly #release: () => void;
  #isWritten = false;
  #isReleased = false;

  constructor(checkpoint: CheckpointId, write: () => Uint8Array, release: () => void) {
    this.checkpoint = checkpoint;
    this.#write = write;
    this.#release = release;
  }

  writeAsync(): Uint8Array {
    invariant(
      !this.#isReleased,
      () => `Cannot write snapshot ${this.checkpoint}: it was released before`,
    );
    invariant(
      !this.#isWritten,
      () => `Cannot write snapshot ${this.checkpoint}: it was written before`,
    );
    this.#isWritten = true;
    return this.#write();
  }

  release(): void {
    if (this.#isReleased) return;
    this.#isReleased = true;
    this.#release();
  }

  hash(visit: (part: Uint8Array) => void): void {
    invariant(
      !this.#isReleased,
      () => `Cannot hash snapshot ${this.checkpoint}: it was released before`,
    );
    visit(this.#write());
  }
}

function createState(descriptor: StateDescriptor, context: KeyContext): RegisteredState {
  const { kind, name } = descriptor;
  const reader = serializerOf(descriptor);
  switch (kind) {
    case "value": {
      const table = new CopyOnWriteStateTable(descriptor.serializer);
      return { name, kind, table, reader, state: new HeapValueState(descriptor, table, context) };
    }
    case "list": {
      const table = new CopyOnWriteStateTable(listSerializer(descriptor.elementSerializer));
      return { name, kind, table, reader, state: new HeapListState(descriptor, table, context) };
    }
    case "map": {
      const { keySerializer, valueSerializer } = descriptor;
      const table = new CopyOnWriteStateTable(heapMapSerializer(keySerializer, valueSerializer));
      return { name, kind, table, reader, state: new HeapMapState(descriptor, table, context) };
    }
    case "reducing": {
      const table = new CopyOnWriteStateTable(descriptor.serializer);
      return {
        name,
        kind,
        table,
        reader,
        state: new HeapReducingState(descriptor, table, context),
      };
    }
    default:
      return unreachable(descriptor);
  }
}

/** The serializer of one key's whole value. */
function serializerOf(descriptor: StateDescriptor): TypeSerializer<unknown> {
  switch (descriptor.kind) {
    case "value":
    case "reducing":
      return descriptor.serializer;
    case "list":
      return listSerializer(descriptor.elementSerializer);
    case "map":
      return mapSerializer(descriptor.keySerializer, descriptor.valueSerializer);
    default:
      return unreachable(descriptor);
  }
}

function idOfDescriptor(descriptor: StateDescriptor): string {
  return idOf(descriptor.kind, serializerOf(descriptor).id);
}

function idOf(kind: StateKind, serializerId: string): string {
  return `${kind} state of ${serializerId}`;
}

function checkUnchanged(name: string, before: string, now: string): void {
  if (before === now) return;
  throw new StateMigrationError(
    `Cannot use state "${name}": it is declared as ${now}, expected ${before} as before`,
  );
}
