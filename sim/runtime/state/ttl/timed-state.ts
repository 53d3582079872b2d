// Puts the rules of a time to live before states that hold values with their times, whatever backend they are of
// (Flink: TtlStateFactory). A folded state is stored as a plain value: its times are no part of what is folded.

import { unreachable } from "../../../kernel/invariant.ts";
import type { AnyState, ListState, MapState, ValueState } from "../state.ts";
import {
  ListStateDescriptor,
  MapStateDescriptor,
  type StateDescriptor,
  ValueStateDescriptor,
} from "../state-descriptor.ts";
import type { TypeSerializer } from "../type-serializer.ts";
import type { TtlAccess } from "./ttl-access.ts";
import { TtlAggregatingState } from "./ttl-aggregating-state.ts";
import { TtlListState } from "./ttl-list-state.ts";
import { TtlMapState } from "./ttl-map-state.ts";
import { TtlReducingState } from "./ttl-reducing-state.ts";
import { type TtlValue, ttlSerializer } from "./ttl-value.ts";
import { TtlValueState } from "./ttl-value-state.ts";

/** How a backend makes its states, and what else comes with each. */
export interface StateMaker<Made> {
  value<T>(descriptor: ValueStateDescriptor<T>): Made & { readonly state: ValueState<T> };
  list<T>(descriptor: ListStateDescriptor<T>): Made & { readonly state: ListState<T> };
  map<K, V>(descriptor: MapStateDescriptor<K, V>): Made & { readonly state: MapState<K, V> };
}

/** What a backend has made to hold values with their times, and how to put the rules before it. */
export interface TimedState<Made> {
  readonly made: Made;
  readonly wrap: (access: TtlAccess) => AnyState;
}

/** Has `maker` make what `descriptor` needs. */
export function timedState<Made>(
  descriptor: StateDescriptor,
  maker: StateMaker<Made>,
): TimedState<Made> {
  const { kind, name } = descriptor;
  switch (kind) {
    case "value": {
      const made = maker.value(timedValue(descriptor));
      return { made, wrap: (access) => new TtlValueState(descriptor, made.state, access) };
    }
    case "reducing": {
      const made = maker.value(timedValue(descriptor));
      return { made, wrap: (access) => new TtlReducingState(descriptor, made.state, access) };
    }
    case "aggregating": {
      const made = maker.value(timedValue(descriptor));
      return { made, wrap: (access) => new TtlAggregatingState(descriptor, made.state, access) };
    }
    case "list": {
      const { elementSerializer } = descriptor;
      const made = maker.list(new ListStateDescriptor(name, ttlSerializer(elementSerializer)));
      return { made, wrap: (access) => new TtlListState(made.state, access) };
    }
    case "map": {
      const { keySerializer, valueSerializer } = descriptor;
      const timed = new MapStateDescriptor(name, keySerializer, ttlSerializer(valueSerializer));
      const made = maker.map(timed);
      return { made, wrap: (access) => new TtlMapState(made.state, access) };
    }
    default:
      return unreachable(descriptor);
  }
}

function timedValue<T>({ name, serializer }: Timeable<T>): ValueStateDescriptor<TtlValue<T>> {
  return new ValueStateDescriptor(name, ttlSerializer(serializer));
}

/** A descriptor whose state is one value a key. */
interface Timeable<T> {
  readonly name: string;
  readonly serializer: TypeSerializer<T>;
}
