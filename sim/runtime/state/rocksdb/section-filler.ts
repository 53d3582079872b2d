// Brings the sections of a canonical snapshot into the tree once a descriptor says what is in them.

import { describeValue, SerializationError } from "../../../kernel/serialization-error.ts";
import { listSerializer, tupleSerializer } from "../composite-serializers.ts";
import { DataOutputView } from "../data-output-view.ts";
import type { KeyContext } from "../key-context.ts";
import { readSection } from "../keyed-snapshot-format.ts";
import type { StateDescriptor } from "../state-descriptor.ts";
import type { TypeSerializer } from "../type-serializer.ts";
import { type StateKeys, serialized } from "./state-keys.ts";

/** Where entries go to. */
export interface SectionTarget {
  /** Reads an entry's value as it is in the section, and writes it as it is to be stored. */
  readonly entrySerializer: TypeSerializer<unknown>;
  readonly keySerializer: TypeSerializer<unknown>;
  readonly keyContext: KeyContext;
  readonly keys: StateKeys;
  readonly put: (key: Uint8Array, value: Uint8Array) => void;
}

/**
 * What puts sections of the state with this number where they belong. It throws a `SerializationError` for bytes that
 * are none, or whose keys lie in another key group.
 */
export function sectionFiller(
  descriptor: StateDescriptor,
  stateId: number,
  { entrySerializer, keySerializer, keyContext, keys, put }: SectionTarget,
): (keyGroup: number, section: Uint8Array) => void {
  const out = new DataOutputView();
  const locate = (key: unknown, keyGroup: number) => {
    const at = keyContext.locate(key);
    if (at.keyGroup === keyGroup) return at;
    throw new SerializationError(
      `Cannot restore state "${descriptor.name}": ${describeValue(key)} lies in key group ${keyGroup}, expected ${at.keyGroup}`,
    );
  };
  if (descriptor.kind !== "map") {
    return (keyGroup, section) => {
      for (const { key, value } of readSection(section, keySerializer, entrySerializer)) {
        put(keys.keyOf(stateId, locate(key, keyGroup)), serialized(value, entrySerializer, out));
      }
    };
  }
  const mapKeySerializer = descriptor.keySerializer;
  // A map is written as a list of pairs is; as a JavaScript map it would take -0 for 0.
  const pairs = listSerializer(tupleSerializer([mapKeySerializer, entrySerializer]));
  return (keyGroup, section) => {
    for (const { key, value } of readSection(section, keySerializer, pairs)) {
      const at = locate(key, keyGroup);
      for (const [mapKey, held] of value) {
        const place = keys.keyOf(stateId, at, keys.mapKeyOf(mapKey, mapKeySerializer));
        put(place, serialized(held, entrySerializer, out));
      }
    }
  };
}
