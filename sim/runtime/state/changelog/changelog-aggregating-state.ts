// One accumulator per key, logged after each addition (Flink: ChangelogAggregatingState).

import type { AggregatingState, ValueState } from "../state.ts";
import type { AggregatingStateDescriptor } from "../state-descriptor.ts";

/** The {@link AggregatingState} over a value whose changes are logged. */
export class ChangelogAggregatingState<In, Acc, Out> implements AggregatingState<In, Out> {
  readonly #descriptor: AggregatingStateDescriptor<In, Acc, Out>;
  readonly #accumulator: ValueState<Acc>;

  constructor(descriptor: AggregatingStateDescriptor<In, Acc, Out>, accumulator: ValueState<Acc>) {
    this.#descriptor = descriptor;
    this.#accumulator = accumulator;
  }

  add(value: In): void {
    const { aggregateFunction } = this.#descriptor;
    const accumulator = this.#accumulator.value() ?? aggregateFunction.createAccumulator();
    this.#accumulator.update(aggregateFunction.add(value, accumulator));
  }

  get(): Out | undefined {
    const accumulator = this.#accumulator.value();
    if (accumulator === undefined) return undefined;
    return this.#descriptor.aggregateFunction.getResult(accumulator);
  }

  clear(): void {
    this.#accumulator.clear();
  }
}
