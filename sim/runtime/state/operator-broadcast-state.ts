// Broadcast state of one operator's subtask (Flink: HeapBroadcastState): a map of which every subtask has a copy. Each
// is snapshotted whole, so the subtasks must change it alike; nothing sees to that.

import { tupleSerializer } from "./composite-serializers.ts";
import type { BroadcastState } from "./state.ts";
import type { MapStateDescriptor } from "./state-descriptor.ts";
import { inKeyOrder, type StructuralKey, structuralKeyOf } from "./structural-key.ts";
import type { TypeSerializer } from "./type-serializer.ts";

/** An entry, as a snapshot holds it. */
export type BroadcastEntry<K, V> = readonly [key: K, value: V];

/** The serializer of one entry. */
export function broadcastEntrySerializer<K, V>(
  descriptor: MapStateDescriptor<K, V>,
): TypeSerializer<BroadcastEntry<K, V>> {
  const { keySerializer, valueSerializer } = descriptor;
  return tupleSerializer([keySerializer, valueSerializer]) as TypeSerializer<BroadcastEntry<K, V>>;
}

/** The {@link BroadcastState} of an operator backend. */
export class HeapBroadcastState<K, V> implements BroadcastState<K, V> {
  readonly serializer: TypeSerializer<BroadcastEntry<K, V>>;
  readonly #descriptor: MapStateDescriptor<K, V>;
  readonly #map = new Map<StructuralKey, BroadcastEntry<K, V>>();

  constructor(descriptor: MapStateDescriptor<K, V>, entries: Iterable<BroadcastEntry<K, V>>) {
    this.serializer = broadcastEntrySerializer(descriptor);
    this.#descriptor = descriptor;
    this.putAll(entries);
  }

  get(key: K): V | undefined {
    return this.#map.get(this.#standIn(key))?.[1];
  }

  contains(key: K): boolean {
    return this.#map.has(this.#standIn(key));
  }

  entries(): readonly BroadcastEntry<K, V>[] {
    return inKeyOrder(this.#map);
  }

  put(key: K, value: V): void {
    const entry = this.serializer.copy([key, value]);
    this.#map.set(structuralKeyOf(entry[0]), entry);
  }

  putAll(entries: Iterable<readonly [K, V]>): void {
    for (const [key, value] of entries) this.put(key, value);
  }

  remove(key: K): void {
    this.#map.delete(this.#standIn(key));
  }

  clear(): void {
    this.#map.clear();
  }

  /** What a snapshot holds, in an order that does not depend on the history. */
  elements(): readonly BroadcastEntry<K, V>[] {
    return this.entries();
  }

  /** Copied first, because a serializer may make two values one: INT takes -0 for 0. */
  #standIn(key: K): StructuralKey {
    return structuralKeyOf(this.#descriptor.keySerializer.copy(key));
  }
}
