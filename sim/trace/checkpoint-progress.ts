// What has become of one checkpoint, event by event: who has acknowledged it, how long each subtask took, how it
// ended. The dashboard's numbers (Flink: CheckpointStatsTracker) are read off this.

import type { OperatorContents } from "./held-state.ts";
import type { EventOf, TraceEvent } from "./trace-event.ts";

/** A checkpoint as the trace shows it so far. Times are microseconds of virtual time. */
export interface CheckpointProgress {
  readonly id: number;
  /** The leadership of the job master that triggered it. */
  readonly leadership: number;
  readonly triggeredAt: number;
  /** The subtasks whose acknowledgement counted, in order of arrival. */
  readonly acknowledgements: readonly CheckpointAcknowledgement[];
  /** By subtask, what its snapshot took; in order of the snapshots. */
  readonly snapshots: ReadonlyMap<string, SnapshotTimes>;
  /** By subtask, what its operators wrote; seen from recording level "state" on. */
  readonly contents: ReadonlyMap<string, readonly OperatorContents[]>;
  readonly phase: CheckpointPhase;
}

/** How far a checkpoint is, or how it ended. */
export type CheckpointPhase =
  | { readonly kind: "triggered" }
  | StoredCheckpoint
  | CompletedCheckpoint
  | { readonly kind: "aborted"; readonly at: number; readonly reason: string }
  | {
      readonly kind: "subsumed";
      readonly at: number;
      /** The newer checkpoint that took its place. */
      readonly by: number;
      /** How it had completed, if it had. */
      readonly completed: CompletedCheckpoint | undefined;
    };

/** Its durable pointer is written: a restore would use it. */
export interface StoredCheckpoint {
  readonly kind: "stored";
  readonly at: number;
  readonly path: string;
}

/** It is reported complete. */
export interface CompletedCheckpoint {
  readonly kind: "completed";
  readonly at: number;
  /** What it wrote. */
  readonly bytes: number;
  /** That, and what it refers to of earlier checkpoints. */
  readonly fullBytes: number;
  /** From trigger to completion. */
  readonly duration: number;
}

/** A subtask's acknowledgement that counted. */
export interface CheckpointAcknowledgement {
  readonly task: string;
  readonly attempt: number;
  readonly at: number;
  readonly bytes: number;
}

/** What a subtask's snapshot took, in microseconds. */
export interface SnapshotTimes {
  readonly takenAt: number;
  readonly startDelay: number;
  readonly alignment: number;
  readonly sync: number;
  /** Undefined until the snapshot is written. */
  readonly async: number | undefined;
  readonly bytes: number | undefined;
}

/** The checkpoint an event is about, if it moves one on. */
export function checkpointMovedBy(event: TraceEvent): number | undefined {
  switch (event.kind) {
    case "checkpoint-triggered":
    case "acknowledgement-received":
    case "checkpoint-stored":
    case "checkpoint-completed":
    case "checkpoint-aborted":
    case "checkpoint-subsumed":
    case "snapshot-taken":
    case "snapshot-written":
    case "operator-snapshot-written":
      return event.checkpoint;
    default:
      return undefined;
  }
}

/**
 * The checkpoint after `event`, one that {@link checkpointMovedBy} says is about it. A trigger opens it anew; other
 * events of a checkpoint that was never triggered leave it undefined.
 */
export function checkpointAfter(
  checkpoint: CheckpointProgress | undefined,
  event: TraceEvent,
): CheckpointProgress | undefined {
  if (event.kind === "checkpoint-triggered") {
    return {
      id: event.checkpoint,
      leadership: event.incarnation,
      triggeredAt: event.time,
      acknowledgements: [],
      snapshots: new Map(),
      contents: new Map(),
      phase: { kind: "triggered" },
    };
  }
  if (checkpoint === undefined) return undefined;
  switch (event.kind) {
    case "acknowledgement-received":
      return event.outcome === "success" ? acknowledged(checkpoint, event) : checkpoint;
    case "checkpoint-stored":
      return { ...checkpoint, phase: { kind: "stored", at: event.time, path: event.path } };
    case "checkpoint-completed": {
      const { time, bytes, fullBytes, duration } = event;
      const phase = { kind: "completed", at: time, bytes, fullBytes, duration } as const;
      return { ...checkpoint, phase };
    }
    case "checkpoint-aborted": {
      const { time, reason } = event;
      return { ...checkpoint, phase: { kind: "aborted", at: time, reason } };
    }
    case "checkpoint-subsumed": {
      const completed = checkpoint.phase.kind === "completed" ? checkpoint.phase : undefined;
      return {
        ...checkpoint,
        phase: { kind: "subsumed", at: event.time, by: event.by, completed },
      };
    }
    case "snapshot-taken": {
      const { time, startDelay, alignment, sync } = event;
      const taken = { takenAt: time, startDelay, alignment, sync };
      return withSnapshot(checkpoint, event.place, {
        ...taken,
        async: undefined,
        bytes: undefined,
      });
    }
    case "snapshot-written": {
      const taken = checkpoint.snapshots.get(event.place);
      if (taken === undefined) return checkpoint;
      const { async, bytes } = event;
      return withSnapshot(checkpoint, event.place, { ...taken, async, bytes });
    }
    case "operator-snapshot-written": {
      const { place, operator, keyed, operatorState } = event;
      const written = checkpoint.contents.get(place) ?? [];
      const contents = new Map(checkpoint.contents);
      contents.set(place, [...written, { operator, keyed, operatorState }]);
      return { ...checkpoint, contents };
    }
    default:
      return checkpoint;
  }
}

/** How a checkpoint completed, if it did; also if it was subsumed later. */
export function completionOf(checkpoint: CheckpointProgress): CompletedCheckpoint | undefined {
  const { phase } = checkpoint;
  if (phase.kind === "completed") return phase;
  return phase.kind === "subsumed" ? phase.completed : undefined;
}

/** Whether a restore could still use a checkpoint: durably noted, and no newer one has taken its place. */
export function isRetained({ phase }: CheckpointProgress): boolean {
  return phase.kind === "stored" || phase.kind === "completed";
}

function acknowledged(
  checkpoint: CheckpointProgress,
  event: EventOf<"acknowledgement-received">,
): CheckpointProgress {
  const { task, attempt, time, bytes } = event;
  const acknowledgement = { task, attempt, at: time, bytes };
  return {
    ...checkpoint,
    acknowledgements: [...checkpoint.acknowledgements, acknowledgement],
  };
}

function withSnapshot(
  checkpoint: CheckpointProgress,
  task: string,
  times: SnapshotTimes,
): CheckpointProgress {
  return { ...checkpoint, snapshots: new Map(checkpoint.snapshots).set(task, times) };
}
