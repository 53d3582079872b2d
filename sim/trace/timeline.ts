// The compact timeline of a run: a row for each checkpoint, fault, crash, failure, restore and for the end, in the
// order of their events. Data first, and as lines of at most 100 columns.

import {
  type CheckpointProgress,
  checkpointAfter,
  checkpointMovedBy,
  completionOf,
  type SnapshotTimes,
} from "./checkpoint-progress.ts";
import type { TraceEvent } from "./trace-event.ts";

/** One row: what happened at virtual time `at` (microseconds), at event `index`. */
export type TimelineRow = { readonly at: number; readonly index: number } & TimelineFact;

/** What a row tells. */
export type TimelineFact =
  | CheckpointFact
  | RestoreFact
  | {
      readonly kind: "fault";
      readonly fault: number;
      readonly what: string;
      readonly where: string;
    }
  | { readonly kind: "crash"; readonly host: string }
  | {
      readonly kind: "task-failed";
      readonly task: string;
      readonly attempt: number;
      readonly reason: string;
    }
  | { readonly kind: "task-manager-lost"; readonly taskManager: string; readonly reason: string }
  | {
      readonly kind: "leadership";
      readonly leadership: number;
      readonly newestCheckpoint: number;
    }
  | { readonly kind: "job-status"; readonly status: string }
  | { readonly kind: "job-ended"; readonly status: string; readonly reason: string };

/** A checkpoint, from its trigger on. Durations are microseconds; undefined where no subtask got that far. */
export interface CheckpointFact {
  readonly kind: "checkpoint";
  readonly checkpoint: number;
  readonly startDelayMax: number | undefined;
  readonly alignmentMax: number | undefined;
  readonly syncMax: number | undefined;
  readonly asyncMax: number | undefined;
  /** Of the whole checkpoint once it has completed, else of what was acknowledged. */
  readonly bytes: number;
  readonly acknowledged: number;
  readonly outcome: CheckpointOutcome;
}

/** How a checkpoint ended; `duration` counts from its trigger. */
export type CheckpointOutcome =
  | { readonly kind: "completed"; readonly duration: number }
  | { readonly kind: "aborted"; readonly duration: number; readonly reason: string }
  | { readonly kind: "unfinished" };

/** A restore of the tasks. */
export interface RestoreFact {
  readonly kind: "restore";
  /** 0 if they start from nothing. */
  readonly checkpoint: number;
  /** Records that sources read again because of it; undefined if no reading was recorded. */
  readonly replayed: number | undefined;
}

/** The timeline of a whole trace, or of its beginning. */
export function timelineOf(events: readonly TraceEvent[]): TimelineRow[] {
  const checkpoints = new CheckpointRows();
  const replays = new ReplayCounter();
  const rows: RowDraft[] = [];
  for (const event of events) {
    const add = (fact: () => TimelineFact): void => {
      rows.push({ at: event.time, index: event.index, fact });
    };
    checkpoints.take(event, add);
    replays.take(event, add);
    const fact = factOf(event);
    if (fact !== undefined) add(() => fact);
  }
  return rows.map(({ at, index, fact }) => ({ at, index, ...fact() }));
}

/** A row whose fact is only known once all events were seen. */
interface RowDraft {
  readonly at: number;
  readonly index: number;
  readonly fact: () => TimelineFact;
}

type AddRow = (fact: () => TimelineFact) => void;

function factOf(event: TraceEvent): TimelineFact | undefined {
  switch (event.kind) {
    case "fault-struck":
      return { kind: "fault", fault: event.fault, what: event.what, where: event.place };
    case "host-crashed":
      return { kind: "crash", host: event.place };
    case "task-failed": {
      const { place, incarnation, reason } = event;
      return { kind: "task-failed", task: place, attempt: incarnation, reason };
    }
    case "task-manager-lost":
      return { kind: "task-manager-lost", taskManager: event.taskManager, reason: event.reason };
    case "leadership-granted": {
      const { incarnation, newestCheckpoint } = event;
      if (incarnation === 0) return undefined;
      return { kind: "leadership", leadership: incarnation, newestCheckpoint };
    }
    case "job-status-changed": {
      const { status } = event;
      const isNews = status === "RESTARTING" || status === "FAILING";
      return isNews ? { kind: "job-status", status } : undefined;
    }
    case "job-ended":
      return { kind: "job-ended", status: event.status, reason: event.reason };
    default:
      return undefined;
  }
}

