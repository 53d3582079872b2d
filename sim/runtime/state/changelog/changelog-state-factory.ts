// Makes the states of a changelog backend: over what the base backend stores one that logs, and the rules of a fold or of
// a time to live over that, so that what they change is logged, too (Flink: ChangelogStateFactory, TtlStateFactory).

import { unreachable } from "../../../kernel/invariant.ts";
import type { Instant } from "../../../kernel/virtual-time.ts";
import type { AnyState, ListState, MapState, ValueState } from "../state.ts";
import type { StateDescriptor } from "../state-descriptor.ts";
import type { StoredState } from "../stored-state.ts";
import { TimeToLive } from "../ttl/time-to-live.ts";
import { timedState } from "../ttl/timed-state.ts";
import { TtlAccess } from "../ttl/ttl-access.ts";
import { ChangelogAggregatingState } from "./changelog-aggregating-state.ts";
import { ChangelogListState } from "./changelog-list-state.ts";
import { ChangelogMapState } from "./changelog-map-state.ts";
import { ChangelogReducingState } from "./changelog-reducing-state.ts";
import { ChangelogValueState } from "./changelog-value-state.ts";
import type { StateChanges } from "./state-changes.ts";

/** Makes the state that a descriptor describes over what is stored of it; `now` is the clock of a time to live. */
export function createChangelogState(
  descriptor: StateDescriptor,
  stored: StoredState,
  changes: StateChanges,
  now: () => Instant,
): AnyState {
  const logged = loggedState(stored, changes);
  if (descriptor.timeToLive !== undefined) {
    const { wrap } = timedState<unknown>(descriptor, {
      value: <T>() => ({ state: logged as ValueState<T> }),
      list: <T>() => ({ state: logged as ListState<T> }),
      map: <K, V>() => ({ state: logged as MapState<K, V> }),
    });
    return wrap(new TtlAccess(new TimeToLive(descriptor.timeToLive, now)));
  }
  switch (descriptor.kind) {
    case "value":
      return new ChangelogValueState(descriptor, stored.state as ValueState<unknown>, changes);
    case "list":
    case "map":
      return logged;
    case "reducing":
      return new ChangelogReducingState(descriptor, logged as ValueState<unknown>);
    case "aggregating":
      return new ChangelogAggregatingState(descriptor, logged as ValueState<unknown>);
    default:
      return unreachable(descriptor);
  }
}

function loggedState(stored: StoredState, changes: StateChanges): AnyState {
  switch (stored.kind) {
    case "value":
      return new ChangelogValueState(stored.descriptor, stored.state, changes);
    case "list":
      return new ChangelogListState(stored.descriptor, stored.state, changes);
    case "map":
      return new ChangelogMapState(stored.descriptor, stored.state, changes);
    default:
      return unreachable(stored);
  }
}
