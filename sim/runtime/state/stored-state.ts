// State as it is stored, without the rules of its kind: what is folded is one value, and what has a time to live has its
// times. A backend that is built upon another uses the other's states so (Flink: InternalKvState).

import { unreachable } from "../../kernel/invariant.ts";
import type { ListState, MapState, ValueState } from "./state.ts";
import {
  ListStateDescriptor,
  MapStateDescriptor,
  type StateDescriptor,
  ValueStateDescriptor,
} from "./state-descriptor.ts";
import type { StateMaker } from "./ttl/timed-state.ts";
import { ttlSerializer } from "./ttl/ttl-value.ts";
import type { TypeSerializer } from "./type-serializer.ts";

/** A stored state, with a descriptor of what is stored; that one has no default and no time to live. */
export type StoredState =
  | {
      readonly kind: "value";
      readonly descriptor: ValueStateDescriptor<unknown>;
      readonly state: ValueState<unknown>;
    }
  | {
      readonly kind: "list";
      readonly descriptor: ListStateDescriptor<unknown>;
      readonly state: ListState<unknown>;
    }
  | {
      readonly kind: "map";
      readonly descriptor: MapStateDescriptor<unknown, unknown>;
      readonly state: MapState<unknown, unknown>;
    };

/** What `maker` makes for the stored form of the state that `descriptor` describes. */
export function storedStateOf(
  descriptor: StateDescriptor,
  maker: StateMaker<unknown>,
): StoredState {
  const { kind, name, timeToLive } = descriptor;
  const stored = (serializer: TypeSerializer<unknown>): TypeSerializer<unknown> =>
    timeToLive === undefined ? serializer : (ttlSerializer(serializer) as TypeSerializer<unknown>);
  switch (kind) {
    case "value":
    case "reducing":
    case "aggregating": {
      const plain = new ValueStateDescriptor(name, stored(descriptor.serializer));
      return { kind: "value", descriptor: plain, state: maker.value(plain).state };
    }
    case "list": {
      const plain = new ListStateDescriptor(name, stored(descriptor.elementSerializer));
      return { kind: "list", descriptor: plain, state: maker.list(plain).state };
    }
    case "map": {
      const { keySerializer, valueSerializer } = descriptor;
      const plain = new MapStateDescriptor(name, keySerializer, stored(valueSerializer));
      return { kind: "map", descriptor: plain, state: maker.map(plain).state };
    }
    default:
      return unreachable(descriptor);
  }
}
