// The state a subtask holds at a moment, as the trace shows it: what its attempt was restored with, and each update
// since. Needs recording level "state".

import { canonicalText, parseCanonicalText } from "../kernel/canonical-value.ts";
import type { TraceEvent } from "../trace/trace-event.ts";

/** One value of keyed state; key and value are canonical texts. */
export interface HeldValue {
  readonly state: string;
  readonly key: string;
  readonly value: string;
}

/** What `task` holds after the last of `events`, by state and key. */
export function keyedStateAt(events: Iterable<TraceEvent>, task: string): readonly HeldValue[] {
  const held = new Map<string, HeldValue>();
  const put = (value: HeldValue): void => {
    const place = `${value.state} ${value.key}`;
    if (value.value === "undefined") held.delete(place);
    else held.set(place, value);
  };
  let attempt = -1;
  for (const event of events) {
    if (event.place !== task) continue;
    if (event.incarnation > attempt) {
      attempt = event.incarnation;
      held.clear();
    }
    if (event.incarnation < attempt) continue;
    if (event.kind === "operator-restored")
      for (const value of restoredValues(event.keyed)) put(value);
    if (event.kind === "state-updated") put(event);
  }
  return [...held.values()].sort(
    (one, other) => compare(one.state, other.state) || compare(one.key, other.key),
  );
}

/** The lists of operator state that `task` last wrote or was restored with, by operator, as canonical texts. */
export function operatorStateAt(
  events: Iterable<TraceEvent>,
  task: string,
): ReadonlyMap<string, { readonly checkpoint: number; readonly lists: string }> {
  const newest = new Map<string, { readonly checkpoint: number; readonly lists: string }>();
  for (const event of events) {
    if (event.place !== task) continue;
    if (event.kind !== "operator-restored" && event.kind !== "operator-snapshot-written") continue;
    const { operator, checkpoint, operatorState } = event;
    newest.set(operator, { checkpoint, lists: operatorState });
  }
  return newest;
}

/** The list of [state, key, value] that a restore records. */
function restoredValues(text: string): readonly HeldValue[] {
  const values = parseCanonicalText(text) as readonly (readonly [string, unknown, unknown])[];
  return values.map(([state, key, value]) => ({
    state,
    key: canonicalText(key),
    value: canonicalText(value),
  }));
}

function compare(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0;
}
