// The values of one state, for every key (Flink: CopyOnWriteStateMap). A snapshot takes hold of the entries that are
// there and is written later; until it is released, a value it holds is copied before anybody may change it.

import type { StructuralKey } from "./structural-key.ts";
import type { TypeSerializer } from "./type-serializer.ts";

/** A key with what its place in a backend depends on. */
export interface LocatedKey {
  readonly key: unknown;
  readonly structuralKey: StructuralKey;
  readonly keyGroup: number;
}

/** The value of one key. Entries are replaced, never changed; only what `value` refers to may be. */
export interface StateEntry<V> {
  readonly at: LocatedKey;
  readonly value: V;
  /** The table's version when the value came in: a snapshot holds those up to its own. */
  readonly version: number;
}

/** The entries a table had when the snapshot was taken, in no particular order. */
export interface TableSnapshot<V> {
  readonly version: number;
  readonly entries: readonly StateEntry<V>[];
}

/** Holds one value per key, and any number of snapshots of them. */
export class CopyOnWriteStateTable<V> {
  readonly serializer: TypeSerializer<V>;
  readonly #entries = new Map<StructuralKey, StateEntry<V>>();
  readonly #liveSnapshots = new Set<number>();
  #version = 0;
  #newestLiveSnapshot = -1;

  constructor(serializer: TypeSerializer<V>) {
    this.serializer = serializer;
  }

  /** The key's value, which the caller may change in place: no snapshot holds it any more. */
  get(at: LocatedKey): V | undefined {
    const entry = this.#entries.get(at.structuralKey);
    if (entry === undefined) return undefined;
    if (entry.version > this.#newestLiveSnapshot) return entry.value;
    const value = this.serializer.copy(entry.value);
    this.put(at, value);
    return value;
  }

  /** The key's value, only to be looked at. */
  peek(at: LocatedKey): Readonly<V> | undefined {
    return this.#entries.get(at.structuralKey)?.value;
  }

  put(at: LocatedKey, value: V): void {
    this.#entries.set(at.structuralKey, { at, value, version: this.#version });
  }

  remove(at: LocatedKey): void {
    this.#entries.delete(at.structuralKey);
  }

  /** What is there now, without holding it: good until the next change. */
  entries(): StateEntry<V>[] {
    return [...this.#entries.values()];
  }

  /** Holds what is there now, until `release` of its version. */
  snapshot(): TableSnapshot<V> {
    const version = this.#version++;
    this.#liveSnapshots.add(version);
    this.#newestLiveSnapshot = version;
    return { version, entries: this.entries() };
  }

  /** Lets go of a snapshot. */
  release(version: number): void {
    this.#liveSnapshots.delete(version);
    this.#newestLiveSnapshot = Math.max(-1, ...this.#liveSnapshots);
  }
}
