// One accumulator per key, as bytes (Flink: RocksDBAggregatingState).

import type { AggregatingState } from "../state.ts";
import type { AggregatingStateDescriptor } from "../state-descriptor.ts";
import type { StateColumn } from "./state-column.ts";

/** The {@link AggregatingState} of a RocksDB backend. */
export class RocksDBAggregatingState<In, Acc, Out> implements AggregatingState<In, Out> {
  readonly #descriptor: AggregatingStateDescriptor<In, Acc, Out>;
  readonly #column: StateColumn;

  constructor(descriptor: AggregatingStateDescriptor<In, Acc, Out>, column: StateColumn) {
    this.#descriptor = descriptor;
    this.#column = column;
  }

  add(value: In): void {
    const { aggregateFunction, serializer } = this.#descriptor;
    const accumulator = this.#column.read(serializer) ?? aggregateFunction.createAccumulator();
    this.#column.write(aggregateFunction.add(value, accumulator), serializer);
  }

  get(): Out | undefined {
    const accumulator = this.#column.read(this.#descriptor.serializer);
    if (accumulator === undefined) return undefined;
    return this.#descriptor.aggregateFunction.getResult(accumulator);
  }

  clear(): void {
    this.#column.remove();
  }
}
