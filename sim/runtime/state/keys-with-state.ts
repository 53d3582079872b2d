// Which keys have something in a keyed state (Flink: KeyedStateBackend.getKeys, as applyToAllKeys uses it). What has
// expired is nothing, cleaned up or not: so the answer is the same on every backend, and after every restore.

import type { Instant } from "../../kernel/virtual-time.ts";
import type { KeyedStateEntry } from "./keyed-snapshot-format.ts";
import type { KeyedStateBackend } from "./keyed-state-backend.ts";
import type { StateDescriptor } from "./state-descriptor.ts";
import { TimeToLive } from "./ttl/time-to-live.ts";
import type { TtlValue } from "./ttl/ttl-value.ts";

/** The keys, by key group, then by key. `now` is the clock of a time to live. */
export function keysWithState(
  backend: Pick<KeyedStateBackend, "entries">,
  { name, timeToLive }: StateDescriptor,
  now: () => Instant,
): readonly unknown[] {
  const entries = backend.entries().filter(({ state }) => state === name);
  if (timeToLive === undefined) return entries.map(({ key }) => key);
  const rules = new TimeToLive(timeToLive, now);
  const at = now();
  return entries
    .filter((entry) => valuesOf(entry).some((held) => !rules.hasExpired(held, at)))
    .map(({ key }) => key);
}

/** Everything in one key's state that has a time of its own. */
function valuesOf({ kind, value }: KeyedStateEntry): readonly TtlValue<unknown>[] {
  if (kind === "list") return value as readonly TtlValue<unknown>[];
  if (kind === "map") return [...(value as ReadonlyMap<unknown, TtlValue<unknown>>).values()];
  return [value as TtlValue<unknown>];
}
