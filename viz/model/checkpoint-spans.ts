// Each checkpoint from its trigger to its end, and its cut: where every subtask took its snapshot.

import type { Lanes } from "./lanes.ts";
import type { CheckpointSpan } from "./run-model.ts";
import type { TraceColumns } from "./trace-columns.ts";

/** The checkpoints of a run, in the order of their triggers. */
export function checkpointSpans(columns: TraceColumns, lanes: Lanes): readonly CheckpointSpan[] {
  const spans = new Map<number, OpenSpan>();
  for (const index of columns.ofKinds(...MOVES, "write-completed")) {
    const savepoint = savepointAt(columns, index);
    if (savepoint !== undefined) {
      const span = spans.get(savepoint);
      if (span !== undefined) span.isSavepoint = true;
    }
    const id = columns.checkpoints[index] ?? 0;
    const kind = columns.kind(index);
    if (kind === "checkpoint-triggered") {
      const span = { id, isSavepoint: false, triggered: index, cut: new Map() };
      spans.set(id, { ...span, blocked: undefined, ended: undefined, outcome: "unfinished" });
      continue;
    }
    const span = spans.get(id);
    if (span === undefined) continue;
    switch (kind) {
      case "channel-blocked":
        span.blocked ??= index;
        break;
      case "snapshot-taken":
        span.cut.set(lanes.laneOf[index] ?? -1, index);
        break;
      case "checkpoint-aborted":
        span.outcome = "aborted";
        span.ended = index;
        break;
      // A job master may die between the two: what is stored is what a restore uses.
      case "checkpoint-stored":
      case "checkpoint-completed":
        span.outcome = "completed";
        span.ended = index;
        break;
      default:
        break;
    }
  }
  return [...spans.values()];
}

const MOVES = [
  "checkpoint-triggered",
  "channel-blocked",
  "snapshot-taken",
  "checkpoint-stored",
  "checkpoint-completed",
  "checkpoint-aborted",
] as const;

/** The savepoint that a file is of, written in the event at `index`. */
function savepointAt(columns: TraceColumns, index: number): number | undefined {
  if (columns.kind(index) !== "write-completed") return undefined;
  const event = columns.event(index);
  const id = event.kind === "write-completed" ? SAVEPOINT_FILE.exec(event.path)?.[1] : undefined;
  return id === undefined ? undefined : Number(id);
}

const SAVEPOINT_FILE = /\/savepoint-(\d+)\/[^/]+$/;

interface OpenSpan extends CheckpointSpan {
  isSavepoint: boolean;
  blocked: number | undefined;
  ended: number | undefined;
  outcome: CheckpointSpan["outcome"];
  readonly cut: Map<number, number>;
}
