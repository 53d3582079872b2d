// Which of a backend's files were uploaded by earlier checkpoints (Flink: RocksIncrementalSnapshotStrategy). A snapshot
// builds only on a checkpoint that is known to be completed: what an unconfirmed one uploaded may be deleted with it.

import type { CheckpointId } from "../stream-element.ts";
import type { SharedFileHandle } from "./state-handle.ts";

/** A file as the registry knows it. */
export type UploadedFile = Pick<SharedFileHandle, "key" | "name" | "sizeBytes">;

/** The uploads of one operator of one attempt. */
export class UploadedFiles {
  readonly #byCheckpoint = new Map<CheckpointId, ReadonlyMap<string, UploadedFile>>();
  #confirmed: CheckpointId | undefined = undefined;

  /** The files of the newest checkpoint known to be completed, by name: need not be uploaded again. */
  get base(): ReadonlyMap<string, UploadedFile> {
    const base =
      this.#confirmed === undefined ? undefined : this.#byCheckpoint.get(this.#confirmed);
    return base ?? new Map();
  }

  /** `checkpoint` refers to `files`, all of which are there. */
  uploaded(checkpoint: CheckpointId, files: readonly UploadedFile[]): void {
    this.#byCheckpoint.set(checkpoint, new Map(files.map((file) => [file.name, file])));
  }

  /** `checkpoint` is completed. */
  confirm(checkpoint: CheckpointId): void {
    if (!this.#byCheckpoint.has(checkpoint)) return;
    if (this.#confirmed !== undefined && checkpoint <= this.#confirmed) return;
    for (const older of [...this.#byCheckpoint.keys()]) {
      if (older < checkpoint) this.#byCheckpoint.delete(older);
    }
    this.#confirmed = checkpoint;
  }

  /** `checkpoint` was given up, and its files with it. */
  abort(checkpoint: CheckpointId): void {
    if (checkpoint !== this.#confirmed) this.#byCheckpoint.delete(checkpoint);
  }

  /** What determines which files the next snapshots upload, as plain data. */
  describeState(): unknown {
    return [
      this.#confirmed,
      [...this.#byCheckpoint].map(([id, files]) => [id, [...files.values()]]),
    ];
  }
}
