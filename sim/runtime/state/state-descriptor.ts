// Descriptors: how a function names a piece of state and says what is in it (Flink: StateDescriptor and its kinds).
// Without a serializer the state takes any plain data (Types.GENERIC).

import { Types } from "./type-information.ts";
import type { TypeSerializer } from "./type-serializer.ts";

/** The kinds of keyed state. */
export type StateKind = "value" | "list" | "map" | "reducing";

/** Folds `value` into `accumulated` and returns the result, which may be `accumulated` itself (Flink: ReduceFunction). */
export type ReduceFunction<T> = { reduce(accumulated: T, value: T): T }["reduce"];

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

  constructor(name: string, serializer: TypeSerializer<T> = generic(), defaultValue?: T) {
    this.name = name;
    this.serializer = serializer;
    this.defaultValue = defaultValue === undefined ? undefined : serializer.copy(defaultValue);
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

  constructor(name: string, elementSerializer: TypeSerializer<T> = generic()) {
    this.name = name;
    this.elementSerializer = elementSerializer;
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

  constructor(
    name: string,
    keySerializer: TypeSerializer<K> = generic(),
    valueSerializer: TypeSerializer<V> = generic(),
  ) {
    this.name = name;
    this.keySerializer = keySerializer;
    this.valueSerializer = valueSerializer;
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

  constructor(name: string, reduce: ReduceFunction<T>, serializer: TypeSerializer<T> = generic()) {
    this.name = name;
    this.reduce = reduce;
    this.serializer = serializer;
  }
}

/** Any descriptor of keyed state. */
export type StateDescriptor =
  | ValueStateDescriptor<unknown>
  | ListStateDescriptor<unknown>
  | MapStateDescriptor<unknown, unknown>
  | ReducingStateDescriptor<unknown>;

function generic<T>(): TypeSerializer<T> {
  return Types.GENERIC as TypeSerializer<T>;
}
