// One value per key whose changes are logged (Flink: ChangelogValueState). What is read is a copy, so that nothing can be
// changed past the log.

import type { ValueState } from "../state.ts";
import type { ValueStateDescriptor } from "../state-descriptor.ts";
import type { StateChanges } from "./state-changes.ts";

/** The {@link ValueState} over that of the base backend. */
export class ChangelogValueState<T> implements ValueState<T> {
  readonly #descriptor: ValueStateDescriptor<T>;
  readonly #stored: ValueState<T>;
  readonly #changes: StateChanges;

  /** `descriptor` is the state's own, for its default; `stored` has none. */
  constructor(descriptor: ValueStateDescriptor<T>, stored: ValueState<T>, changes: StateChanges) {
    this.#descriptor = descriptor;
    this.#stored = stored;
    this.#changes = changes;
  }

  value(): T | undefined {
    this.#changes.checkKey();
    const { defaultValue, serializer } = this.#descriptor;
    const value = this.#stored.value() ?? defaultValue;
    return value === undefined ? undefined : serializer.copy(value);
  }

  update(value: T): void {
    if (value === undefined) {
      this.clear();
      return;
    }
    this.#changes.set(value, this.#descriptor.serializer);
    this.#stored.update(value);
  }

  clear(): void {
    this.#changes.clear();
    this.#stored.clear();
  }
}
