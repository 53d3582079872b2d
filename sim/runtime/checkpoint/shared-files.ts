// Between what tasks hand in and the shared-state registry (Flink: OperatorSubtaskState.registerSharedStates): every
// file of an acknowledgement is registered as used by its checkpoint, and every placeholder becomes what it stands for.

import { invariant, must } from "../../kernel/invariant.ts";
import type { RecoveryClaimMode, SharedStateRegistry } from "../state/shared-state-registry.ts";
import type { CheckpointId } from "../stream-element.ts";
import { isSavepoint } from "./checkpoint-properties.ts";
import {
  type CompletedCheckpoint,
  type OperatorSubtaskState,
  sharedFilesOfCheckpoint,
  stateFilesOf,
} from "./completed-checkpoint.ts";
import type { AcknowledgedOperatorState, Acknowledgement } from "./coordinator-command.ts";
import {
  type HandedInFile,
  type SharedFileHandle,
  type StateHandle,
  sharedFilesOf,
} from "./state-handle.ts";

/**
 * Registers what `acknowledgement` hands in, and returns it with every file known. Undefined if it says that a file is
 * used again that is not there any more: then nothing is registered.
 */
export function registerSharedFiles(
  registry: SharedStateRegistry,
  acknowledgement: Acknowledgement,
): Acknowledgement<StateHandle> | undefined {
  if (sharesNothing(acknowledgement)) return acknowledgement;
  const { checkpoint, operatorStates } = acknowledgement;
  const states = operatorStates.flatMap(({ state }) => sharedFilesOf(state?.keyed));
  const registration = registry.register(checkpoint, states);
  if (registration.kind === "refused") return undefined;
  const handles = registration.handles.values();
  return {
    ...acknowledgement,
    operatorStates: operatorStates.map((operator) => withHandles(operator, handles)),
  };
}

/** Whether there is no file that others may refer to, as without incremental checkpoints. */
function sharesNothing(
  acknowledgement: Acknowledgement,
): acknowledgement is Acknowledgement<StateHandle> {
  return acknowledgement.operatorStates.every(({ state }) => state?.keyed?.kind !== "incremental");
}

/** Takes in the files of a checkpoint that an earlier leadership completed, or that the job was started from. */
export function registerRecoveredFiles(
  registry: SharedStateRegistry,
  checkpoint: CompletedCheckpoint,
  claimMode: RecoveryClaimMode,
): void {
  registry.registerRestored({
    checkpoint: checkpoint.id,
    states: sharedFilesOfCheckpoint(checkpoint),
    sharingFilesStrategy: isSavepoint(checkpoint.kind) ? "NO_SHARING" : "FORWARD_BACKWARD",
    claimMode,
  });
}

/** An acknowledgement of a savepoint, which refers to nothing but files of its own. */
export function withOwnFiles(acknowledgement: Acknowledgement): Acknowledgement<StateHandle> {
  for (const { state } of acknowledgement.operatorStates) {
    for (const { key, handle } of sharedFilesOf(state?.keyed)) {
      invariant(
        handle.kind !== "placeholder",
        () => `Cannot take in ${key} of savepoint ${acknowledgement.checkpoint}: it is not its own`,
      );
    }
  }
  // Every handle has just been found to say where its bytes are.
  return acknowledgement as Acknowledgement<StateHandle>;
}

/** The files that nobody will refer to if an acknowledgement is not taken; `isRegistered` unless it was refused. */
export function filesToDiscard(
  { operatorStates }: Acknowledgement,
  isRegistered: boolean,
): readonly string[] {
  return operatorStates.flatMap(({ state }) => [
    ...stateFilesOf(state),
    ...(isRegistered ? [] : uploadedFilesOf(sharedFilesOf(state?.keyed))),
  ]);
}

/** The paths of the files that no checkpoint needs from `lowestRetained` on, which the registry then forgets. */
export function unusedFiles(
  registry: SharedStateRegistry,
  lowestRetained: CheckpointId | undefined,
): readonly string[] {
  return registry.unregisterUnused(lowestRetained).deletions.map(({ file }) => file.path);
}

function withHandles(
  { operatorId, state }: AcknowledgedOperatorState,
  handles: Iterator<StateHandle>,
): AcknowledgedOperatorState<StateHandle> {
  if (state === undefined) return { operatorId, state };
  return { operatorId, state: { ...state, keyed: keyedWithHandles(state, handles) } };
}

function keyedWithHandles(
  { keyed }: OperatorSubtaskState<HandedInFile>,
  handles: Iterator<StateHandle>,
): OperatorSubtaskState["keyed"] {
  if (keyed?.kind !== "incremental") return keyed;
  const files = keyed.files.map((file) => {
    const handle: StateHandle | undefined = handles.next().value;
    return { ...file, handle: must(handle, () => `registered handle of ${file.key}`) };
  });
  return { ...keyed, files };
}

function uploadedFilesOf(files: readonly SharedFileHandle<HandedInFile>[]): readonly string[] {
  return files.flatMap(({ handle }) => (handle.kind === "file" ? [handle.path] : []));
}
