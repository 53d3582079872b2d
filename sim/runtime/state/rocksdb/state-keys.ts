// The keys of the database: key group, state, key, and for an entry of a map its own key (Flink: RocksDB's
// SerializedCompositeKeyBuilder; its column family for each state is the state's number here).
//
//   key group (2 bytes)  state (2 bytes)  serialized key  serialized map key
//
// Big-endian numbers make the order of bytes the order of key groups. No serialized key begins another one, for a
// serializer reads back exactly what it wrote, so that a prefix finds one key's entries and no others.

import { canonicalText, parseCanonicalText } from "../../../kernel/canonical-value.ts";
import type { LocatedKey } from "../copy-on-write-state-table.ts";
import { DataOutputView } from "../data-output-view.ts";
import type { KeyGroupRange } from "../key-groups.ts";
import type { TypeSerializer } from "../type-serializer.ts";
import { endOfPrefix } from "./byte-order.ts";

/** Where the serialized key begins. */
export const KEY_START = 4;

/** The most states one backend can have. */
export const STATES_MAX = 0x10000;

/** The key group in a database's key. */
export function keyGroupIn(key: Uint8Array): number {
  return ((key[0] as number) << 8) | (key[1] as number);
}

/** The state's number in a database's key. */
export function stateIdIn(key: Uint8Array): number {
  return ((key[2] as number) << 8) | (key[3] as number);
}

/** The same key for a state that has another number elsewhere. */
export function withStateId(key: Uint8Array, stateId: number): Uint8Array {
  const renamed = key.slice();
  renamed[2] = stateId >>> 8;
  renamed[3] = stateId;
  return renamed;
}

/** The bounds of some key groups' entries: from the first on, up to but not with the second. */
export function boundsOf({
  start,
  end,
}: KeyGroupRange): readonly [Uint8Array, Uint8Array | undefined] {
  const prefixOf = (keyGroup: number) => Uint8Array.of(keyGroup >>> 8, keyGroup);
  return [prefixOf(start), endOfPrefix(prefixOf(end))];
}

/** Serializes keys; the current one once for all accesses. */
export class StateKeys {
  readonly #serializer: TypeSerializer<unknown>;
  readonly #out = new DataOutputView();
  #current: LocatedKey | undefined = undefined;
  #currentBytes = new Uint8Array(0);

  constructor(serializer: TypeSerializer<unknown>) {
    this.#serializer = serializer;
  }

  /** The database's key of a state's entry; `mapKey` is the serialized key within a map. */
  keyOf(stateId: number, at: LocatedKey, mapKey?: Uint8Array): Uint8Array {
    const own = this.#bytesOf(at);
    const key = new Uint8Array(KEY_START + own.length + (mapKey?.length ?? 0));
    key[0] = at.keyGroup >>> 8;
    key[1] = at.keyGroup;
    key[2] = stateId >>> 8;
    key[3] = stateId;
    key.set(own, KEY_START);
    if (mapKey !== undefined) key.set(mapKey, KEY_START + own.length);
    return key;
  }

  /** The bytes of a key within a map. */
  mapKeyOf<K>(key: K, serializer: TypeSerializer<K>): Uint8Array {
    return serialized(byContent(key), serializer, this.#out);
  }

  #bytesOf(at: LocatedKey): Uint8Array {
    if (this.#current !== at) {
      this.#currentBytes = serialized(byContent(at.key), this.#serializer, this.#out);
      this.#current = at;
    }
    return this.#currentBytes;
  }
}

/** A value's bytes, written by means of `out`. */
export function serialized<T>(
  value: T,
  serializer: TypeSerializer<T>,
  out: DataOutputView,
): Uint8Array<ArrayBuffer> {
  out.reset();
  serializer.serialize(value, out);
  return out.toBytes() as Uint8Array<ArrayBuffer>;
}

/** Keys are equal by content, but an object's fields are serialized in their order, which is no content: sorted here. */
function byContent<K>(key: K): K {
  return typeof key === "object" && key !== null
    ? (parseCanonicalText(canonicalText(key)) as K)
    : key;
}
