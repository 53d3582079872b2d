// What readers of the output see.

import type { TraceEvent } from "../../trace/trace-event.ts";

/** How many records of a log a read-committed reader sees after the event with index `at`. */
export function committedRecords(
  events: readonly TraceEvent[],
  { log, at }: { readonly log: string; readonly at: number },
): number {
  return events.filter(
    (event) => event.kind === "record-committed" && event.log === log && event.index <= at,
  ).length;
}
