// Functions of a stream connected with a broadcast one (Flink: BroadcastProcessFunction, KeyedBroadcastProcessFunction).
// Only the broadcast side, whose elements come to every subtask, may write broadcast state: so all copies stay equal.

import type {
  AggregatingState,
  BroadcastState,
  ListState,
  MapState,
  ReadOnlyBroadcastState,
  ReducingState,
  ValueState,
} from "../state/state.ts";
import type {
  AggregatingStateDescriptor,
  ListStateDescriptor,
  MapStateDescriptor,
  ReducingStateDescriptor,
  ValueStateDescriptor,
} from "../state/state-descriptor.ts";
import { type Collector, type KeyedProcessContext, RichFunction } from "./functions.ts";

/** What a function may ask while it handles an element of the broadcast side (Flink: BroadcastProcessFunction.Context). */
export interface BroadcastProcessContext {
  /** Throws for a descriptor that was not given to `broadcast(...)`. */
  getBroadcastState<K, V>(descriptor: MapStateDescriptor<K, V>): BroadcastState<K, V>;
}

/** What it may ask while it handles an element of the other side (Flink: BroadcastProcessFunction.ReadOnlyContext). */
export interface ReadOnlyBroadcastProcessContext {
  /** To be read: a write throws, and what comes out are copies. Throws for a descriptor not given to `broadcast(...)`. */
  getBroadcastState<K, V>(descriptor: MapStateDescriptor<K, V>): ReadOnlyBroadcastState<K, V>;
}

/** Works on a stream with what a broadcast stream has told it (Flink: BroadcastProcessFunction). */
export abstract class BroadcastProcessFunction<In, Broadcast, Out> extends RichFunction {
  readonly kind = "broadcast-process";

  abstract processElement(
    value: In,
    context: ReadOnlyBroadcastProcessContext,
    out: Collector<Out>,
  ): void;

  /** Called in every subtask for each element; it must change broadcast state alike in all of them. */
  abstract processBroadcastElement(
    value: Broadcast,
    context: BroadcastProcessContext,
    out: Collector<Out>,
  ): void;
}

/** Works on one key's state, as it is (Flink: KeyedStateFunction). */
export type KeyedStateFunction<K, State> = (key: K, state: State) => void;

/** What a keyed function may ask while it handles an element of the broadcast side (Flink: KeyedBroadcastProcessFunction.Context). */
export interface KeyedBroadcastProcessContext<K> extends BroadcastProcessContext {
  /**
   * Calls `apply` for each key of this subtask that has something in the state, by key group, then by key. The key is
   * current meanwhile, so that its other state can be used as well; outside of the call there is none.
   */
  applyToKeyedState<T>(
    descriptor: ValueStateDescriptor<T>,
    apply: KeyedStateFunction<K, ValueState<T>>,
  ): void;
  applyToKeyedState<T>(
    descriptor: ListStateDescriptor<T>,
    apply: KeyedStateFunction<K, ListState<T>>,
  ): void;
  applyToKeyedState<MapKey, V>(
    descriptor: MapStateDescriptor<MapKey, V>,
    apply: KeyedStateFunction<K, MapState<MapKey, V>>,
  ): void;
  applyToKeyedState<T>(
    descriptor: ReducingStateDescriptor<T>,
    apply: KeyedStateFunction<K, ReducingState<T>>,
  ): void;
  applyToKeyedState<In, Acc, Out>(
    descriptor: AggregatingStateDescriptor<In, Acc, Out>,
    apply: KeyedStateFunction<K, AggregatingState<In, Out>>,
  ): void;
}

/**
 * What it may ask while it handles an element of the keyed side, or a timer (Flink: KeyedBroadcastProcessFunction's
 * ReadOnlyContext and OnTimerContext).
 */
export interface ReadOnlyKeyedBroadcastProcessContext<K>
  extends ReadOnlyBroadcastProcessContext,
    KeyedProcessContext<K> {}

/** As {@link BroadcastProcessFunction}, on a keyed stream: with keyed state and timers (Flink: KeyedBroadcastProcessFunction). */
export abstract class KeyedBroadcastProcessFunction<K, In, Broadcast, Out> extends RichFunction {
  readonly kind = "keyed-broadcast-process";

  abstract processElement(
    value: In,
    context: ReadOnlyKeyedBroadcastProcessContext<K>,
    out: Collector<Out>,
  ): void;

  /**
   * Called in every subtask for each element; it must change broadcast state alike in all of them. No key is current:
   * keyed state is reached through `applyToKeyedState`, and no timer can be set.
   */
  abstract processBroadcastElement(
    value: Broadcast,
    context: KeyedBroadcastProcessContext<K>,
    out: Collector<Out>,
  ): void;

  /** As of {@link KeyedProcessFunction}, besides with broadcast state to read. */
  onTimer?(
    timestamp: number,
    context: ReadOnlyKeyedBroadcastProcessContext<K>,
    out: Collector<Out>,
  ): void;
}
