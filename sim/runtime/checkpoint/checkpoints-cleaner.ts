// Deletes what checkpoints leave behind, and counts the checkpoints being deleted, since too many of them hold
// back new ones (Flink: CheckpointsCleaner). Files go only after the pointer to them is gone.

import type { CheckpointId } from "../stream-element.ts";
import type { CoordinatorCommand } from "./coordinator-command.ts";

/** What is being cleaned up. */
export class CheckpointsCleaner {
  /** Pointers on their way out, with the files that then may go. */
  readonly #dropping = new Map<CheckpointId, readonly string[]>();
  readonly #discarding = new Set<CheckpointId>();
  /** Metadata files of checkpoints given up while the file was being written. */
  readonly #orphanedMetadata = new Map<CheckpointId, string>();

  /** Checkpoints being cleaned up. */
  get count(): number {
    return this.#dropping.size + this.#discarding.size;
  }

  /** True while a file or a pointer is being deleted, or a file is being written that will have to be. */
  get isBusy(): boolean {
    return this.count > 0 || this.#orphanedMetadata.size > 0;
  }

  /** Checkpoints whose pointers may still be there. */
  get dropping(): Iterable<CheckpointId> {
    return this.#dropping.keys();
  }

  /** True while the pointer to `checkpoint` may still be there, so that its files have to be. */
  isDropping(checkpoint: CheckpointId): boolean {
    return this.#dropping.has(checkpoint);
  }

  /** Removes the pointer to `checkpoint`, then its files. */
  dropCheckpoint(
    checkpoint: CheckpointId,
    files: readonly string[],
  ): readonly CoordinatorCommand[] {
    this.#dropping.set(checkpoint, files);
    return [{ kind: "drop-pointer", checkpoint }];
  }

  /** The pointer is gone. */
  pointerDropped(checkpoint: CheckpointId): readonly CoordinatorCommand[] {
    const files = this.#dropping.get(checkpoint) ?? [];
    this.#dropping.delete(checkpoint);
    return this.discardFiles(checkpoint, files);
  }

  /** Deletes the files of a checkpoint that has no pointer. */
  discardFiles(checkpoint: CheckpointId, files: readonly string[]): readonly CoordinatorCommand[] {
    if (files.length === 0) return [];
    this.#discarding.add(checkpoint);
    return [{ kind: "discard-checkpoint", checkpoint, files }];
  }

  /** The files are gone, or as good as gone. */
  checkpointDiscarded(checkpoint: CheckpointId): void {
    this.#discarding.delete(checkpoint);
  }

  /** `checkpoint` is given up, but its metadata file is still being written. */
  expectOrphan(checkpoint: CheckpointId, metadataPath: string): void {
    this.#orphanedMetadata.set(checkpoint, metadataPath);
  }

  /** The metadata file of a checkpoint that may have been given up has been written. */
  orphanWritten(checkpoint: CheckpointId): readonly CoordinatorCommand[] {
    const path = this.#orphanedMetadata.get(checkpoint);
    this.#orphanedMetadata.delete(checkpoint);
    return path === undefined ? [] : [{ kind: "discard-state", checkpoint, files: [path] }];
  }

  /** An equal cleaner that shares nothing with this one. */
  clone(): CheckpointsCleaner {
    const copy = new CheckpointsCleaner();
    for (const [id, files] of this.#dropping) copy.#dropping.set(id, files);
    for (const id of this.#discarding) copy.#discarding.add(id);
    for (const [id, path] of this.#orphanedMetadata) copy.#orphanedMetadata.set(id, path);
    return copy;
  }

  /** Plain data that determines everything this cleaner will do. */
  describeState(): unknown {
    return {
      dropping: [...this.#dropping].sort(([a], [b]) => a - b),
      discarding: [...this.#discarding].sort((a, b) => a - b),
      orphanedMetadata: [...this.#orphanedMetadata].sort(([a], [b]) => a - b),
    };
  }
}
