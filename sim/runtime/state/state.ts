// What a function holds in its hands to read and write state (Flink: State and its kinds). Keyed state means the
// state of the current key. Values that come out belong to the backend: change one only in the call that read it, then
// store it again. Values that go in are copied.

/** One value (Flink: ValueState). */
export interface ValueState<T> {
  /** The value, else a copy of the descriptor's default, else `undefined` (where Flink gives null). */
  value(): T | undefined;
  /** Sets the value. Throws a `SerializationError` for a value that is not of the state's type. */
  update(value: T): void;
  clear(): void;
}

/** A list that grows at its end (Flink: ListState). */
export interface ListState<T> {
  /** The elements in order; none if the state was never written. */
  get(): readonly T[];
  add(value: T): void;
  addAll(values: Iterable<T>): void;
  /** Replaces the whole list. */
  update(values: Iterable<T>): void;
  clear(): void;
}

/**
 * A map; keys are compared by content (Flink: MapState). They come in one order on every backend, so that a job does the
 * same on each: booleans, numbers, bigints, then strings and what else there is. Flink leaves the order open.
 */
export interface MapState<K, V> {
  get(key: K): V | undefined;
  put(key: K, value: V): void;
  putAll(entries: Iterable<readonly [K, V]>): void;
  remove(key: K): void;
  contains(key: K): boolean;
  /** A list made at the time of the call, so that the map may be changed while walking over it. */
  entries(): readonly (readonly [K, V])[];
  keys(): readonly K[];
  values(): readonly V[];
  isEmpty(): boolean;
  clear(): void;
}

/** One accumulator into which each added value goes, and what is made of it (Flink: AggregatingState). */
export interface AggregatingState<In, Out> {
  add(value: In): void;
  /** The result of what was added, or `undefined` if nothing was. */
  get(): Out | undefined;
  clear(): void;
}

/** One value into which each added one is folded (Flink: ReducingState). */
export interface ReducingState<T> {
  add(value: T): void;
  /** What the added values were reduced to, or `undefined` if there were none. */
  get(): T | undefined;
  clear(): void;
}

/** A map of which every subtask of an operator has a copy, as those see it who may not change it (Flink: ReadOnlyBroadcastState). */
export interface ReadOnlyBroadcastState<K, V> {
  get(key: K): V | undefined;
  contains(key: K): boolean;
  /** A list made at the time of the call, in the order of a {@link MapState}: the same before and after a restore. */
  entries(): readonly (readonly [K, V])[];
}

/**
 * Broadcast state that may be changed (Flink: BroadcastState): alike in every subtask, which nothing sees to. After a
 * restart a subtask gets one of the copies, which are then expected to be equal.
 */
export interface BroadcastState<K, V> extends ReadOnlyBroadcastState<K, V> {
  put(key: K, value: V): void;
  putAll(entries: Iterable<readonly [K, V]>): void;
  remove(key: K): void;
  clear(): void;
}

/** A state object of any kind. */
export type AnyState =
  | ValueState<unknown>
  | ListState<unknown>
  | MapState<unknown, unknown>
  | ReducingState<unknown>
  | AggregatingState<unknown, unknown>;
