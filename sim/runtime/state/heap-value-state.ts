// One value per key on the heap (Flink: HeapValueState).

import type { CopyOnWriteStateTable } from "./copy-on-write-state-table.ts";
import type { KeyContext } from "./key-context.ts";
import type { ValueState } from "./state.ts";
import type { ValueStateDescriptor } from "./state-descriptor.ts";

/** The {@link ValueState} of a heap backend. */
export class HeapValueState<T> implements ValueState<T> {
  readonly #descriptor: ValueStateDescriptor<T>;
  readonly #table: CopyOnWriteStateTable<T>;
  readonly #context: KeyContext;

  constructor(
    descriptor: ValueStateDescriptor<T>,
    table: CopyOnWriteStateTable<T>,
    context: KeyContext,
  ) {
    this.#descriptor = descriptor;
    this.#table = table;
    this.#context = context;
  }

  value(): T | undefined {
    const value = this.#table.get(this.#context.keyFor(this.#descriptor.name));
    if (value !== undefined) return value;
    const { defaultValue, serializer } = this.#descriptor;
    return defaultValue === undefined ? undefined : serializer.copy(defaultValue);
  }

  update(value: T): void {
    const at = this.#context.keyFor(this.#descriptor.name);
    if (value === undefined) this.#table.remove(at);
    else this.#table.put(at, this.#descriptor.serializer.copy(value));
  }

  clear(): void {
    this.#table.remove(this.#context.keyFor(this.#descriptor.name));
  }
}
