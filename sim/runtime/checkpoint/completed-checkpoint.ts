// A completed checkpoint: Checkpoint = {(operator, state)}, state = operator.getState() (Flink:
// CompletedCheckpoint). Plain data: what can be restored is what is written in its `_metadata` file.

import type { Instant } from "../../kernel/virtual-time.ts";
import type { CheckpointId } from "../stream-element.ts";
import type { SnapshotKind } from "./checkpoint-properties.ts";

/** Where bytes of state are: in a file of the checkpoint storage, or carried along. */
export type StateHandle = FileStateHandle | InlineStateHandle;

/** State in a file (Flink: FileStateHandle). */
export interface FileStateHandle {
  readonly kind: "file";
  readonly path: string;
  readonly sizeBytes: number;
  /** Hash of the file's bytes, if its writer made one. */
  readonly hash?: string;
}

/** State small enough to be carried along (Flink: ByteStreamStateHandle). */
export interface InlineStateHandle {
  readonly kind: "inline";
  readonly bytes: Uint8Array;
}

/** What one subtask of an operator handed in. */
export interface OperatorSubtaskState {
  /** Its key groups' state. */
  readonly keyed: StateHandle | undefined;
  /** Its operator state. */
  readonly operator: StateHandle | undefined;
  /** Bytes of both together. */
  readonly sizeBytes: number;
}

/** What all subtasks of one operator handed in. */
export interface OperatorState {
  /** The operator's uid, by which it is found again. */
  readonly operatorId: string;
  readonly name: string;
  readonly parallelism: number;
  readonly maxParallelism: number;
  /** By subtask index, `parallelism` long; nothing for a subtask without state. */
  readonly subtasks: readonly (OperatorSubtaskState | undefined)[];
}

/** A checkpoint that can be restored. */
export interface CompletedCheckpoint {
  readonly id: CheckpointId;
  readonly kind: SnapshotKind;
  /** When it was triggered, by the coordinator's clock. */
  readonly timestamp: Instant;
  /** When the last acknowledgement arrived. */
  readonly completedAt: Instant;
  readonly metadataPath: string;
  /** In job graph order. */
  readonly operators: readonly OperatorState[];
}

/** An operator as a checkpoint holds it. */
export interface CheckpointedOperator {
  readonly operatorId: string;
  /** The state that its subtasks had at the checkpoint, by subtask index. */
  getState(): readonly (OperatorSubtaskState | undefined)[];
}

/** One element of the set that a checkpoint is. */
export interface OperatorStatePair {
  readonly operator: CheckpointedOperator;
  readonly state: readonly (OperatorSubtaskState | undefined)[];
}

/** The checkpoint as the set it is: {(operator, operator.getState())}, in job graph order. */
export function pairs(checkpoint: CompletedCheckpoint): readonly OperatorStatePair[] {
  return checkpoint.operators.map((stored) => {
    const operator = { operatorId: stored.operatorId, getState: () => getState(stored) };
    return { operator, state: operator.getState() };
  });
}

/** `operator.getState()`: the state that the operator's subtasks had at the checkpoint, by subtask index. */
export function getState(operator: OperatorState): readonly (OperatorSubtaskState | undefined)[] {
  return operator.subtasks;
}

/** Bytes of state in the checkpoint, without its metadata. */
export function sizeBytesOf(checkpoint: CompletedCheckpoint): number {
  let bytes = 0;
  for (const operator of checkpoint.operators) {
    for (const state of getState(operator)) bytes += state?.sizeBytes ?? 0;
  }
  return bytes;
}

/** All files of the checkpoint, those of its state first, `_metadata` last. */
export function filesOf(checkpoint: CompletedCheckpoint): readonly string[] {
  const files: string[] = [];
  for (const operator of checkpoint.operators) {
    for (const state of getState(operator)) files.push(...stateFilesOf(state));
  }
  files.push(checkpoint.metadataPath);
  return files;
}

/** The files that a subtask's state lies in. */
export function stateFilesOf(state: OperatorSubtaskState | undefined): readonly string[] {
  const files: string[] = [];
  for (const handle of [state?.keyed, state?.operator]) {
    if (handle?.kind === "file") files.push(handle.path);
  }
  return files;
}
