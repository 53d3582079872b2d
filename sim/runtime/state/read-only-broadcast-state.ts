// Broadcast state as the side sees it that may not change it. Flink only hides the methods that write; here they are
// there and throw, for authors without types, and nothing that comes out is the stored value itself.

import type { HeapBroadcastState } from "./operator-broadcast-state.ts";
import type { ReadOnlyBroadcastState } from "./state.ts";
import type { MapStateDescriptor } from "./state-descriptor.ts";
import { StateAccessError } from "./state-errors.ts";

/** Reads `state`, which `descriptor` describes. */
export function readOnlyBroadcastState<K, V>(
  state: Pick<HeapBroadcastState<K, V>, "get" | "contains" | "entries">,
  { name, keySerializer, valueSerializer }: MapStateDescriptor<K, V>,
): ReadOnlyBroadcastState<K, V> {
  const refuse = (): never => {
    throw new StateAccessError(
      `Cannot change broadcast state "${name}" from the side that is not broadcast: its elements come to one subtask ` +
        "only, expected the change in processBroadcastElement",
    );
  };
  const writers = { put: refuse, putAll: refuse, remove: refuse, clear: refuse };
  const readers: ReadOnlyBroadcastState<K, V> = {
    get(key) {
      const value = state.get(key);
      return value === undefined ? undefined : valueSerializer.copy(value);
    },
    contains: (key) => state.contains(key),
    entries: () =>
      state
        .entries()
        .map(([key, value]) => [keySerializer.copy(key), valueSerializer.copy(value)] as const),
  };
  return { ...writers, ...readers };
}
