// What the checkpoint protocol needs of a task, and no more: through this narrow door it reaches the chain, so
// that the protocol can be read from the first trigger to the last commit in one folder.

import type { Duration, Instant } from "../../kernel/virtual-time.ts";
import type { SavepointFormat } from "../savepoint-options.ts";
import type { Materialization } from "../state/changelog/materialization.ts";
import type { WorkingDirectory } from "../state/forst/working-directory.ts";
import type { KeyedSnapshot, KeyedStateSnapshot } from "../state/keyed-state-backend.ts";
import type { OperatorStateMeta } from "../state/operator-state-redistribution.ts";
import type { CheckpointId, StreamElement } from "../stream-element.ts";
import type { CheckpointFailureReason } from "./checkpoint-failure-reason.ts";
import type { AcknowledgedOperatorState, SubtaskCheckpointMetrics } from "./coordinator-command.ts";

/** What the synchronous part of a snapshot took hold of, for one operator. */
export interface OperatorSnapshot {
  readonly operatorId: string;
  readonly keyed: KeyedSnapshot | undefined;
  /** Operator state, already copied. */
  readonly operator: Uint8Array | undefined;
  /** What is in `operator`. */
  readonly operatorStates: readonly OperatorStateMeta[];
}

/** What the synchronous part of a materialization took hold of, for one operator. */
export interface OperatorMaterialization {
  readonly operatorId: string;
  readonly materialization: Materialization;
  /** Has the operator's snapshots refer to it. */
  readonly confirm: () => void;
}

/** A wait inside the snapshot of a chain: whatever the task's hooks yield, handed through. */
export type SnapshotWait<Request, Answer, Result> = Generator<Request, Result, Answer>;

/** A task whose state can be checkpointed. */
export interface Checkpointable<Request, Answer> {
  /** Sends an event into every output channel. */
  broadcast(element: StreamElement): void;
  /** The synchronous part, operators from tail to head; it may have to wait for the outside. `format` of a savepoint. */
  snapshotState(
    checkpoint: CheckpointId,
    format?: SavepointFormat,
  ): SnapshotWait<Request, Answer, readonly OperatorSnapshot[]>;
  /** Records what the asynchronous part wrote for one operator. */
  recordWritten(
    checkpoint: CheckpointId,
    snapshot: OperatorSnapshot,
    keyed: KeyedStateSnapshot | undefined,
  ): void;
}

/** Second copies of a task's keyed state, kept near to it (Flink: TaskLocalStateStore). */
export interface LocalStateCopies {
  /** Keeps a copy of what the task hands in for `checkpoint`, by operator. */
  storeLocalState(checkpoint: CheckpointId, states: ReadonlyMap<string, KeyedStateSnapshot>): void;
  /** `checkpoint` is completed. */
  confirmCheckpoint(checkpoint: CheckpointId): void;
  /** `checkpoint` was given up. */
  abortCheckpoint(checkpoint: CheckpointId): void;
}

/** Where a task's part of the protocol happens. */
export interface SubtaskEnvironment {
  readonly now: () => Instant;
  /** The files that backends keep in the shared storage themselves. */
  readonly workingDirectory: WorkingDirectory;
  /** Undefined without local recovery. */
  readonly localState: LocalStateCopies | undefined;
  /** Keeps the task from its next step for the length of the synchronous part. */
  pause(duration: Duration): void;
  /** Calls `writeSnapshot` of the checkpoint after `delay`. */
  startAsyncPart(checkpoint: CheckpointId, delay: Duration): void;
  /** Writes a file; `fileWritten` is called with what came of it. */
  writeFile(checkpoint: CheckpointId, path: string, bytes: Uint8Array): void;
  /** Deletes a file that no checkpoint will refer to. */
  deleteFile(path: string): void;
  acknowledge(
    checkpoint: CheckpointId,
    states: readonly AcknowledgedOperatorState[],
    metrics: SubtaskCheckpointMetrics,
  ): void;
  decline(checkpoint: CheckpointId, reason: CheckpointFailureReason): void;
}
