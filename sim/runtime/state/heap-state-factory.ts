// Makes the states of a heap backend from their descriptors: for each kind a table and the object that reads and writes
// it, with a time to live in between if there is one (Flink: HeapKeyedStateBackend, TtlStateFactory).

import { unreachable } from "../../kernel/invariant.ts";
import type { Instant } from "../../kernel/virtual-time.ts";
import { listSerializer, mapSerializer } from "./composite-serializers.ts";
import { CopyOnWriteStateTable } from "./copy-on-write-state-table.ts";
import { HeapAggregatingState } from "./heap-aggregating-state.ts";
import { HeapListState } from "./heap-list-state.ts";
import { HeapMapState, heapMapSerializer } from "./heap-map-state.ts";
import { HeapReducingState } from "./heap-reducing-state.ts";
import { HeapValueState } from "./heap-value-state.ts";
import type { KeyContext } from "./key-context.ts";
import type { AnyState } from "./state.ts";
import type {
  ListStateDescriptor,
  MapStateDescriptor,
  StateDescriptor,
  StateKind,
  ValueStateDescriptor,
} from "./state-descriptor.ts";
import type { StateTtlConfig } from "./ttl/state-ttl-config.ts";
import { TimeToLive } from "./ttl/time-to-live.ts";
import { type StateMaker, timedState } from "./ttl/timed-state.ts";
import { TtlAccess } from "./ttl/ttl-access.ts";
import { TtlIncrementalCleanup } from "./ttl/ttl-incremental-cleanup.ts";
import { ttlSerializer } from "./ttl/ttl-value.ts";
import { unexpiredPart } from "./ttl/unexpired-part.ts";
import type { TypeSerializer } from "./type-serializer.ts";

/** A state that its descriptor has claimed. */
export interface RegisteredState {
  readonly name: string;
  readonly kind: StateKind;
  readonly table: CopyOnWriteStateTable<unknown>;
  /** As the table's serializer, but what it reads can be shown: a map as a Map. */
  readonly reader: TypeSerializer<unknown>;
  readonly state: AnyState;
  readonly ttl: TtlCleanups | undefined;
}

/** How what has expired leaves a state that nobody reads. */
export interface TtlCleanups {
  /** Gives what a snapshot taken now keeps of a stored value; undefined if it keeps all. */
  readonly snapshotFilter: (() => SnapshotFilter) | undefined;
  readonly incremental: TtlIncrementalCleanup | undefined;
  readonly runsForEveryRecord: boolean;
}

/** What is kept of a stored value: itself, less of it, or nothing. */
export type SnapshotFilter = (stored: unknown) => unknown;

/** Makes the state that a descriptor describes; `now` is the clock of a time to live. */
export function createHeapState(
  descriptor: StateDescriptor,
  context: KeyContext,
  now: () => Instant,
): RegisteredState {
  const { kind, name, timeToLive } = descriptor;
  const reader = storedSerializerOf(descriptor);
  if (timeToLive === undefined) {
    return { name, kind, reader, ...createPlainState(descriptor, context), ttl: undefined };
  }
  const rules = new TimeToLive(timeToLive, now);
  const { made, wrap } = timedState(descriptor, stateMakerOf(context));
  const { table } = made;
  const ttl = createTtlCleanups({ kind, table, rules, now, config: timeToLive });
  const cleanup = ttl.incremental;
  const access = new TtlAccess(rules, cleanup === undefined ? undefined : () => cleanup.run());
  return { name, kind, reader, table, state: wrap(access), ttl };
}

/** The serializer of one key's whole value, with its times if it has any. */
export function storedSerializerOf(descriptor: StateDescriptor): TypeSerializer<unknown> {
  const entrySerializer = entrySerializerOf(descriptor);
  if (descriptor.kind !== "map") return entrySerializer;
  return mapSerializer(descriptor.keySerializer, entrySerializer) as TypeSerializer<unknown>;
}

