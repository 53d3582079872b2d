// What the checkpoint coordinator asks of its driver, and what tasks report to it. The driver carries commands out in the
// order given; each says how it is answered.

import type { EventFields } from "../../kernel/recorder.ts";
import type { Duration, Instant } from "../../kernel/virtual-time.ts";
import type { SavepointOptions } from "../savepoint-options.ts";
import type { AlignmentType, CheckpointId } from "../stream-element.ts";
import type { CheckpointFailureReason } from "./checkpoint-failure-reason.ts";
import type { OperatorSubtaskState } from "./completed-checkpoint.ts";
import type { CHECKPOINT_EVENTS } from "./events.ts";
import type { HandedInFile } from "./state-handle.ts";
import type { TaskRef } from "./task-ref.ts";

/** Something the coordinator wants done. */
export type CoordinatorCommand =
  | CalculatePlan
  | AllocateId
  | SetTimer
  | CancelTimer
  | TriggerTasks
  | WriteMetadata
  | StoreCheckpoint
  | DropPointer
  | DiscardCheckpoint
  | DiscardState
  | NotifyComplete
  | NotifyAborted
  | NoteSavepoint
  | LastSavepointFailed
  | FailJob
  | RecordCheckpointEvent;

/** Calculate the plan from the current executions. Answer: `planCalculated`. */
export interface CalculatePlan {
  readonly kind: "calculate-plan";
  /** Sequence number of the request being triggered. */
  readonly trigger: number;
}

/** Take the next id from the high-availability counter. Answer: `idAllocated` or `idAllocationFailed`. */
export interface AllocateId {
  readonly kind: "allocate-id";
  readonly trigger: number;
}

/** A timer of the coordinator. Setting it again replaces it. */
export type CoordinatorTimer =
  | { readonly kind: "periodic-trigger" }
  | { readonly kind: "checkpoint-timeout"; readonly checkpoint: CheckpointId };

/** Call `timerFired` at `at`. */
export interface SetTimer {
  readonly kind: "set-timer";
  readonly timer: CoordinatorTimer;
  readonly at: Instant;
}

export interface CancelTimer {
  readonly kind: "cancel-timer";
  readonly timer: CoordinatorTimer;
}

/** Tell each task to start the checkpoint. One that is not reached lets the checkpoint time out. */
export interface TriggerTasks {
  readonly kind: "trigger-tasks";
  readonly checkpoint: CheckpointId;
  readonly timestamp: Instant;
  readonly tasks: readonly TaskRef[];
  readonly alignment: AlignmentType;
  /** Only of a savepoint. */
  readonly savepoint?: SavepointOptions;
}

/** Write the file durably. Answer: `metadataWritten`. */
export interface WriteMetadata {
  readonly kind: "write-metadata";
  readonly checkpoint: CheckpointId;
  readonly path: string;
  readonly bytes: Uint8Array;
}

/** A completed checkpoint as the high-availability services know it. */
export interface CheckpointPointer {
  readonly checkpoint: CheckpointId;
  readonly metadataPath: string;
}

/** Write the pointer durably: from then on the job may be recovered from it. Answer: `checkpointStored`. */
export interface StoreCheckpoint {
  readonly kind: "store-checkpoint";
  readonly pointer: CheckpointPointer;
}

/** What became of a pointer; `unknown` if it may or may not have been written. */
export type StoreOutcome = "stored" | "failed" | "unknown";

/** Remove the pointer. Answer: `pointerDropped`, after which its files may go. */
export interface DropPointer {
  readonly kind: "drop-pointer";
  readonly checkpoint: CheckpointId;
}

/** Delete the files of a checkpoint. Answer, in any outcome: `checkpointDiscarded`. */
export interface DiscardCheckpoint {
  readonly kind: "discard-checkpoint";
  readonly checkpoint: CheckpointId;
  readonly files: readonly string[];
}

/** Delete files that a late message brought. No answer. */
export interface DiscardState {
  readonly kind: "discard-state";
  readonly checkpoint: CheckpointId;
  readonly files: readonly string[];
}

/** Tell each task, and record `completion-announced` for each. Messages may be lost. */
export interface NotifyComplete {
  readonly kind: "notify-complete";
  readonly checkpoint: CheckpointId;
  readonly timestamp: Instant;
  readonly tasks: readonly TaskRef[];
  /** The newest checkpoint that this one pushed out of the store. */
  readonly lastSubsumed: CheckpointId | undefined;
}

/** Tell each task, and record `abort-announced` for each. Messages may be lost. */
export interface NotifyAborted {
  readonly kind: "notify-aborted";
  readonly checkpoint: CheckpointId;
  readonly timestamp: Instant;
  readonly tasks: readonly TaskRef[];
  readonly latestCompleted: CheckpointId | undefined;
  readonly reason: CheckpointFailureReason;
}

/** A savepoint is complete: write down where it is. No answer. */
export interface NoteSavepoint {
  readonly kind: "note-savepoint";
  readonly path: string;
}

/** The savepoint that should have ended the job has failed: start periodic checkpoints again, if the job still runs. */
export interface LastSavepointFailed {
  readonly kind: "last-savepoint-failed";
}

/** Fail the whole job; `task` is the attempt that was to blame, if one was. Always the last command. */
export interface FailJob {
  readonly kind: "fail-job";
  readonly reason: CheckpointFailureReason;
  readonly checkpoint: CheckpointId | undefined;
  readonly task: TaskRef | undefined;
  readonly message: string;
}

/** Write this to the trace. */
export type RecordCheckpointEvent = {
  [Event in CoordinatorEvent]: {
    readonly kind: "record";
    readonly event: Event;
    readonly fields: EventFields<(typeof CHECKPOINT_EVENTS)[Event]>;
  };
}[CoordinatorEvent];

/** What the coordinator records through its commands. */
export type CoordinatorEvent =
  | "checkpoint-triggered"
  | "checkpoint-refused"
  | "acknowledgement-received"
  | "decline-received"
  | "shared-files-referenced"
  | "checkpoint-stored"
  | "checkpoint-completed"
  | "checkpoint-aborted"
  | "checkpoint-subsumed";

/** A task's snapshot is durable (Flink: AcknowledgeCheckpoint). */
export interface Acknowledgement<Shared = HandedInFile> {
  readonly checkpoint: CheckpointId;
  readonly task: TaskRef;
  readonly operatorStates: readonly AcknowledgedOperatorState<Shared>[];
  readonly metrics: SubtaskCheckpointMetrics;
}

/**
 * One operator's part of an acknowledgement; `state` is absent if the operator has none. Of files that were handed in
 * before it says only that they are used again.
 */
export interface AcknowledgedOperatorState<Shared = HandedInFile> {
  readonly operatorId: string;
  readonly state: OperatorSubtaskState<Shared> | undefined;
}

/** What a subtask measured (Flink: CheckpointMetrics). */
export interface SubtaskCheckpointMetrics {
  readonly startDelay: Duration;
  readonly alignmentDuration: Duration;
  readonly syncDuration: Duration;
  readonly asyncDuration: Duration;
}

/** A task cannot take part (Flink: DeclineCheckpoint). */
export interface Decline {
  readonly checkpoint: CheckpointId;
  readonly task: TaskRef;
  readonly reason: CheckpointFailureReason;
}

/** The command that deletes files, if there are any. */
export function discardState(
  checkpoint: CheckpointId,
  files: readonly string[],
): readonly CoordinatorCommand[] {
  return files.length === 0 ? [] : [{ kind: "discard-state", checkpoint, files }];
}
