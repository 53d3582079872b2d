// What became of each checkpoint of a run, with the events in which it happened: CheckpointProgress keeps times, but
// what an exercise asks is what came before what.

import type { EventOf, TraceEvent } from "../../trace/trace-event.ts";

/** One checkpoint from its trigger on. */
export interface CheckpointHistory {
  readonly id: number;
  readonly triggered: EventOf<"checkpoint-triggered">;
  /** The acknowledgements that counted, in order. */
  readonly acknowledged: readonly EventOf<"acknowledgement-received">[];
  readonly completed: EventOf<"checkpoint-completed"> | undefined;
  readonly aborted: EventOf<"checkpoint-aborted"> | undefined;
}

/** The checkpoints that were triggered, in order. */
export function checkpointHistories(events: readonly TraceEvent[]): readonly CheckpointHistory[] {
  const histories = new Map<number, GrowingHistory>();
  for (const event of events) {
    if (event.kind === "checkpoint-triggered") histories.set(event.checkpoint, historyFrom(event));
    else if ("checkpoint" in event) advance(histories.get(event.checkpoint), event);
  }
  return [...histories.values()];
}

/** Whether a checkpoint is under way right before `event`. */
export function isPendingAt(history: CheckpointHistory, event: TraceEvent): boolean {
  const end = history.completed ?? history.aborted;
  return history.triggered.index < event.index && (end === undefined || end.index > event.index);
}

interface GrowingHistory extends CheckpointHistory {
  readonly acknowledged: EventOf<"acknowledgement-received">[];
  completed: EventOf<"checkpoint-completed"> | undefined;
  aborted: EventOf<"checkpoint-aborted"> | undefined;
}

function historyFrom(triggered: EventOf<"checkpoint-triggered">): GrowingHistory {
  const { checkpoint: id } = triggered;
  return { id, triggered, acknowledged: [], completed: undefined, aborted: undefined };
}

function advance(history: GrowingHistory | undefined, event: TraceEvent): void {
  if (history === undefined) return;
  if (event.kind === "acknowledgement-received" && event.outcome === "success") {
    history.acknowledged.push(event);
  } else if (event.kind === "checkpoint-completed") {
    history.completed = event;
  } else if (event.kind === "checkpoint-aborted") {
    history.aborted = event;
  }
}
