// One folded value per key on the heap (Flink: HeapReducingState).

import type { CopyOnWriteStateTable } from "./copy-on-write-state-table.ts";
import type { KeyContext } from "./key-context.ts";
import type { ReducingState } from "./state.ts";
import type { ReducingStateDescriptor } from "./state-descriptor.ts";

/** The {@link ReducingState} of a heap backend. */
export class HeapReducingState<T> implements ReducingState<T> {
  readonly #descriptor: ReducingStateDescriptor<T>;
  readonly #table: CopyOnWriteStateTable<T>;
  readonly #context: KeyContext;

  constructor(
    descriptor: ReducingStateDescriptor<T>,
    table: CopyOnWriteStateTable<T>,
    context: KeyContext,
  ) {
    this.#descriptor = descriptor;
    this.#table = table;
    this.#context = context;
  }

  add(value: T): void {
    const at = this.#context.keyFor(this.#descriptor.name);
    const { reduce, serializer } = this.#descriptor;
    const accumulated = this.#table.get(at);
    const result = accumulated === undefined ? value : reduce(accumulated, value);
    this.#table.put(at, serializer.copy(result));
  }

  get(): T | undefined {
    return this.#table.get(this.#context.keyFor(this.#descriptor.name));
  }

  clear(): void {
    this.#table.remove(this.#context.keyFor(this.#descriptor.name));
  }
}
