// Reads the keys of a map's entries where only the tree is at hand: the canonical form has them in another order.

import { SerializationError } from "../../../kernel/serialization-error.ts";
import { DataInputView } from "../data-input-view.ts";
import { DataOutputView } from "../data-output-view.ts";
import { serializerById } from "../serializer-by-id.ts";
import type { TypeSerializer } from "../type-serializer.ts";
import type { StoredState } from "./manifest-format.ts";

/** Gives the key of a map's entry, of which `value` is the rest. */
export type MapKeyReader = (mapKey: Uint8Array, value: Uint8Array) => unknown;

/** The reader of map keys that this serializer wrote. */
export function mapKeyReader(keySerializer: TypeSerializer<unknown>): MapKeyReader {
  return (mapKey) => keySerializer.deserialize(new DataInputView(mapKey.slice()));
}

/**
 * The reader for a map of which nothing but the id of its serializer is known; `own` are the job's serializers. Undefined
 * if that is of a serializer nobody knows: its entries stay in the order of their bytes until its descriptor comes.
 */
export function mapKeyReaderById(
  { serializerId }: StoredState,
  own: readonly TypeSerializer<unknown>[],
): MapKeyReader | undefined {
  let entrySerializer: TypeSerializer<unknown>;
  try {
    // An entry of a map is written as a tuple of its key and its value is.
    entrySerializer = serializerById(serializerId.replace(/^map\//, "tuple/"), own);
  } catch (error) {
    if (error instanceof SerializationError) return undefined;
    throw error;
  }
  const out = new DataOutputView();
  return (mapKey, value) => {
    out.reset();
    out.writeBytes(mapKey);
    out.writeBytes(value);
    const [key] = entrySerializer.deserialize(new DataInputView(out.toBytes())) as [unknown];
    return key;
  };
}
