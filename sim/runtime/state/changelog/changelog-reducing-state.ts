// One folded value per key, of which each result is logged and not what was folded in (Flink: ChangelogReducingState).

import type { ReducingState, ValueState } from "../state.ts";
import type { ReducingStateDescriptor } from "../state-descriptor.ts";

/** The {@link ReducingState} over a value whose changes are logged. */
export class ChangelogReducingState<T> implements ReducingState<T> {
  readonly #descriptor: ReducingStateDescriptor<T>;
  readonly #accumulated: ValueState<T>;

  constructor(descriptor: ReducingStateDescriptor<T>, accumulated: ValueState<T>) {
    this.#descriptor = descriptor;
    this.#accumulated = accumulated;
  }

  add(value: T): void {
    const { reduce } = this.#descriptor;
    const accumulated = this.#accumulated.value();
    this.#accumulated.update(accumulated === undefined ? value : reduce(accumulated, value));
  }

  get(): T | undefined {
    return this.#accumulated.value();
  }

  clear(): void {
    this.#accumulated.clear();
  }
}
