// One map per key, each entry an entry of the database (Flink: RocksDBMapState): reading one does not read the others,
// and a walk over all of them meets no other's. Bytes have another order than keys, so what a walk finds is sorted.

import type { MapState } from "../state.ts";
import type { MapStateDescriptor } from "../state-descriptor.ts";
import { inKeyOrder, type StructuralKey, structuralKeyOf } from "../structural-key.ts";
import type { TypeSerializer } from "../type-serializer.ts";
import type { StateColumn } from "./state-column.ts";

/** The {@link MapState} of a RocksDB backend. */
export class RocksDBMapState<K, V> implements MapState<K, V> {
  readonly #keySerializer: TypeSerializer<K>;
  readonly #valueSerializer: TypeSerializer<V>;
  readonly #column: StateColumn;

  constructor(descriptor: MapStateDescriptor<K, V>, column: StateColumn) {
    this.#keySerializer = descriptor.keySerializer;
    this.#valueSerializer = descriptor.valueSerializer;
    this.#column = column;
  }

  get(key: K): V | undefined {
    return this.#column.read(this.#valueSerializer, this.#bytesOf(key));
  }

  put(key: K, value: V): void {
    this.#column.write(value, this.#valueSerializer, this.#bytesOf(key));
  }

  putAll(entries: Iterable<readonly [K, V]>): void {
    for (const [key, value] of entries) this.put(key, value);
  }

  remove(key: K): void {
    this.#column.remove(this.#bytesOf(key));
  }

  contains(key: K): boolean {
    return this.#column.readBytes(this.#bytesOf(key)) !== undefined;
  }

  entries(): readonly (readonly [K, V])[] {
    return this.#inKeyOrder((key, value) => {
      return [key, this.#column.deserialized(value, this.#valueSerializer)];
    });
  }

  keys(): readonly K[] {
    return this.#inKeyOrder((key) => key);
  }

  values(): readonly V[] {
    return this.#inKeyOrder((_, value) => {
      return this.#column.deserialized(value, this.#valueSerializer);
    });
  }

  isEmpty(): boolean {
    let isEmpty = true;
    this.#column.walk(() => {
      isEmpty = false;
      return false;
    });
    return isEmpty;
  }

  clear(): void {
    const mapKeys: Uint8Array[] = [];
    this.#column.walk((mapKey) => {
      mapKeys.push(mapKey.slice());
      return true;
    });
    for (const mapKey of mapKeys) this.#column.remove(mapKey);
  }

  /** What `take` takes of each entry; `value` is bytes, good only for the time of the call. */
  #inKeyOrder<Taken>(take: (key: K, value: Uint8Array) => Taken): readonly Taken[] {
    const taken: (readonly [StructuralKey, Taken])[] = [];
    this.#column.walk((mapKey, value) => {
      const key = this.#column.deserialized(mapKey, this.#keySerializer);
      taken.push([structuralKeyOf(key), take(key, value)]);
      return true;
    });
    return inKeyOrder(taken);
  }

  #bytesOf(key: K): Uint8Array {
    return this.#column.mapKeyOf(key, this.#keySerializer);
  }
}
