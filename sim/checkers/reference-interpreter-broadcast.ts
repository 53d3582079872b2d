// What a function of two sides may ask in the reference interpreter: broadcast state to be read from the first side and
// written from the second, and on the second the state of every key.

import type {
  BroadcastProcessContext,
  KeyedBroadcastProcessContext,
  MapStateDescriptor,
  ReadOnlyBroadcastProcessContext,
  StateDescriptor,
  StreamNode,
} from "../api/logical-job.ts";
import { copyOf } from "./reference-interpreter-copy.ts";
import { keyGroupOfKey } from "./reference-interpreter-routing.ts";
import type {
  InterpretedKeyedState,
  InterpretedOperatorState,
} from "./reference-interpreter-state.ts";

/** Where an operator keeps its state. */
export interface BroadcastHolder {
  readonly node: StreamNode;
  readonly keyed: InterpretedKeyedState;
  /** Its operator state as it is now. */
  readonly lists: () => InterpretedOperatorState;
}

/** The broadcast states that a node declares. */
export function declaredStatesOf({ operator }: StreamNode): readonly MapStateDescriptor[] {
  const isBroadcast =
    operator.kind === "broadcast-process" || operator.kind === "keyed-broadcast-process";
  return isBroadcast ? operator.descriptors : [];
}

/** The context of the broadcast side. */
export function writingContextOf(
  holder: BroadcastHolder,
): BroadcastProcessContext & KeyedBroadcastProcessContext<unknown> {
  return {
    getBroadcastState: (descriptor) => {
      requireDeclared(holder, descriptor.name);
      return holder.lists().getBroadcastState(descriptor);
    },
    applyToKeyedState: (
      descriptor: StateDescriptor,
      apply: (key: unknown, state: never) => void,
    ): void => applyToAll(holder, descriptor, apply),
  };
}

/** The context of the other side, which gets copies. */
export function readingContextOf(holder: BroadcastHolder): ReadOnlyBroadcastProcessContext {
  return {
    getBroadcastState: <K, V>(descriptor: MapStateDescriptor<K, V>) => {
      requireDeclared(holder, descriptor.name);
      const state = holder.lists().getBroadcastState(descriptor);
      const refuse = (): never => {
        throw new Error(`Cannot write broadcast state "${descriptor.name}" on this side`);
      };
      const writers = { put: refuse, putAll: refuse, remove: refuse, clear: refuse };
      return {
        ...writers,
        get: (key: K) => copyOf(state.get(key)) as V | undefined,
        contains: (key: K) => state.contains(key),
        entries: () => copyOf(state.entries()) as (readonly [K, V])[],
      };
    },
  };
}

function applyToAll(
  { node, keyed }: BroadcastHolder,
  descriptor: StateDescriptor,
  apply: (key: unknown, state: never) => void,
): void {
  const before = keyed.key;
  const keys = keyed
    .keysOf(descriptor)
    .map((key) => ({ key, group: keyGroupOfKey(key, node.maxParallelism) }))
    .sort((left, right) => left.group - right.group);
  for (const { key } of keys) {
    keyed.setKey(key);
    apply(key, keyed.stateOf(descriptor) as never);
  }
  if (before === undefined) keyed.clearKey();
  else keyed.setKey(before);
}

function requireDeclared({ node }: BroadcastHolder, name: string): void {
  if (declaredStatesOf(node).some((declared) => declared.name === name)) return;
  throw new Error(`Cannot get broadcast state "${name}": it was not declared`);
}
