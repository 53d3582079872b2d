// sharedstate.json: which shared files are deleted when, against SharedStateRegistry. The vectors' keys name the files;
// handles under one key are copies that name the same file.

import {
  RECOVERY_CLAIM_MODE_DEFAULT,
  type RecoveryClaimMode,
  type SharedState,
  type SharedStateHandle,
  type SharedStateRegistration,
  SharedStateRegistry,
  type SharingFilesStrategy,
} from "../../../sim/runtime/state/shared-state-registry.ts";
import { type CheckpointId, checkpointId } from "../../../sim/runtime/stream-element.ts";
import { type Adapter, compare, type Outcome, runScript } from "../adapter.ts";

interface NamedState {
  readonly key: string;
  /** The handle's name; none if no step asks for it. */
  readonly handle?: string;
}

interface Step {
  readonly op: string;
  readonly checkpoint?: number;
  readonly key?: string;
  readonly handle?: string;
  readonly preventDiscardingCreatedCheckpoint?: boolean;
  readonly expectReturned?: string;
  readonly type?: string;
  readonly state?: readonly NamedState[];
  readonly states?: readonly NamedState[];
  readonly claimMode?: string;
  readonly jobStatus?: string;
  readonly registeredAgain?: readonly number[];
  readonly lowestCheckpoint?: number | "LONG_MAX";
  readonly expectCheckpointsInUse?: readonly number[];
  readonly discarded?: readonly string[];
  readonly notDiscarded?: readonly string[];
}

const strategies: ReadonlyMap<string, SharingFilesStrategy> = new Map([
  ["retainedCheckpoint", "FORWARD_BACKWARD"],
  ["nativeSavepoint", "NO_SHARING"],
]);

const claimModes: ReadonlyMap<string, RecoveryClaimMode> = new Map([
  ["default", RECOVERY_CLAIM_MODE_DEFAULT],
  ["CLAIM", "CLAIM"],
  ["NO_CLAIM", "NO_CLAIM"],
  ["LEGACY", "LEGACY"],
]);

/** The registry, of Flink's SharedStateRegistryTest and CheckpointCoordinatorTest. */
export const sharedState: Adapter = {
  file: "sharedstate.json",
  run(vectorCase) {
    const run = new RegistryRun(vectorCase["perSubtask"] === true ? 2 : 1);
    return runScript<Step>(vectorCase, (step) => run.take(step));
  },
};

/** One registry, what was given to it, and what it has had deleted so far. */
class RegistryRun {
  readonly #parallelism: number;
  #registry = new SharedStateRegistry();
  /** Of each checkpoint that is whole, what it handed in; the oldest first. */
  readonly #checkpoints = new Map<number, readonly SharedState[]>();
  #retained: readonly CheckpointId[] = [];
  /** The files that a handle's name stands for, one a subtask. */
  readonly #paths = new Map<string, readonly string[]>();
  readonly #names = new Map<SharedStateHandle, string>();
  readonly #deleted = new Set<string>();

  constructor(parallelism: number) {
    this.#parallelism = parallelism;
  }

