// The types an author declares, under Flink's names (Flink: Types, TypeInformation). Each is at once the serializer
// that Flink would make from it.

import {
  bigIntSerializer,
  booleanSerializer,
  bytesSerializer,
  doubleSerializer,
  intSerializer,
  longSerializer,
  stringSerializer,
} from "./basic-serializers.ts";
import {
  listSerializer,
  mapSerializer,
  type ObjectOf,
  objectSerializer,
  type TupleOf,
  tupleSerializer,
} from "./composite-serializers.ts";
import { genericSerializer } from "./generic-serializer.ts";
import type { TypeSerializer } from "./type-serializer.ts";
import { versionedSerializer } from "./versioned-serializer.ts";

/**
 * The built-in types.
 *
 * @example Types.MAP(Types.STRING, Types.OBJECT({ count: Types.INT, last: Types.LONG }))
 */
export const Types = Object.freeze({
  /** Whole numbers of 32 bits. */
  INT: intSerializer,
  /** Whole numbers below 2^53; bigints are BIG_INT. */
  LONG: longSerializer,
  /** Any number. */
  DOUBLE: doubleSerializer,
  BOOLEAN: booleanSerializer,
  STRING: stringSerializer,
  /** Whole numbers of any size, as bigint. */
  BIG_INT: bigIntSerializer,
  /** Uint8Array. */
  BYTES: bytesSerializer,
  /** Any plain data, by structure. */
  GENERIC: genericSerializer,
  /** Arrays of one element type. */
  LIST: listSerializer,
  /** JavaScript maps. */
  MAP: mapSerializer,
  /** Arrays of fixed length: `Types.TUPLE(Types.STRING, Types.INT)`. */
  TUPLE<const S extends readonly TypeSerializer<unknown>[]>(
    ...members: S
  ): TypeSerializer<TupleOf<S>> {
    return tupleSerializer(members);
  },
  /** Plain objects with exactly these fields (Flink: ROW, POJO). */
  OBJECT<const F extends Readonly<Record<string, TypeSerializer<unknown>>>>(
    fields: F,
  ): TypeSerializer<ObjectOf<F>> {
    return objectSerializer(fields);
  },
  /**
   * A type of which there may be later versions, under a name: state that an earlier one wrote is read by it and migrated.
   *
   * @example
   * const V1 = Types.VERSIONED({ name: "account", version: 1, type: Types.OBJECT({ cents: Types.INT }) });
   * const V2 = Types.VERSIONED({
   *   name: "account",
   *   version: 2,
   *   type: Types.OBJECT({ cents: Types.LONG, currency: Types.STRING }),
   *   previous: { type: V1, migrate: ({ cents }) => ({ cents, currency: "EUR" }) },
   * });
   */
  VERSIONED: versionedSerializer,
});
