// What becomes of completed checkpoints and of the files that they share: subsumed, dropped when the job ends, kept for
// the user, deleted once nobody needs them (Flink: CompletedCheckpoint.discardOnSubsume and discardOnShutdown, and
// SharedStateRegistry.unregisterUnusedState as CompletedCheckpointStore calls it).

import type { RecoveryClaimMode, SharedStateRegistry } from "../state/shared-state-registry.ts";
import { type CheckpointId, checkpointId } from "../stream-element.ts";
import type { CheckpointCoordinatorConfig, JobStatusAtEnd } from "./checkpoint-config.ts";
import {
  isDeletedAtEnd,
  isDeletedWhenSubsumed,
  type SnapshotKind,
} from "./checkpoint-properties.ts";
import type { CheckpointsCleaner } from "./checkpoints-cleaner.ts";
import { type CompletedCheckpoint, filesOf } from "./completed-checkpoint.ts";
import type { CompletedCheckpointStore, SubsumeCheckpoint } from "./completed-checkpoint-store.ts";
import { type CoordinatorCommand, discardState } from "./coordinator-command.ts";
import { registerRecoveredFiles, unusedFiles } from "./shared-files.ts";

/** What a job was started from (Flink: SavepointRestoreSettings, once they are resolved). */
export interface RestoredCheckpoint {
  readonly checkpoint: CheckpointId;
  readonly claimMode: RecoveryClaimMode;
}

/** Which checkpoints may yet complete. */
export interface CheckpointsToCome {
  /** Of each one that is open, the completed checkpoint that it may build on; 0 for none. */
  readonly bases: readonly CheckpointId[];
  /** Whether none will be triggered any more. */
  readonly noneFollows: boolean;
}

/** Where completed checkpoints and their files are noted. */
interface CheckpointRecords {
  readonly store: CompletedCheckpointStore;
  readonly registry: SharedStateRegistry;
  readonly cleaner: CheckpointsCleaner;
}

/** Decides which checkpoints and which files go. */
export class CheckpointDisposal {
  readonly #retention: CheckpointCoordinatorConfig["retention"];
  readonly #store: CompletedCheckpointStore;
  readonly #registry: SharedStateRegistry;
  readonly #cleaner: CheckpointsCleaner;
  /** What the job was started from, if it was: its first attempts' checkpoint. */
  #startedFrom: RestoredCheckpoint | undefined = undefined;
  /** The oldest checkpoint that stays for the user although the job has ended. */
  #keptAtEnd: CheckpointId | undefined = undefined;

  constructor(retention: CheckpointCoordinatorConfig["retention"], records: CheckpointRecords) {
    this.#retention = retention;
    this.#store = records.store;
    this.#registry = records.registry;
    this.#cleaner = records.cleaner;
  }

  /** The store has the checkpoints of an earlier leadership, or what the job was started from: their files are known. */
  registerRecovered(startedFrom: RestoredCheckpoint | undefined): void {
    this.#startedFrom = startedFrom;
    for (const checkpoint of this.#store.all) {
      registerRecoveredFiles(this.#registry, checkpoint, this.#claimModeOf(checkpoint));
    }
  }

  /** A newer checkpoint has taken the place of one. */
  subsume({ checkpoint, by }: SubsumeCheckpoint): readonly CoordinatorCommand[] {
    const files = isDeletedWhenSubsumed(this.#ownedKindOf(checkpoint)) ? filesOf(checkpoint) : [];
    return [
      {
        kind: "record",
        event: "checkpoint-subsumed",
        fields: { checkpoint: checkpoint.id, by },
      },
      ...this.#cleaner.dropCheckpoint(checkpoint.id, files),
    ];
  }

  /** The newest stored checkpoint that will still be there once the job has ended with `status`. */
  keptAfter(status: JobStatusAtEnd): CompletedCheckpoint | undefined {
    return this.#store.all.findLast((checkpoint) => !this.#isDeletedAfter(checkpoint, status));
  }

  /** The job has ended with `status`, and nothing is recovered any more: every pointer goes, and files as configured. */
  dropAll(status: JobStatusAtEnd): readonly CoordinatorCommand[] {
    return this.#store.clear().flatMap((checkpoint) => {
      const isDeleted = this.#isDeletedAfter(checkpoint, status);
      if (!isDeleted) this.#keptAtEnd ??= checkpoint.id;
      return this.#cleaner.dropCheckpoint(checkpoint.id, isDeleted ? filesOf(checkpoint) : []);
    });
  }

  /**
   * Deletes the shared files that no checkpoint needs any more: none that is retained, none whose pointer may still be
   * there, and none that is still to come. `checkpoint` is the one that made them unused, 0 for none.
   */
  discardUnused(
    checkpoint: CheckpointId,
    toCome: CheckpointsToCome,
  ): readonly CoordinatorCommand[] {
    return discardState(checkpoint, unusedFiles(this.#registry, this.#lowestNeeded(toCome)));
  }

  /** An equal one that works on other records. */
  clone(records: CheckpointRecords): CheckpointDisposal {
    const copy = new CheckpointDisposal(this.#retention, records);
    copy.#startedFrom = this.#startedFrom;
    copy.#keptAtEnd = this.#keptAtEnd;
    return copy;
  }

  /** Plain data that determines, with the records, everything it will decide. */
  describeState(): unknown {
    return [this.#startedFrom, this.#keptAtEnd];
  }

  /** The oldest checkpoint whose files have to be there; undefined if the next one may need any. */
  #lowestNeeded({ bases, noneFollows }: CheckpointsToCome): CheckpointId | undefined {
    const kept = [...this.#store.all.map(({ id }) => id), ...this.#cleaner.dropping];
    kept.push(...bases);
    if (this.#keptAtEnd !== undefined) kept.push(this.#keptAtEnd);
    if (kept.length > 0) return checkpointId(Math.min(...kept));
    return noneFollows ? checkpointId(Number.MAX_SAFE_INTEGER) : undefined;
  }

  #isDeletedAfter(checkpoint: CompletedCheckpoint, status: JobStatusAtEnd): boolean {
    return isDeletedAtEnd(this.#ownedKindOf(checkpoint), this.#retention, status);
  }

  /** What becomes of a checkpoint in the store: the one that the job was started from may be the user's. */
  #claimModeOf({ id }: CompletedCheckpoint): RecoveryClaimMode {
    return this.#startedFrom?.checkpoint === id ? this.#startedFrom.claimMode : "CLAIM";
  }

  /** As what a stored checkpoint is kept: what the job was started from is the job's if it is claimed, else the user's. */
  #ownedKindOf(checkpoint: CompletedCheckpoint): SnapshotKind {
    if (this.#startedFrom?.checkpoint !== checkpoint.id) return checkpoint.kind;
    return this.#startedFrom.claimMode === "CLAIM" ? "checkpoint" : "savepoint";
  }
}
