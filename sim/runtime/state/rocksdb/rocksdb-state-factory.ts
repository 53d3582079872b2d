// Makes the states of a RocksDB backend from their descriptors, with a time to live in between if there is one (Flink:
// RocksDBKeyedStateBackend, TtlStateFactory). The incremental clean-up of the heap has no meaning here: what has expired
// goes when files are merged.

import { unreachable } from "../../../kernel/invariant.ts";
import type { Instant } from "../../../kernel/virtual-time.ts";
import { entrySerializerOf, storedSerializerOf } from "../heap-state-factory.ts";
import type { AnyState } from "../state.ts";
import type { StateDescriptor, StateKind } from "../state-descriptor.ts";
import { TimeToLive } from "../ttl/time-to-live.ts";
import { type StateMaker, timedState } from "../ttl/timed-state.ts";
import { TtlAccess } from "../ttl/ttl-access.ts";
import type { TypeSerializer } from "../type-serializer.ts";
import { type MapKeyReader, mapKeyReader } from "./map-key-reader.ts";
import { RocksDBAggregatingState } from "./rocksdb-aggregating-state.ts";
import { RocksDBListState } from "./rocksdb-list-state.ts";
import { RocksDBMapState } from "./rocksdb-map-state.ts";
import { RocksDBReducingState } from "./rocksdb-reducing-state.ts";
import { RocksDBValueState } from "./rocksdb-value-state.ts";
import type { StateColumn } from "./state-column.ts";
import { type EntryFilter, ttlEntryFilter } from "./ttl-entry-filter.ts";

/** A state that its descriptor has claimed. */
export interface RegisteredState {
  readonly kind: StateKind;
  readonly column: StateColumn;
  /** Of one key's whole value. */
  readonly reader: TypeSerializer<unknown>;
  readonly state: AnyState;
  /** Reads the keys of a map. */
  readonly readMapKey: MapKeyReader | undefined;
  readonly isTimed: boolean;
  /** What a merge of files that begins now takes away; undefined for nothing. */
  readonly compactionFilter: (() => EntryFilter) | undefined;
  /** What a full snapshot taken now leaves out; undefined for nothing. */
  readonly snapshotFilter: (() => EntryFilter) | undefined;
}

/** Makes the state that a descriptor describes; `now` is the clock of a time to live. */
export function createRocksDBState(
  descriptor: StateDescriptor,
  column: StateColumn,
  now: () => Instant,
): RegisteredState {
  const { kind, timeToLive } = descriptor;
  const reader = storedSerializerOf(descriptor);
  const readMapKey = kind === "map" ? mapKeyReader(descriptor.keySerializer) : undefined;
  if (timeToLive === undefined) {
    const state = plainState(descriptor, column);
    const filters = { compactionFilter: undefined, snapshotFilter: undefined };
    return { kind, column, reader, readMapKey, state, isTimed: false, ...filters };
  }
  const rules = new TimeToLive(timeToLive, now);
  const serializer = entrySerializerOf(descriptor);
  const filter = () =>
    ttlEntryFilter({
      kind,
      serializer,
      rules,
      // Flink's filter asks for the time again every 1000 entries; no virtual time passes during a merge.
      at: now(),
    });
  return {
    kind,
    column,
    reader,
    readMapKey,
    state: timedState(descriptor, stateMakerOf(column)).wrap(new TtlAccess(rules)),
    isTimed: true,
    // Cleaning up in the background is one setting for all backends: on the heap step by step, here by merges.
    compactionFilter: timeToLive.incrementalCleanup && filter,
    snapshotFilter: timeToLive.isCleanedUpInFullSnapshot ? filter : undefined,
  };
}

function plainState(descriptor: StateDescriptor, column: StateColumn): AnyState {
  switch (descriptor.kind) {
    case "value":
      return new RocksDBValueState(descriptor, column);
    case "list":
      return new RocksDBListState(descriptor, column);
    case "map":
      return new RocksDBMapState(descriptor, column);
    case "reducing":
      return new RocksDBReducingState(descriptor, column);
    case "aggregating":
      return new RocksDBAggregatingState(descriptor, column);
    default:
      return unreachable(descriptor);
  }
}

/** Makes states that show what is in `column` as it is stored. */
export function stateMakerOf(column: StateColumn): StateMaker<unknown> {
  return {
    value: (descriptor) => ({ state: new RocksDBValueState(descriptor, column) }),
    list: (descriptor) => ({ state: new RocksDBListState(descriptor, column) }),
    map: (descriptor) => ({ state: new RocksDBMapState(descriptor, column) }),
  };
}
