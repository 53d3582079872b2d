// One accumulator per key on the heap (Flink: HeapAggregatingState).

import type { CopyOnWriteStateTable } from "./copy-on-write-state-table.ts";
import type { KeyContext } from "./key-context.ts";
import type { AggregatingState } from "./state.ts";
import type { AggregatingStateDescriptor } from "./state-descriptor.ts";

/** The {@link AggregatingState} of a heap backend. */
export class HeapAggregatingState<In, Acc, Out> implements AggregatingState<In, Out> {
  readonly #descriptor: AggregatingStateDescriptor<In, Acc, Out>;
  readonly #table: CopyOnWriteStateTable<Acc>;
  readonly #context: KeyContext;

  constructor(
    descriptor: AggregatingStateDescriptor<In, Acc, Out>,
    table: CopyOnWriteStateTable<Acc>,
    context: KeyContext,
  ) {
    this.#descriptor = descriptor;
    this.#table = table;
    this.#context = context;
  }

  add(value: In): void {
    const at = this.#context.keyFor(this.#descriptor.name);
    const { aggregateFunction, serializer } = this.#descriptor;
    const accumulator = this.#table.get(at) ?? aggregateFunction.createAccumulator();
    this.#table.put(at, serializer.copy(aggregateFunction.add(value, accumulator)));
  }

  get(): Out | undefined {
    const accumulator = this.#table.get(this.#context.keyFor(this.#descriptor.name));
    if (accumulator === undefined) return undefined;
    return this.#descriptor.aggregateFunction.getResult(accumulator);
  }

  clear(): void {
    this.#table.remove(this.#context.keyFor(this.#descriptor.name));
  }
}
