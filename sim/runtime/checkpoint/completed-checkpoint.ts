// A completed checkpoint: Checkpoint = {(operator, state)}, state = operator.getState() (Flink:
// CompletedCheckpoint). Plain data: what can be restored is what is written in its `_metadata` file.

import type { Instant } from "../../kernel/virtual-time.ts";
import type { CheckpointId } from "../stream-element.ts";
import type { SnapshotKind } from "./checkpoint-properties.ts";
import {
  exclusiveFilesOf,
  type KeyedStateHandle,
  type OperatorStateHandle,
  type SharedFileHandle,
  type StateHandle,
  sharedFilesOf,
} from "./state-handle.ts";

/** What one subtask of an operator handed in. `Shared` is what it says of files that were uploaded before. */
export interface OperatorSubtaskState<Shared = StateHandle> {
  /** Its key groups' state. */
  readonly keyed: KeyedStateHandle<Shared> | undefined;
  /** Its operator state. */
  readonly operator: OperatorStateHandle | undefined;
  /** Bytes of both together. */
  readonly sizeBytes: number;
  /** Those of them that this checkpoint wrote. */
  readonly checkpointedBytes: number;
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
  return sumOf(checkpoint, ({ sizeBytes }) => sizeBytes);
}

/** Those of them that the checkpoint wrote itself. */
export function checkpointedBytesOf(checkpoint: CompletedCheckpoint): number {
  return sumOf(checkpoint, ({ checkpointedBytes }) => checkpointedBytes);
}

/** The files that only this checkpoint refers to, those of its state first, `_metadata` last. */
export function filesOf(checkpoint: CompletedCheckpoint): readonly string[] {
  const files: string[] = [];
  for (const operator of checkpoint.operators) {
    for (const state of getState(operator)) files.push(...stateFilesOf(state));
  }
  files.push(checkpoint.metadataPath);
  return files;
}

/** The files that a subtask's state lies in and no other checkpoint refers to. */
export function stateFilesOf(state: OperatorSubtaskState<unknown> | undefined): readonly string[] {
  return [...exclusiveFilesOf(state?.keyed), ...exclusiveFilesOf(state?.operator)];
}

/** The files of the checkpoint that others may refer to as well, by operator and subtask. */
export function sharedFilesOfCheckpoint(
  checkpoint: CompletedCheckpoint,
): readonly SharedFileHandle[] {
  return checkpoint.operators.flatMap((operator) =>
    getState(operator).flatMap((state) => sharedFilesOf(state?.keyed)),
  );
}

function sumOf(
  checkpoint: CompletedCheckpoint,
  measure: (state: OperatorSubtaskState) => number,
): number {
  let sum = 0;
  for (const operator of checkpoint.operators) {
    for (const state of getState(operator)) sum += state === undefined ? 0 : measure(state);
  }
  return sum;
}