/** Follows each checkpoint from its trigger to its end. */
class CheckpointRows {
  readonly #newest = new Map<number, { progress: CheckpointProgress }>();

  take(event: TraceEvent, add: AddRow): void {
    const id = checkpointMovedBy(event);
    if (id === undefined) return;
    const row = this.#newest.get(id);
    const progress = checkpointAfter(row?.progress, event);
    if (progress === undefined) return;
    if (row !== undefined && event.kind !== "checkpoint-triggered") {
      row.progress = progress;
      return;
    }
    const opened = { progress };
    this.#newest.set(id, opened);
    add(() => checkpointFact(opened.progress));
  }
}

/** Counts what sources read again after each restore. */
class ReplayCounter {
  /** By vertex, source and partition: the offset after the furthest one read. */
  readonly #furthest = new Map<string, number>();
  #restore: { replayed: number } | undefined;
  #isStarted = false;

  take(event: TraceEvent, add: AddRow): void {
    switch (event.kind) {
      case "task-deployed":
        this.#isStarted = true;
        return;
      case "restore-started": {
        if (event.checkpoint === 0 && !this.#isStarted) return;
        const restore = { replayed: 0 };
        this.#restore = restore;
        const { checkpoint } = event;
        add(() => {
          const replayed = this.#furthest.size === 0 ? undefined : restore.replayed;
          return { kind: "restore", checkpoint, replayed };
        });
        return;
      }
      case "record-read": {
        const vertex = event.place.replace(/-\d+$/, "");
        const reader = `${vertex} ${event.source} ${event.partition}`;
        const furthest = this.#furthest.get(reader) ?? 0;
        if (event.offset >= furthest) this.#furthest.set(reader, event.offset + 1);
        else if (this.#restore !== undefined) this.#restore.replayed++;
        return;
      }
      default:
        return;
    }
  }
}

function checkpointFact(checkpoint: CheckpointProgress): CheckpointFact {
  const { acknowledgements } = checkpoint;
  const acknowledgedBytes = acknowledgements.reduce((sum, { bytes }) => sum + bytes, 0);
  return {
    kind: "checkpoint",
    checkpoint: checkpoint.id,
    startDelayMax: longest(checkpoint, (times) => times.startDelay),
    alignmentMax: longest(checkpoint, (times) => times.alignment),
    syncMax: longest(checkpoint, (times) => times.sync),
    asyncMax: longest(checkpoint, (times) => times.async),
    bytes: completionOf(checkpoint)?.bytes ?? acknowledgedBytes,
    acknowledged: acknowledgements.length,
    outcome: outcomeOf(checkpoint),
  };
}

/** How a checkpoint ended, as far as its events tell. */
export function outcomeOf(checkpoint: CheckpointProgress): CheckpointOutcome {
  const { phase, triggeredAt } = checkpoint;
  if (phase.kind === "aborted") {
    return { kind: "aborted", duration: phase.at - triggeredAt, reason: phase.reason };
  }
  const completion = completionOf(checkpoint);
  if (completion === undefined) return { kind: "unfinished" };
  return { kind: "completed", duration: completion.duration };
}

function longest(
  checkpoint: CheckpointProgress,
  durationOf: (times: SnapshotTimes) => number | undefined,
): number | undefined {
  let max: number | undefined;
  for (const times of checkpoint.snapshots.values()) {
    const duration = durationOf(times);
    if (duration !== undefined && (max === undefined || duration > max)) max = duration;
  }
  return max;
}
