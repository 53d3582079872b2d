// One value with a time to live (Flink: TtlValueState). The descriptor's default stands in for an expired value, too.

import type { ValueState } from "../state.ts";
import type { ValueStateDescriptor } from "../state-descriptor.ts";
import type { TtlAccess } from "./ttl-access.ts";
import type { TtlValue } from "./ttl-value.ts";

/** The {@link ValueState} over one that holds values with their times. */
export class TtlValueState<T> implements ValueState<T> {
  readonly #descriptor: ValueStateDescriptor<T>;
  readonly #stored: ValueState<TtlValue<T>>;
  readonly #access: TtlAccess;

  constructor(
    descriptor: ValueStateDescriptor<T>,
    stored: ValueState<TtlValue<T>>,
    access: TtlAccess,
  ) {
    this.#descriptor = descriptor;
    this.#stored = stored;
    this.#access = access;
  }

  value(): T | undefined {
    const value = readValue(this.#stored, this.#access);
    if (value !== undefined) return value;
    const { defaultValue, serializer } = this.#descriptor;
    return defaultValue === undefined ? undefined : serializer.copy(defaultValue);
  }

  update(value: T): void {
    const ttl = this.#access.begin();
    if (value === undefined) this.#stored.clear();
    else this.#stored.update(ttl.stamp(value));
  }

  clear(): void {
    this.#stored.clear();
  }
}

/** A read of one value with its time. */
export function readValue<T>(stored: ValueState<TtlValue<T>>, access: TtlAccess): T | undefined {
  const ttl = access.begin();
  const held = ttl.read(stored.value(), {
    update: (fresh) => stored.update(fresh),
    clear: () => stored.clear(),
  });
  return held?.value;
}
