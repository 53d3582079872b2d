// The contract for turning values of one type into bytes and back (Flink: TypeSerializer). State, records on
// channels and snapshots pass through it, so that nothing mutable is shared across what may crash apart.

import type { DataInputView } from "./data-input-view.ts";
import type { DataOutputView } from "./data-output-view.ts";

/**
 * Copies and serializes values of type `T`. Implementations are immutable and may be shared freely.
 *
 * Every value takes at least one byte. `copy`, `serialize` and `sizeOf` throw a `SerializationError` for a value that
 * is no `T`; `deserialize` throws one for bytes that end early or were not written by `serialize`.
 */
export interface TypeSerializer<T> {
  /**
   * Names the format: name, version and, in angle brackets, the parts it is made of: `"int/1"`, `"list/1<string/1>"`. It
   * is what a snapshot says of the serializer (Flink: TypeSerializerSnapshot), so a changed format needs a new version.
   * No version can read what a newer one wrote.
   */
  readonly id: string;
  /** An equal value that shares nothing mutable with `value`; immutable values return themselves. */
  copy(value: T): T;
  /** Appends `value` to `out`. Equal values give equal bytes. */
  serialize(value: T, out: DataOutputView): void;
  /** Reads back what `serialize` wrote, and not a byte more. */
  deserialize(input: DataInputView): T;
  /** How many bytes `serialize` writes for `value`. */
  sizeOf(value: T): number;
  /**
   * Whether state that the serializer with the other id `written` wrote may go on with this one (Flink:
   * TypeSerializerSnapshot.resolveSchemaCompatibility). Without it no such state may. `Types.VERSIONED` has it made.
   *
   * @example
   * resolveSchemaCompatibility: (written) =>
   *   written === "count/1"
   *     ? { kind: "compatible-after-migration", deserialize: (input) => 10 * version1.deserialize(input) }
   *     : { kind: "incompatible" }
   */
  resolveSchemaCompatibility?(written: string): TypeSerializerSchemaCompatibility<T>;
}

/** How state that another serializer wrote may go on (Flink: TypeSerializerSchemaCompatibility). */
export type TypeSerializerSchemaCompatibility<T> =
  /** Its bytes are those that the new serializer would have written. */
  | { readonly kind: "compatible-as-is" }
  /** `deserialize` reads what was written and gives what it stands for now, which is then written anew. */
  | {
      readonly kind: "compatible-after-migration";
      readonly deserialize: (input: DataInputView) => T;
    }
  /** Not at all; `reason` ends a sentence that names the state and both serializers. */
  | { readonly kind: "incompatible"; readonly reason?: string };

/** The type of the values that a serializer takes. */
export type ValueOf<S> = S extends TypeSerializer<infer T> ? T : never;
