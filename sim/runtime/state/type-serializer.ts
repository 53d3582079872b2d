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
   * Names the format, version included: `"int/1"`, `"list/1<string/1>"`. State is restored only by a serializer
   * with the id it was written with, so a changed format needs a new id.
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
}

/** The type of the values that a serializer takes. */
export type ValueOf<S> = S extends TypeSerializer<infer T> ? T : never;
