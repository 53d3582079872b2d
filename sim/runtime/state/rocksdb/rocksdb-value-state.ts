// One value per key, as bytes (Flink: RocksDBValueState). What is read is a copy: changing it changes nothing until it
// is stored.

import type { ValueState } from "../state.ts";
import type { ValueStateDescriptor } from "../state-descriptor.ts";
import type { StateColumn } from "./state-column.ts";

/** The {@link ValueState} of a RocksDB backend. */
export class RocksDBValueState<T> implements ValueState<T> {
  readonly #descriptor: ValueStateDescriptor<T>;
  readonly #column: StateColumn;

  constructor(descriptor: ValueStateDescriptor<T>, column: StateColumn) {
    this.#descriptor = descriptor;
    this.#column = column;
  }

  value(): T | undefined {
    const { defaultValue, serializer } = this.#descriptor;
    const bytes = this.#column.readBytes();
    if (bytes !== undefined) return this.#column.deserialized(bytes, serializer);
    return defaultValue === undefined ? undefined : serializer.copy(defaultValue);
  }

  update(value: T): void {
    if (value === undefined) this.#column.remove();
    else this.#column.write(value, this.#descriptor.serializer);
  }

  clear(): void {
    this.#column.remove();
  }
}
