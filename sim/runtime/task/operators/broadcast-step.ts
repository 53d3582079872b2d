// What an operator with a broadcast input does with an element of either side: broadcast state to be read from the
// first, to be written from the second (Flink: CoBroadcastWithNonKeyedOperator, CoBroadcastWithKeyedOperator).

import type { OperatorStateBackend } from "../../state/operator-state.ts";
import { readOnlyBroadcastState } from "../../state/read-only-broadcast-state.ts";
import type { AnyState } from "../../state/state.ts";
import type { MapStateDescriptor, StateDescriptor } from "../../state/state-descriptor.ts";
import type {
  BroadcastProcessContext,
  KeyedBroadcastProcessContext,
  ReadOnlyBroadcastProcessContext,
} from "../broadcast-functions.ts";
import type { StreamNode } from "../stream-graph.ts";

/** What such an operator finds around it. */
export interface BroadcastEnvironment {
  readonly operatorState: Pick<OperatorStateBackend, "getBroadcastState">;
  /** Calls `apply` for each key that has something in the state, with that key current. */
  readonly applyToAllKeys: (
    descriptor: StateDescriptor,
    apply: (key: unknown, state: AnyState) => void,
  ) => void;
}

/** The broadcast states that a node's author has declared. */
export function broadcastDescriptorsOf({ operator }: StreamNode): readonly MapStateDescriptor[] {
  return "descriptors" in operator ? operator.descriptors : [];
}

/** What its function may ask while it handles an element of the broadcast side; the rest is for keyed streams only. */
export function broadcastContextOf(
  node: StreamNode,
  { operatorState, applyToAllKeys }: BroadcastEnvironment,
): BroadcastProcessContext & KeyedBroadcastProcessContext<unknown> {
  return {
    getBroadcastState(descriptor) {
      checkDeclared(node, descriptor);
      return operatorState.getBroadcastState(descriptor);
    },
    applyToKeyedState(
      descriptor: StateDescriptor,
      apply: (key: unknown, state: never) => void,
    ): void {
      // The state of a descriptor is of the descriptor's kind.
      applyToAllKeys(descriptor, apply as (key: unknown, state: AnyState) => void);
    },
  };
}

/** What it may ask while it handles an element of the other side. */
export function readOnlyContextOf(
  node: StreamNode,
  { operatorState }: BroadcastEnvironment,
): ReadOnlyBroadcastProcessContext {
  return {
    getBroadcastState(descriptor) {
      checkDeclared(node, descriptor);
      return readOnlyBroadcastState(operatorState.getBroadcastState(descriptor), descriptor);
    },
  };
}

function checkDeclared(node: StreamNode, { name }: Pick<MapStateDescriptor, "name">): void {
  const names = broadcastDescriptorsOf(node).map((descriptor) => descriptor.name);
  if (names.includes(name)) return;
  throw new Error(
    `Cannot get the broadcast state "${name}" of "${node.name}": expected one of those that broadcast(...) was given, which are ${names.join(", ")}`,
  );
}
