// The files in the shared storage as events tell of them, and which checkpoint each belongs to. A checkpoint is
// retained while the durable pointer to it exists: whoever leads next will restore it.

import type { EventOf, TraceEvent } from "../trace/trace-event.ts";

/** The files of one checkpoint. */
export interface CheckpointFiles {
  readonly checkpoint: number;
  /** The pointer, while there is one. */
  pointer: EventOf<"write-completed"> | undefined;
  /** Files that exist, by path. */
  readonly files: Map<string, EventOf<"write-completed">>;
  /** Files that were deleted, or whose writing came to nothing, by path. */
  readonly gone: Map<string, EventOf<"file-deleted" | "write-failed" | "write-abandoned">>;
}

/** An event by which files come and go. */
export type StorageEvent = EventOf<
  "write-completed" | "write-failed" | "write-abandoned" | "file-deleted"
>;

const POINTER = /^ha\/checkpoints\/(\d+)$/;
const FILE = /\/chk-(\d+)\//;

/** What a storage event is about. */
export interface StorageChange {
  readonly of: CheckpointFiles;
  readonly isPointer: boolean;
  /** The file that was there before. */
  readonly before: EventOf<"write-completed"> | undefined;
}

/** Follows the files of checkpoints; others are not its business. */
export class StoredFiles {
  readonly #checkpoints: Map<number, CheckpointFiles>;

  constructor(original?: StoredFiles) {
    this.#checkpoints = new Map();
    if (original === undefined) return;
    for (const [id, held] of original.#checkpoints) {
      const copy = { ...held, files: new Map(held.files), gone: new Map(held.gone) };
      this.#checkpoints.set(id, copy);
    }
  }

  /** Every checkpoint of which there ever was a file. */
  get all(): Iterable<CheckpointFiles> {
    return this.#checkpoints.values();
  }

  /** Takes an event of the storage. Undefined if it is about no checkpoint. */
  step(event: StorageEvent): StorageChange | undefined {
    const pointer = POINTER.exec(event.path);
    const id = pointer?.[1] ?? FILE.exec(event.path)?.[1];
    if (id === undefined) return undefined;
    const of = this.#of(Number(id));
    if (pointer !== null) {
      if (event.kind === "write-completed") of.pointer = event;
      else if (event.kind === "file-deleted") of.pointer = undefined;
      return { of, isPointer: true, before: undefined };
    }
    const before = of.files.get(event.path);
    if (event.kind === "write-completed") {
      of.files.set(event.path, event);
      of.gone.delete(event.path);
    } else {
      if (event.kind === "file-deleted") of.files.delete(event.path);
      if (!of.files.has(event.path)) of.gone.set(event.path, event);
    }
    return { of, isPointer: false, before };
  }

  clone(): StoredFiles {
    return new StoredFiles(this);
  }

  /** Plain data that tells what is there; of checkpoints without a file or pointer nothing is. */
  describeState(): unknown {
    const all = [...this.#checkpoints.values()].sort((a, b) => a.checkpoint - b.checkpoint);
    return all.flatMap(({ checkpoint, pointer, files, gone }) => {
      if (pointer === undefined && files.size === 0) return [];
      const there = [...files].map(([path, { hash }]) => [path, hash]);
      return [
        [checkpoint, pointer !== undefined, there.sort(byPath), [...gone.keys()].sort(byText)],
      ];
    });
  }

  #of(checkpoint: number): CheckpointFiles {
    const known = this.#checkpoints.get(checkpoint);
    if (known !== undefined) return known;
    const fresh: CheckpointFiles = {
      checkpoint,
      pointer: undefined,
      files: new Map(),
      gone: new Map(),
    };
    this.#checkpoints.set(checkpoint, fresh);
    return fresh;
  }
}

/** Whether an event is one of the storage's. */
export function isStorageEvent(event: TraceEvent): event is StorageEvent {
  return (
    event.kind === "write-completed" ||
    event.kind === "file-deleted" ||
    event.kind === "write-failed" ||
    event.kind === "write-abandoned"
  );
}

function byText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function byPath([a]: readonly string[], [b]: readonly string[]): number {
  return byText(a ?? "", b ?? "");
}
