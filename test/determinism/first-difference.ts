// Two runs that should be equal, compared: nothing, or the first event that differs, on both sides.
import { canonicalText } from "../../sim/kernel/canonical-value.ts";
import { firstDifference } from "../../sim/trace/trace-comparison.ts";
import type { TraceEvent } from "../../sim/trace/trace-event.ts";

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
