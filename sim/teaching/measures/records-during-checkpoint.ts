// How many records go by at a task while a checkpoint is under way.

import type { TraceEvent } from "../../trace/trace-event.ts";
import { findStop } from "../stop.ts";

/** How many records the task took between sending its barrier on and the checkpoint's completion. */
export function recordsDuringCheckpoint(
  events: readonly TraceEvent[],
  { task, checkpoint }: { readonly task: string; readonly checkpoint: number },
): number {
  const from = findStop(events, { event: "barrier-emitted", place: task, checkpoint, nth: 1 });
  const to = findStop(events, { event: "checkpoint-completed", checkpoint, nth: 1 });
  const taken = events.slice(from, to).filter(({ place, kind }) => {
    return place === task && (kind === "record-read" || kind === "record-processed");
  });
  return taken.length;
}
