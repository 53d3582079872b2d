// One accumulator with a time to live (Flink: TtlAggregatingState, TtlAggregateFunction): an expired one is left, and a
// new one begun.

import type { AggregatingState, ValueState } from "../state.ts";
import type { AggregatingStateDescriptor } from "../state-descriptor.ts";
import type { TtlAccess } from "./ttl-access.ts";
import type { TtlValue } from "./ttl-value.ts";
import { readValue } from "./ttl-value-state.ts";

/** The {@link AggregatingState} over a place for one accumulator with its time. */
export class TtlAggregatingState<In, Acc, Out> implements AggregatingState<In, Out> {
  readonly #descriptor: AggregatingStateDescriptor<In, Acc, Out>;
  readonly #stored: ValueState<TtlValue<Acc>>;
  readonly #access: TtlAccess;

  constructor(
    descriptor: AggregatingStateDescriptor<In, Acc, Out>,
    stored: ValueState<TtlValue<Acc>>,
    access: TtlAccess,
  ) {
    this.#descriptor = descriptor;
    this.#stored = stored;
    this.#access = access;
  }

  add(value: In): void {
    const ttl = this.#access.begin();
    const { aggregateFunction } = this.#descriptor;
    const accumulator = ttl.visible(this.#stored.value()) ?? aggregateFunction.createAccumulator();
    this.#stored.update(ttl.stamp(aggregateFunction.add(value, accumulator)));
  }

  get(): Out | undefined {
    const accumulator = readValue(this.#stored, this.#access);
    if (accumulator === undefined) return undefined;
    return this.#descriptor.aggregateFunction.getResult(accumulator);
  }

  clear(): void {
    this.#stored.clear();
  }
}
