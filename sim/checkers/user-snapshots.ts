// What is the user's, and what becomes of it: savepoints, and what a job was started from without claiming it. Nobody else
// deletes it, and under NO_CLAIM the job's own checkpoints soon do without it.

import type { EventOf } from "../trace/trace-event.ts";
import type { Refutation } from "./refutation.ts";
import type { StorageChange, StorageEvent, StoredFiles } from "./stored-files.ts";

/** Follows which snapshots are the user's. Where `files` are asked for, they are those there are after the event. */
export class UserSnapshots {
  readonly #owned: Set<number>;
  #startedFrom: EventOf<"job-submitted"> | undefined;

  constructor(owned: Iterable<number> = [], startedFrom?: EventOf<"job-submitted">) {
    this.#owned = new Set(owned);
    this.#startedFrom = startedFrom;
  }

  /** A savepoint is the user's once it is complete. */
  complete({ checkpoint }: EventOf<"checkpoint-completed">, files: StoredFiles): void {
    const held = [...files.all].find((one) => one.checkpoint === checkpoint);
    if (held !== undefined && files.isSavepoint(held)) this.#owned.add(checkpoint);
  }

  /** What a job is started from is its own only if it claims it. */
  startAgain(event: EventOf<"job-submitted">): void {
    this.#startedFrom = event;
    if (event.claimMode === "CLAIM") this.#owned.delete(event.checkpoint);
    else this.#owned.add(event.checkpoint);
  }

  /** What is the user's is deleted by nobody else: neither its own files nor those that it refers to. */
  refuteLoss(
    event: StorageEvent,
    { of, isPointer }: StorageChange,
    files: StoredFiles,
  ): Refutation | undefined {
    if (event.kind !== "file-deleted" || isPointer) return undefined;
    const owner = [...this.#owned].find((checkpoint) => {
      return checkpoint === of.checkpoint || files.refersTo(checkpoint, event.path);
    });
    if (owner === undefined) return undefined;
    const sentence = `${event.path} was deleted, but checkpoint ${owner}, to which it belongs, is the user's`;
    return { sentence, events: [event.index] };
  }

  /** A job that does not claim what it was started from soon does without it (Flink: NO_CLAIM). */
  refuteBuiltOn(
    { checkpoint, files: references, index }: EventOf<"shared-files-referenced">,
    files: StoredFiles,
  ): Refutation | undefined {
    const start = this.#startedFrom;
    if (start?.claimMode !== "NO_CLAIM") return undefined;
    const paths = (JSON.parse(references) as [string, number][]).map(([path]) => path);
    const isForeign = (creator: number): boolean => creator <= start.checkpoint;
    const foreign = paths.find((path) => isForeign(files.creatorOf(path) ?? checkpoint));
    if (foreign === undefined) return undefined;
    const sentence = `Checkpoint ${checkpoint} refers to ${foreign}, of checkpoint ${start.checkpoint}, which the job was started from without claiming it`;
    return { sentence, events: [start.index, index] };
  }

  clone(): UserSnapshots {
    return new UserSnapshots(this.#owned, this.#startedFrom);
  }

  /** Plain data that tells what is the user's. */
  describeState(): unknown {
    return [[...this.#owned], this.#startedFrom?.checkpoint, this.#startedFrom?.claimMode];
  }
}