  take(step: Step): Outcome {
    const id = checkpointId(step.checkpoint ?? 0);
    switch (step.op) {
      case "register":
        return this.#register(step, id);
      case "registerCheckpoint": {
        const states = (step.states ?? []).flatMap((state) => this.#statesOf(state));
        this.#checkpoints.set(id, states);
        this.#retained = [...this.#retained, id];
        return isRegistered(this.#registry.register(id, states));
      }
      case "checkpointCompleted":
        // Nothing to call: Flink's registry has the method, and does nothing in it.
        return "passed";
      case "restoreInitial":
        return this.#restoreInitial(step, id);
      case "restartRegistry":
        return this.#restart(step);
      case "unregisterUnused":
        return this.#unregisterUnused(lowestOf(step), step.expectCheckpointsInUse);
      case "dropOldestCheckpoint":
        this.#retained = this.#retained.filter((retained) => retained !== id);
        return this.#unregisterUnused(this.#retained[0], undefined);
      case "check":
        return this.#check(step);
      default:
        return { notYet: step.op };
    }
  }

  #register(step: Step, id: CheckpointId): Outcome {
    const { key = "", handle = "", expectReturned } = step;
    const states = this.#statesOf({ key, handle }).map((state) => ({
      ...state,
      preventsDiscardingCreatedCheckpoint: step.preventDiscardingCreatedCheckpoint === true,
    }));
    const registration = this.#registry.register(id, states);
    const outcome = isRegistered(registration);
    if (registration.kind === "refused" || expectReturned === undefined) return outcome;
    const names = registration.handles.map((returned) => this.#names.get(returned));
    return compare("returned", names, [expectReturned]);
  }

  #restoreInitial(step: Step, id: CheckpointId): Outcome {
    const sharingFilesStrategy = strategies.get(step.type ?? "");
    const claimMode = claimModes.get(step.claimMode ?? "");
    if (sharingFilesStrategy === undefined) return { notYet: step.type ?? "type" };
    if (claimMode === undefined) return { notYet: step.claimMode ?? "claim mode" };
    const states = (step.state ?? []).flatMap((state) => this.#statesOf(state));
    return isRegistered(
      this.#registry.registerRestored({ checkpoint: id, states, sharingFilesStrategy, claimMode }),
    );
  }

  #restart(step: Step): Outcome {
    const claimMode = claimModes.get(step.claimMode ?? "");
    if (claimMode === undefined) return { notYet: step.claimMode ?? "claim mode" };
    if (step.jobStatus !== "SUSPENDED") return { notYet: step.jobStatus ?? "job status" };
    this.#registry = new SharedStateRegistry();
    this.#retained = (step.registeredAgain ?? []).map(checkpointId);
    for (const checkpoint of this.#retained) {
      const outcome = isRegistered(
        this.#registry.registerRestored({
          checkpoint,
          states: this.#checkpoints.get(checkpoint) ?? [],
          sharingFilesStrategy: "FORWARD_BACKWARD",
          claimMode,
        }),
      );
      if (outcome !== "passed") return outcome;
    }
    return "passed";
  }

  #unregisterUnused(
    lowest: CheckpointId | undefined,
    expectedInUse: readonly number[] | undefined,
  ): Outcome {
    const { deletions, checkpointsInUse } = this.#registry.unregisterUnused(lowest);
    for (const { file } of deletions) this.#deleted.add(file.path);
    return expectedInUse === undefined
      ? "passed"
      : compare("checkpoints in use", checkpointsInUse, expectedInUse);
  }

  #check({ discarded = [], notDiscarded = [] }: Step): Outcome {
    const found = [...discarded, ...notDiscarded].map((name) => this.#filesOf(name));
    const expected = [
      ...discarded.map((name) => this.#filesOf(name, true)),
      ...notDiscarded.map((name) => this.#filesOf(name, false)),
    ];
    return compare("files and whether they are deleted", found, expected);
  }

  /** The files of a handle with whether they are, or are to be, deleted. */
  #filesOf(name: string, isDeleted?: boolean): readonly (readonly [string, boolean])[] {
    const paths = this.#paths.get(name);
    if (paths === undefined) throw new Error(`Cannot check ${name}: no step has registered it`);
    return paths.map((path) => [path, isDeleted ?? this.#deleted.has(path)]);
  }

  #statesOf({ key, handle }: NamedState): readonly SharedState[] {
    const states = Array.from({ length: this.#parallelism }, (_, subtask) => {
      const path = this.#parallelism === 1 ? key : `${subtask}/${key}`;
      const file: SharedStateHandle = { kind: "file", path, sizeBytes: 1 };
      if (handle !== undefined) this.#names.set(file, handle);
      return { key: path, handle: file };
    });
    if (handle !== undefined) {
      this.#paths.set(
        handle,
        states.map((state) => state.key),
      );
    }
    return states;
  }
}

function isRegistered(registration: SharedStateRegistration): Outcome {
  return registration.kind === "registered" ? "passed" : { failed: registration.message };
}

function lowestOf({ lowestCheckpoint = 0 }: Step): CheckpointId {
  return checkpointId(lowestCheckpoint === "LONG_MAX" ? Number.MAX_SAFE_INTEGER : lowestCheckpoint);
}
