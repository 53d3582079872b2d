// Which kind of state object a descriptor gives, of which types: the typed face of every backend's `getState`.

import type { AggregatingState, ListState, MapState, ReducingState, ValueState } from "./state.ts";
import type {
  AggregatingStateDescriptor,
  ListStateDescriptor,
  MapStateDescriptor,
  ReducingStateDescriptor,
  StateDescriptor,
  ValueStateDescriptor,
} from "./state-descriptor.ts";

/** The state object that a descriptor describes. */
export type StateOf<D extends StateDescriptor> =
  D extends ValueStateDescriptor<infer T>
    ? ValueState<T>
    : D extends ListStateDescriptor<infer T>
      ? ListState<T>
      : D extends MapStateDescriptor<infer K, infer V>
        ? MapState<K, V>
        : D extends ReducingStateDescriptor<infer T>
          ? ReducingState<T>
          : D extends AggregatingStateDescriptor<infer In, infer _Acc, infer Out>
            ? AggregatingState<In, Out>
            : never;
