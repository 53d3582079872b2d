// One state's part of the database as the state objects use it: at the current key, with everything that goes in and out
// serialized, so that nothing in a user's hands is the state itself (Flink: AbstractRocksDBState).

import { DataInputView } from "../data-input-view.ts";
import { DataOutputView } from "../data-output-view.ts";
import type { KeyContext } from "../key-context.ts";
import { inKeyOrder, type StructuralKey, structuralKeyOf } from "../structural-key.ts";
import type { TypeSerializer } from "../type-serializer.ts";
import type { AccessMeter } from "./access-costs.ts";
import { endOfPrefix } from "./byte-order.ts";
import type { ContentDatabase } from "./content-database.ts";
import type { MapKeyReader } from "./map-key-reader.ts";
import { type StateKeys, serialized } from "./state-keys.ts";

/** What the columns of one backend share. */
export interface ColumnContext {
  readonly keyContext: KeyContext;
  readonly keys: StateKeys;
  readonly database: ContentDatabase;
  readonly meter: AccessMeter;
}

/** The entries of one state. Every use throws a `StateAccessError` if no key is current. */
export class StateColumn {
  readonly name: string;
  readonly id: number;
  readonly #context: ColumnContext;
  readonly #out = new DataOutputView();

  constructor(name: string, id: number, context: ColumnContext) {
    this.name = name;
    this.id = id;
    this.#context = context;
  }

  /** The value, deserialized anew; `mapKey` is the serialized key within a map. */
  read<T>(serializer: TypeSerializer<T>, mapKey?: Uint8Array): T | undefined {
    const bytes = this.readBytes(mapKey);
    return bytes && this.deserialized(bytes, serializer);
  }

  /** What some bytes stand for; they are not kept. */
  deserialized<T>(bytes: Uint8Array, serializer: TypeSerializer<T>): T {
    this.#context.meter.charge("deserialize");
    // A copy, for a serializer may give a view on what it reads.
    return serializer.deserialize(new DataInputView(bytes.slice()));
  }

  /** The value as it is stored, as a view: good until the next change. */
  readBytes(mapKey?: Uint8Array): Uint8Array | undefined {
    const key = this.#key(mapKey);
    this.#context.meter.charge("get");
    return this.#context.database.get(key);
  }

  write<T>(value: T, serializer: TypeSerializer<T>, mapKey?: Uint8Array): void {
    const key = this.#key(mapKey);
    this.#context.meter.charge("serialize");
    const bytes = serialized(value, serializer, this.#out);
    this.#context.meter.charge("put");
    this.#context.database.put(key, bytes);
  }

  /** Stores what is serialized already, `serializedNow` values of it just now. */
  writeBytes(bytes: Uint8Array, serializedNow: number): void {
    const key = this.#key();
    this.#context.meter.charge("serialize", serializedNow);
    this.#context.meter.charge("put");
    this.#context.database.put(key, bytes);
  }

  remove(mapKey?: Uint8Array): void {
    const key = this.#key(mapKey);
    this.#context.meter.charge("put");
    this.#context.database.delete(key);
  }

  /** The bytes of a key within a map. */
  mapKeyOf<K>(key: K, serializer: TypeSerializer<K>): Uint8Array {
    this.#context.meter.charge("serialize");
    return this.#context.keys.mapKeyOf(key, serializer);
  }

  /** Visits the entries of the current key's map, in the order of their keys' bytes, until `visit` returns false. */
  walk(visit: (mapKey: Uint8Array, value: Uint8Array) => boolean): void {
    const { meter, database } = this.#context;
    const prefix = this.#key();
    meter.charge("seek");
    let steps = 0;
    database.scan(prefix, endOfPrefix(prefix), (key, value) => {
      steps++;
      return visit(key.subarray(prefix.length), value);
    });
    meter.charge("next", steps);
  }

  /** What is stored, for inspection: it costs nothing. `reader` reads one key's whole value. */
  stored(reader: TypeSerializer<unknown>, readMapKey: MapKeyReader | undefined): unknown {
    const { keyContext, keys, database } = this.#context;
    const prefix = keys.keyOf(this.id, keyContext.keyFor(this.name));
    if (readMapKey === undefined) {
      const bytes = database.peek(prefix);
      return bytes && reader.deserialize(new DataInputView(bytes.slice()));
    }
    const entries: (readonly [StructuralKey, readonly Uint8Array[]])[] = [];
    database.peekScan(prefix, endOfPrefix(prefix), (key, value) => {
      const mapKey = key.subarray(prefix.length);
      const structuralKey = structuralKeyOf(readMapKey(mapKey, value));
      entries.push([structuralKey, [mapKey.slice(), value.slice()]]);
      return true;
    });
    if (entries.length === 0) return undefined;
    this.#out.reset();
    this.#out.writeVarInt(entries.length);
    for (const part of inKeyOrder(entries).flat()) this.#out.writeBytes(part);
    return reader.deserialize(new DataInputView(this.#out.toBytes()));
  }

  #key(mapKey?: Uint8Array): Uint8Array {
    const { keyContext, keys, meter } = this.#context;
    const at = keyContext.keyFor(this.name);
    meter.charge("serialize");
    return keys.keyOf(this.id, at, mapKey);
  }
}
