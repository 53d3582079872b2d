// One map per key on the heap (Flink: HeapMapState). An empty map is stored as none. The user's keys are compared by
// content, so the heap's map goes from their stand-ins to key and value.

import { mapSerializer } from "./composite-serializers.ts";
import type { CopyOnWriteStateTable } from "./copy-on-write-state-table.ts";
import { sizeOfVarInt } from "./data-output-view.ts";
import type { KeyContext } from "./key-context.ts";
import type { MapState } from "./state.ts";
import type { MapStateDescriptor } from "./state-descriptor.ts";
import { inKeyOrder, type StructuralKey, structuralKeyOf } from "./structural-key.ts";
import type { TypeSerializer } from "./type-serializer.ts";

/** The map of one key. */
export type HeapMap<K, V> = Map<StructuralKey, readonly [K, V]>;

/** The {@link MapState} of a heap backend. */
export class HeapMapState<K, V> implements MapState<K, V> {
  readonly #descriptor: MapStateDescriptor<K, V>;
  readonly #table: CopyOnWriteStateTable<HeapMap<K, V>>;
  readonly #context: KeyContext;

  constructor(
    descriptor: MapStateDescriptor<K, V>,
    table: CopyOnWriteStateTable<HeapMap<K, V>>,
    context: KeyContext,
  ) {
    this.#descriptor = descriptor;
    this.#table = table;
    this.#context = context;
  }

  get(key: K): V | undefined {
    return this.#map()?.get(this.#standIn(key))?.[1];
  }

  put(key: K, value: V): void {
    const own = this.#descriptor.keySerializer.copy(key);
    const entry = [own, this.#descriptor.valueSerializer.copy(value)] as const;
    const map = this.#map();
    if (map !== undefined) map.set(structuralKeyOf(own), entry);
    else this.#table.put(this.#at(), new Map([[structuralKeyOf(own), entry]]));
  }

  putAll(entries: Iterable<readonly [K, V]>): void {
    for (const [key, value] of entries) this.put(key, value);
  }

  remove(key: K): void {
    const map = this.#map();
    map?.delete(this.#standIn(key));
    if (map?.size === 0) this.clear();
  }

  contains(key: K): boolean {
    return this.#table.peek(this.#at())?.has(this.#standIn(key)) === true;
  }

  entries(): readonly (readonly [K, V])[] {
    return inKeyOrder(this.#map() ?? []);
  }

  keys(): readonly K[] {
    return this.entries().map(([key]) => key);
  }

  values(): readonly V[] {
    return this.entries().map(([, value]) => value);
  }

  isEmpty(): boolean {
    return this.#table.peek(this.#at()) === undefined;
  }

  clear(): void {
    this.#table.remove(this.#at());
  }

  #at() {
    return this.#context.keyFor(this.#descriptor.name);
  }

  /** The current key's map, to be read or changed. */
  #map(): HeapMap<K, V> | undefined {
    return this.#table.get(this.#at());
  }

  /** Copied first, because a serializer may make two values one: INT takes -0 for 0. */
  #standIn(key: K): StructuralKey {
    return structuralKeyOf(this.#descriptor.keySerializer.copy(key));
  }
}

/** The serializer of the heap's maps: the same bytes, and so the same id, as Types.MAP. */
export function heapMapSerializer<K, V>(
  keySerializer: TypeSerializer<K>,
  valueSerializer: TypeSerializer<V>,
): TypeSerializer<HeapMap<K, V>> {
  return {
    id: mapSerializer(keySerializer, valueSerializer).id,
    copy(map) {
      const copied: HeapMap<K, V> = new Map();
      for (const [standIn, [key, value]] of map) {
        copied.set(standIn, [keySerializer.copy(key), valueSerializer.copy(value)]);
      }
      return copied;
    },
    serialize(map, out) {
      out.writeVarInt(map.size);
      for (const [key, value] of inKeyOrder(map)) {
        keySerializer.serialize(key, out);
        valueSerializer.serialize(value, out);
      }
    },
    deserialize(input) {
      const map: HeapMap<K, V> = new Map();
      for (let left = input.readCount(); left > 0; left--) {
        const key = keySerializer.deserialize(input);
        map.set(structuralKeyOf(key), [key, valueSerializer.deserialize(input)]);
      }
      return map;
    },
    sizeOf(map) {
      let size = sizeOfVarInt(map.size);
      for (const [key, value] of map.values())
        size += keySerializer.sizeOf(key) + valueSerializer.sizeOf(value);
      return size;
    },
  };
}