/** The serializer of one entry's value: in a map of one of its values, with its time if it has one. */
export function entrySerializerOf(descriptor: StateDescriptor): TypeSerializer<unknown> {
  const timed = <T>(serializer: TypeSerializer<T>): TypeSerializer<unknown> =>
    descriptor.timeToLive === undefined ? serializer : ttlSerializer(serializer);
  switch (descriptor.kind) {
    case "value":
    case "reducing":
    case "aggregating":
      return timed(descriptor.serializer);
    case "list":
      return listSerializer(timed(descriptor.elementSerializer));
    case "map":
      return timed(descriptor.valueSerializer);
    default:
      return unreachable(descriptor);
  }
}

/** Makes states that show what is in `table` as it is stored. */
export function storedStateMaker(
  table: CopyOnWriteStateTable<unknown>,
  context: KeyContext,
): StateMaker<unknown> {
  const typed = <V>() => table as CopyOnWriteStateTable<unknown> as CopyOnWriteStateTable<V>;
  return {
    value: (descriptor) => ({ state: new HeapValueState(descriptor, typed(), context) }),
    list: (descriptor) => ({ state: new HeapListState(descriptor, typed(), context) }),
    map: (descriptor) => ({ state: new HeapMapState(descriptor, typed(), context) }),
  };
}

type Made = Pick<RegisteredState, "table" | "state">;

function createPlainState(descriptor: StateDescriptor, context: KeyContext): Made {
  switch (descriptor.kind) {
    case "value":
      return createValueState(descriptor, context);
    case "list":
      return createListState(descriptor, context);
    case "map":
      return createMapState(descriptor, context);
    case "reducing": {
      const table = new CopyOnWriteStateTable(descriptor.serializer);
      return { table, state: new HeapReducingState(descriptor, table, context) };
    }
    case "aggregating": {
      const table = new CopyOnWriteStateTable(descriptor.serializer);
      return { table, state: new HeapAggregatingState(descriptor, table, context) };
    }
    default:
      return unreachable(descriptor);
  }
}

function stateMakerOf(context: KeyContext): StateMaker<Pick<Made, "table">> {
  return {
    value: (descriptor) => createValueState(descriptor, context),
    list: (descriptor) => createListState(descriptor, context),
    map: (descriptor) => createMapState(descriptor, context),
  };
}

function createValueState<T>(descriptor: ValueStateDescriptor<T>, context: KeyContext) {
  const table = new CopyOnWriteStateTable(descriptor.serializer);
  return { table, state: new HeapValueState(descriptor, table, context) };
}

function createListState<T>(descriptor: ListStateDescriptor<T>, context: KeyContext) {
  const table = new CopyOnWriteStateTable(listSerializer(descriptor.elementSerializer));
  return { table, state: new HeapListState(descriptor, table, context) };
}

function createMapState<K, V>(descriptor: MapStateDescriptor<K, V>, context: KeyContext) {
  const { keySerializer, valueSerializer } = descriptor;
  const table = new CopyOnWriteStateTable(heapMapSerializer(keySerializer, valueSerializer));
  return { table, state: new HeapMapState(descriptor, table, context) };
}

function createTtlCleanups(options: {
  readonly kind: StateKind;
  readonly table: CopyOnWriteStateTable<unknown>;
  readonly rules: TimeToLive;
  readonly now: () => Instant;
  readonly config: StateTtlConfig;
}): TtlCleanups {
  const { kind, table, rules, now, config } = options;
  const unexpired = (stored: unknown, at: Instant): unknown =>
    unexpiredPart(kind, stored, (held) => rules.hasExpired(held, at));
  const { isCleanedUpInFullSnapshot, incrementalCleanup } = config;
  return {
    snapshotFilter: isCleanedUpInFullSnapshot
      ? () => {
          const takenAt = now();
          return (stored) => unexpired(stored, takenAt);
        }
      : undefined,
    incremental:
      incrementalCleanup &&
      new TtlIncrementalCleanup({
        table,
        unexpired: (stored) => unexpired(stored, now()),
        cleanupSize: incrementalCleanup.cleanupSize,
      }),
    runsForEveryRecord: incrementalCleanup?.runCleanupForEveryRecord === true,
  };
}
