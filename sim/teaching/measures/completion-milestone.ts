// How far a checkpoint had got when the coordinator declared it complete.

import type { TraceEvent } from "../../trace/trace-event.ts";
import { MeasureError } from "../measure-error.ts";
import { findStop, isOfGroup } from "../stop.ts";

/** What a checkpoint passes on its way, in this order. */
export type Milestone =
  | "triggered"
  | "barrier-at-sink"
  | "sink-acknowledged"
  | "all-acknowledged"
  | "stored";

/** The last milestone, none left out, that `checkpoint` had passed when it was completed, or when its tasks were told so. */
export function completionMilestone(
  events: readonly TraceEvent[],
  { sink, checkpoint }: { readonly sink: string; readonly checkpoint: number },
): Milestone {
  const completed = completionOf(events, checkpoint);
  const before = events.slice(0, completed);
  const has = (event: TraceEvent["kind"], place: string): boolean =>
    before.some((one) => isOfGroup(one, { event, place, checkpoint }));
  if (isAcknowledgedByAll(events, before, checkpoint)) {
    return has("checkpoint-stored", "job-master") ? "stored" : "all-acknowledged";
  }
  if (has("acknowledgement-received", sink)) return "sink-acknowledged";
  if (has("barrier-received", sink)) return "barrier-at-sink";
  return "triggered";
}

/** The event by which the first who relies on it takes the checkpoint for complete. */
function completionOf(events: readonly TraceEvent[], checkpoint: number): number {
  const found = events.find(
    (event) =>
      (event.kind === "checkpoint-completed" || event.kind === "completion-announced") &&
      event.checkpoint === checkpoint,
  );
  if (found !== undefined) return found.index;
  throw new MeasureError(
    `Cannot tell when checkpoint ${checkpoint} is complete: found no completion, expected one`,
  );
}

/** Whether `before` has the acknowledgement of every task that takes its part in the checkpoint. */
function isAcknowledgedByAll(
  events: readonly TraceEvent[],
  before: readonly TraceEvent[],
  checkpoint: number,
): boolean {
  const triggered = findStop(events, { event: "checkpoint-triggered", checkpoint, nth: 1 });
  const running = new Set<string>();
  for (const event of events.slice(0, triggered)) {
    if (event.kind === "task-running") running.add(event.place);
  }
  for (const event of before) {
    if (event.kind === "acknowledgement-received" && event.checkpoint === checkpoint) {
      running.delete(event.task);
    }
  }
  return running.size === 0;
}
