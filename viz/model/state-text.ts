// State as people read it, by its kind: names without quotes, maps and lists in short, a value with a time to live by
// when it was last used, timers by when they go off.

import { parseCanonicalText } from "../../sim/kernel/canonical-value.ts";
import { timeText } from "../../sim/trace/duration-text.ts";
import { isTimed, plainText } from "./state-measure.ts";

/** The keyed state that holds a task's timers (Flink: InternalTimerServiceImpl). */
const TIMERS = /^_timer_state\/processing_/;

/** True for the state in which timers are kept, by key and by when they go off in milliseconds. */
export function isTimers(state: string): boolean {
  return TIMERS.test(state);
}

/** A value of a state, given as canonical text. */
export function stateText(state: string, value: string): string {
  const parsed = parseCanonicalText(value);
  if (isTimers(state) && parsed instanceof Map) {
    return [...parsed.keys()].map((at) => timeText(Number(at) * 1000)).join(", ");
  }
  return typeof parsed === "object" ? readable(parsed) : plainText(value);
}

/** A value of plain data, in short. */
export function readable(value: unknown): string {
  if (typeof value === "string") return value;
  if (isTimed(value)) return `${readable(value.value)} @ ${timeText(value.lastAccess)}`;
  if (Array.isArray(value)) return `[${value.map(readable).join(", ")}]`;
  if (value instanceof Set) return `{${[...value].map(readable).join(", ")}}`;
  if (value instanceof Map) return `{${entriesText([...value])}}`;
  if (value instanceof Uint8Array) return `${value.length} B`;
  if (typeof value === "object" && value !== null) return `{${entriesText(Object.entries(value))}}`;
  return String(value);
}

function entriesText(entries: readonly (readonly [unknown, unknown])[]): string {
  return entries
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `${readable(name)}: ${readable(value)}`)
    .join(", ");
}
