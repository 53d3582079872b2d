// One folded value with a time to live (Flink: TtlReducingState, TtlReduceFunction): a value is folded into what has not
// expired, else it begins anew.

import type { ReducingState, ValueState } from "../state.ts";
import type { ReducingStateDescriptor } from "../state-descriptor.ts";
import type { TtlAccess } from "./ttl-access.ts";
import type { TtlValue } from "./ttl-value.ts";
import { readValue } from "./ttl-value-state.ts";

/** The {@link ReducingState} over a place for one value with its time. */
export class TtlReducingState<T> implements ReducingState<T> {
  readonly #descriptor: ReducingStateDescriptor<T>;
  readonly #stored: ValueState<TtlValue<T>>;
  readonly #access: TtlAccess;

  constructor(
    descriptor: ReducingStateDescriptor<T>,
    stored: ValueState<TtlValue<T>>,
    access: TtlAccess,
  ) {
    this.#descriptor = descriptor;
    this.#stored = stored;
    this.#access = access;
  }

  add(value: T): void {
    const ttl = this.#access.begin();
    const accumulated = ttl.visible(this.#stored.value());
    const result = accumulated === undefined ? value : this.#descriptor.reduce(accumulated, value);
    this.#stored.update(ttl.stamp(result));
  }

  get(): T | undefined {
    return readValue(this.#stored, this.#access);
  }

  clear(): void {
    this.#stored.clear();
  }
}
