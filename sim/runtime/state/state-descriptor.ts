// Descriptors: how a function names a piece of state and says what is in it (Flink: StateDescriptor and its kinds).
// Without a serializer the state takes any plain data (Types.GENERIC).

import type { StateTtlConfig } from "./ttl/state-ttl-config.ts";
import { Types } from "./type-information.ts";
import type { TypeSerializer } from "./type-serializer.ts";

/** The kinds of keyed state. */
export type StateKind = (typeof STATE_KINDS)[number];

/** All of them. */
export const STATE_KINDS = ["value", "list", "map", "reducing", "aggregating"] as const;

/** Folds `value` into `accumulated` and returns the result, which may be `accumulated` itself (Flink: ReduceFunction). */
export type ReduceFunction<T> = { reduce(accumulated: T, value: T): T }["reduce"];

/**
 * Collects values of one type in an accumulator of another and makes a result of it (Flink: AggregateFunction). `add`
 * and `merge` may change and return an accumulator they are given.
 *
 * @example
 * const average: AggregateFunction<number, { sum: number; count: number }, number> = {
 *   createAccumulator: () => ({ sum: 0, count: 0 }),
 *   add: (value, { sum, count }) => ({ sum: sum + value, count: count + 1 }),
 *   getResult: ({ sum, count }) => sum / count,
 *   merge: (left, right) => ({ sum: left.sum + right.sum, count: left.count + right.count }),
 * };
 */
export interface AggregateFunction<In, Acc, Out> {
  /** A new accumulator, to which nothing was added. */
  createAccumulator(): Acc;
  add(value: In, accumulator: Acc): Acc;
  getResult(accumulator: Acc): Out;
  /** One accumulator for what went into two. As in Flink, state calls it only where windows are merged. */
  merge(left: Acc, right: Acc): Acc;
}

/**
 * Describes a {@link ValueState}.
 *
 * @example new ValueStateDescriptor("count", Types.INT, 0)
 */
export class ValueStateDescriptor<T = unknown> {
  readonly kind = "value";
  readonly name: string;
  readonly serializer: TypeSerializer<T>;
  /** What `value()` gives while the state is unset. */
  readonly defaultValue: T | undefined;
  #timeToLive: StateTtlConfig | undefined = undefined;

  constructor(name: string, serializer: TypeSerializer<T> = generic(), defaultValue?: T) {
    this.name = name;
    this.serializer = serializer;
    this.defaultValue = defaultValue === undefined ? undefined : serializer.copy(defaultValue);
  }

  /** The time to live, if there is one. */
  get timeToLive(): StateTtlConfig | undefined {
    return this.#timeToLive;
  }

  /** Gives the state a time to live; before the state is asked for. */
  enableTimeToLive(config: StateTtlConfig): void {
    this.#timeToLive = config.isEnabled ? config : undefined;
  }
}

/**
 * Describes a {@link ListState}; the serializer is that of one element.
 *
 * @example new ListStateDescriptor("pending", Types.STRING)
 */
export class ListStateDescriptor<T = unknown> {
  readonly kind = "list";
  readonly name: string;
  readonly elementSerializer: TypeSerializer<T>;
  #timeToLive: StateTtlConfig | undefined = undefined;

  constructor(name: string, elementSerializer: TypeSerializer<T> = generic()) {
    this.name = name;
    this.elementSerializer = elementSerializer;
  }

  /** The time to live, if there is one. */
  get timeToLive(): StateTtlConfig | undefined {
    return this.#timeToLive;
  }

  /** Gives the state a time to live, each element its own; before the state is asked for. */
  enableTimeToLive(config: StateTtlConfig): void {
    this.#timeToLive = config.isEnabled ? config : undefined;
  }
}

/**
 * Describes a {@link MapState}.
 *
 * @example new MapStateDescriptor("visits", Types.STRING, Types.LONG)
 */
export class MapStateDescriptor<K = unknown, V = unknown> {
  readonly kind = "map";
  readonly name: string;
  readonly keySerializer: TypeSerializer<K>;
  readonly valueSerializer: TypeSerializer<V>;
  #timeToLive: StateTtlConfig | undefined = undefined;

  constructor(
    name: string,
    keySerializer: TypeSerializer<K> = generic(),
    valueSerializer: TypeSerializer<V> = generic(),
  ) {
    this.name = name;
    this.keySerializer = keySerializer;
    this.valueSerializer = valueSerializer;
  }

  /** The time to live, if there is one. */
  get timeToLive(): StateTtlConfig | undefined {
    return this.#timeToLive;
  }

  /** Gives the state a time to live, each entry its own; before the state is asked for. */
  enableTimeToLive(config: StateTtlConfig): void {
    this.#timeToLive = config.isEnabled ? config : undefined;
  }
}

/**
 * Describes a {@link ReducingState}.
 *
 * @example new ReducingStateDescriptor("sum", (left, right) => left + right, Types.LONG)
 */
export class ReducingStateDescriptor<T = unknown> {
  readonly kind = "reducing";
  readonly name: string;
  readonly reduce: ReduceFunction<T>;
  readonly serializer: TypeSerializer<T>;
  #timeToLive: StateTtlConfig | undefined = undefined;

  constructor(name: string, reduce: ReduceFunction<T>, serializer: TypeSerializer<T> = generic()) {
    this.name = name;
    this.reduce = reduce;
    this.serializer = serializer;
  }

  /** The time to live, if there is one. */
  get timeToLive(): StateTtlConfig | undefined {
    return this.#timeToLive;
  }

  /** Gives the state a time to live; before the state is asked for. */
  enableTimeToLive(config: StateTtlConfig): void {
    this.#timeToLive = config.isEnabled ? config : undefined;
  }
}

/**
 * Describes an {@link AggregatingState}; the serializer is that of the accumulator.
 *
 * @example new AggregatingStateDescriptor("average", average, Types.OBJECT({ sum: Types.LONG, count: Types.INT }))
 */
export class AggregatingStateDescriptor<In = unknown, Acc = unknown, Out = unknown> {
  readonly kind = "aggregating";
  readonly name: string;
  readonly aggregateFunction: AggregateFunction<In, Acc, Out>;
  readonly serializer: TypeSerializer<Acc>;
  #timeToLive: StateTtlConfig | undefined = undefined;

  constructor(
    name: string,
    aggregateFunction: AggregateFunction<In, Acc, Out>,
    serializer: TypeSerializer<Acc> = generic(),
  ) {
    this.name = name;
    this.aggregateFunction = aggregateFunction;
    this.serializer = serializer;
  }

  /** The time to live, if there is one. */
  get timeToLive(): StateTtlConfig | undefined {
    return this.#timeToLive;
  }

  /** Gives the state a time to live; before the state is asked for. */
  enableTimeToLive(config: StateTtlConfig): void {
    this.#timeToLive = config.isEnabled ? config : undefined;
  }
}

/** Any descriptor of keyed state. */
export type StateDescriptor =
  | ValueStateDescriptor<unknown>
  | ListStateDescriptor<unknown>
  | MapStateDescriptor<unknown, unknown>
  | ReducingStateDescriptor<unknown>
  | AggregatingStateDescriptor<unknown, unknown, unknown>;

function generic<T>(): TypeSerializer<T> {
  return Types.GENERIC as TypeSerializer<T>;
}
