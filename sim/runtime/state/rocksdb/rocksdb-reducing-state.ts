// One folded value per key, as bytes (Flink: RocksDBReducingState).

import type { ReducingState } from "../state.ts";
import type { ReducingStateDescriptor } from "../state-descriptor.ts";
import type { StateColumn } from "./state-column.ts";

/** The {@link ReducingState} of a RocksDB backend. */
export class RocksDBReducingState<T> implements ReducingState<T> {
  readonly #descriptor: ReducingStateDescriptor<T>;
  readonly #column: StateColumn;

  constructor(descriptor: ReducingStateDescriptor<T>, column: StateColumn) {
    this.#descriptor = descriptor;
    this.#column = column;
  }

  add(value: T): void {
    const { reduce, serializer } = this.#descriptor;
    const accumulated = this.#column.read(serializer);
    const result = accumulated === undefined ? value : reduce(accumulated, value);
    this.#column.write(result, serializer);
  }

  get(): T | undefined {
    return this.#column.read(this.#descriptor.serializer);
  }

  clear(): void {
    this.#column.remove();
  }
}
