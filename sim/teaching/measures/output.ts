// What readers of the output see.

import type { TraceEvent } from "../../trace/trace-event.ts";
import { MeasureError } from "../measure-error.ts";

/** How many records of a log a read-committed reader sees after the event with index `at`. */
export function committedRecords(
  events: readonly TraceEvent[],
  { log, at }: { readonly log: string; readonly at: number },
): number {
  return events.filter(
    (event) => event.kind === "record-committed" && event.log === log && event.index <= at,
  ).length;
}

/** Where the job ends for the first time after the event with index `stop`. Throws a {@link MeasureError}. */
export function jobEnd(events: readonly TraceEvent[], stop: number): number {
  const end = events.find(({ kind, index }) => kind === "job-ended" && index > stop);
  if (end !== undefined) return end.index;
  throw new MeasureError(`Cannot tell what is seen at the job's end: found none after ${stop}`);
}
