// One list per key on the heap (Flink: HeapListState). An empty list is stored as none.

import type { CopyOnWriteStateTable } from "./copy-on-write-state-table.ts";
import type { KeyContext } from "./key-context.ts";
import type { ListState } from "./state.ts";
import type { ListStateDescriptor } from "./state-descriptor.ts";

/** The {@link ListState} of a heap backend. */
export class HeapListState<T> implements ListState<T> {
  readonly #descriptor: ListStateDescriptor<T>;
  readonly #table: CopyOnWriteStateTable<T[]>;
  readonly #context: KeyContext;

  constructor(
    descriptor: ListStateDescriptor<T>,
    table: CopyOnWriteStateTable<T[]>,
    context: KeyContext,
  ) {
    this.#descriptor = descriptor;
    this.#table = table;
    this.#context = context;
  }

  get(): readonly T[] {
    return this.#table.get(this.#context.keyFor(this.#descriptor.name)) ?? [];
  }

  add(value: T): void {
    const at = this.#context.keyFor(this.#descriptor.name);
    const own = this.#descriptor.elementSerializer.copy(value);
    const list = this.#table.get(at);
    if (list === undefined) this.#table.put(at, [own]);
    else list.push(own);
  }

  addAll(values: Iterable<T>): void {
    const at = this.#context.keyFor(this.#descriptor.name);
    const own = this.#copied(values);
    if (own.length === 0) return;
    const list = this.#table.get(at);
    if (list === undefined) this.#table.put(at, own);
    else for (const value of own) list.push(value);
  }

  update(values: Iterable<T>): void {
    const at = this.#context.keyFor(this.#descriptor.name);
    const own = this.#copied(values);
    if (own.length === 0) this.#table.remove(at);
    else this.#table.put(at, own);
  }

  clear(): void {
    this.#table.remove(this.#context.keyFor(this.#descriptor.name));
  }

  #copied(values: Iterable<T>): T[] {
    return Array.from(values, (value) => this.#descriptor.elementSerializer.copy(value));
  }
}
