// Two runs that should be equal, compared: nothing, or the first event that differs, on both sides.

import type { Run } from "../../sim/harness/run.ts";
import { canonicalText } from "../../sim/kernel/canonical-value.ts";
import { decodeEvents, tracedKinds } from "../../sim/trace/trace.ts";
import { firstDifference } from "../../sim/trace/trace-comparison.ts";
import { TRACE_EVENT_KINDS, type TraceEvent } from "../../sim/trace/trace-event.ts";

/** Where two traces part, in words; undefined if they do not. */
export function differenceOf(
  one: readonly TraceEvent[],
  other: readonly TraceEvent[],
): string | undefined {
  const index = firstDifference(one, other);
  if (index === undefined) return undefined;
  return [
    `Event ${index} is the first that differs:`,
    `  one run:   ${index < one.length ? canonicalText(one[index]) : "nothing more"}`,
    `  the other: ${index < other.length ? canonicalText(other[index]) : "nothing more"}`,
  ].join("\n");
}

/** What was seen of a run. */
export function eventsOf({ blocks }: Pick<Run, "blocks">): readonly TraceEvent[] {
  return decodeEvents(blocks, tracedKinds(TRACE_EVENT_KINDS));
}
