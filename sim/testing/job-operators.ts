// The operators that drawn jobs are put together from: each kind of exchange and of state once.

import type { DataStream } from "../api/data-stream.ts";
import type { ListState, ValueState } from "../runtime/state/state.ts";
import { ListStateDescriptor, ValueStateDescriptor } from "../runtime/state/state-descriptor.ts";
import { Types } from "../runtime/state/type-information.ts";
import {
  type CheckpointedFunction,
  type Collector,
  type FunctionInitializationContext,
  RichMapFunction,
} from "../runtime/task/functions.ts";
import { ITEM, type Item, type JobOperator, type JobStep } from "./drawn-job.ts";

/** The simplest first. */
export const JOB_OPERATORS: readonly JobOperator[] = [
  confluent("double", (items, { name, parallelism }) =>
    items
      .map(([key, value]): Item => [key, value * 2])
      .name(name)
      .setParallelism(parallelism),
  ),
  confluent("keep", (items, { name, parallelism }) =>
    items
      .filter(([, value]) => value % 5 !== 4)
      .name(name)
      .setParallelism(parallelism),
  ),
  confluent("split", (items, { name, parallelism }) =>
    items.flatMap(copyUpToTwice).name(name).setParallelism(parallelism),
  ),
  confluent("spread", (items, { name, parallelism }) =>
    items
      .rebalance()
      .map((item): Item => item)
      .name(name)
      .setParallelism(parallelism),
  ),
  confluent("count", (items, { name, parallelism }) =>
    items
      .keyBy(([key]) => key)
      .map(new CountKeys())
      .name(name)
      .setParallelism(parallelism),
  ),
  {
    name: "sum",
    isConfluent: false,
    apply: (items, { name, parallelism }) =>
      items
        .keyBy(([key]) => key)
        .reduce(([key, sum], [, value]): Item => [key, sum + value])
        .name(name)
        .setParallelism(parallelism),
  },
  {
    name: "number",
    isConfluent: false,
    apply: (items, { name, parallelism }) =>
      items.rebalance().map(new NumberAll()).name(name).setParallelism(parallelism).returns(ITEM),
  },
];

function confluent(
  name: string,
  apply: (
    items: DataStream<Item>,
    step: JobStep,
  ) => { returns(type: typeof ITEM): DataStream<Item> },
): JobOperator {
  return { name, isConfluent: true, apply: (items, step) => apply(items, step).returns(ITEM) };
}

function copyUpToTwice([key, value]: Item, out: Collector<Item>): void {
  for (let copy = 0; copy < value % 3; copy++) out.collect([`${key}/${copy}`, value]);
}

/** Numbers the items of each key. */
class CountKeys extends RichMapFunction<Item, Item> {
  #count: ValueState<number> | undefined = undefined;

  override open(): void {
    const descriptor = new ValueStateDescriptor<number>("count", Types.INT, 0);
    this.#count = this.getRuntimeContext().getState(descriptor);
  }

  override map([key]: Item): Item {
    const count = (this.#count?.value() ?? 0) + 1;
    this.#count?.update(count);
    return [key, count];
  }
}

/** Numbers all items of a subtask; the number is operator state. */
class NumberAll extends RichMapFunction<Item, Item> implements CheckpointedFunction {
  #state: ListState<number> | undefined = undefined;
  #seen = 0;

  initializeState(context: FunctionInitializationContext): void {
    const descriptor = new ListStateDescriptor<number>("seen", Types.INT);
    this.#state = context.getOperatorStateStore().getListState(descriptor);
    for (const seen of this.#state.get()) this.#seen += seen;
  }

  snapshotState(): void {
    this.#state?.update([this.#seen]);
  }

  override map([key]: Item): Item {
    this.#seen++;
    return [key, this.#seen];
  }
}
