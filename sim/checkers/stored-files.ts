// The files in the shared storage as events tell of them, and which checkpoint each belongs to: for one that several
// checkpoints may refer to, the one that brought it. A checkpoint is retained while the durable pointer to it exists:
// whoever leads next will restore it.

import type { EventOf, TraceEvent } from "../trace/trace-event.ts";

/** The files of one checkpoint, or of the materializations of one number. */
export interface CheckpointFiles {
  /** Below zero for materializations. */
  readonly checkpoint: number;
  /** The pointer, while there is one. */
  pointer: EventOf<"write-completed"> | undefined;
  /** Files that exist, by path. */
  readonly files: Map<string, EventOf<"write-completed">>;
  /** Files that were deleted, or whose writing came to nothing, by path. */
  readonly gone: Map<string, EventOf<"file-deleted" | "write-failed" | "write-abandoned">>;
  /** Shared files it refers to, by path, whoever brought them. */
  references: ReadonlySet<string>;
}

/** An event by which files come and go. */
export type StorageEvent = EventOf<
  "write-completed" | "write-failed" | "write-abandoned" | "file-deleted"
>;

const POINTER = /^ha\/(?:submission-\d+\/)?checkpoints\/(\d+)$/;
const FILE = /\/(?:chk|savepoint)-(\d+)\//;
const SAVEPOINT_FILE = /\/savepoint-\d+\//;
const SHARED_FILE =
  /\/(?:(?:shared|savepoint-\d+)\/chk-(?<checkpoint>\d+)|shared\/mat-(?<materialization>\d+))-/;

/** What a storage event is about. */
export interface StorageChange {
  readonly of: CheckpointFiles;
  readonly isPointer: boolean;
  /** Whether the file is one that several checkpoints may refer to. */
  readonly isShared: boolean;
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

  /** Every checkpoint, and number of materializations, of which there ever was a file. */
  get all(): Iterable<CheckpointFiles> {
    return this.#checkpoints.values();
  }

  /** Takes an event of the storage. Undefined if it is about no checkpoint. */
  step(event: StorageEvent): StorageChange | undefined {
    const pointer = POINTER.exec(event.path);
    const creator = creatorOf(event.path);
    const id = creator ?? pointer?.[1] ?? FILE.exec(event.path)?.[1];
    if (id === undefined) return undefined;
    const isShared = creator !== undefined;
    const of = this.#of(Number(id));
    if (pointer !== null) {
      if (event.kind === "write-completed") of.pointer = event;
      else if (event.kind === "file-deleted") of.pointer = undefined;
      return { of, isPointer: true, isShared, before: undefined };
    }
    const before = of.files.get(event.path);
    if (event.kind === "write-completed") {
      of.files.set(event.path, event);
      of.gone.delete(event.path);
    } else {
      if (event.kind === "file-deleted") of.files.delete(event.path);
      if (!of.files.has(event.path)) of.gone.set(event.path, event);
    }
    return { of, isPointer: false, isShared, before };
  }

  /** Takes what the metadata of a checkpoint refers to. */
  refer({ checkpoint, files }: EventOf<"shared-files-referenced">): void {
    const paths = (JSON.parse(files) as [string, number][]).map(([path]) => path);
    this.#of(checkpoint).references = new Set(paths);
  }

  /** Whether a checkpoint is a savepoint, whose files are the user's. */
  isSavepoint({ files }: CheckpointFiles): boolean {
    return [...files.keys()].some((path) => SAVEPOINT_FILE.test(path));
  }

  /** The job is started again: pointers of an earlier submission have no meaning any more. */
  startAgain(submission: number): void {
    for (const held of this.#checkpoints.values()) {
      const isOld = held.pointer?.path.startsWith(`ha/submission-${submission}/`) === false;
      if (isOld) held.pointer = undefined;
    }
  }

  /** Whether the metadata of a checkpoint refers to a shared file. */
  refersTo(checkpoint: number, path: string): boolean {
    return this.#checkpoints.get(checkpoint)?.references.has(path) === true;
  }

  /** The checkpoint that brought a shared file; undefined if none is known to have. */
  creatorOf(path: string): number | undefined {
    const id = SHARED_FILE.exec(path)?.[1];
    return id === undefined ? undefined : Number(id);
  }

  /** Whether a shared file is there. */
  hasShared(path: string): boolean {
    const id = creatorOf(path);
    return id !== undefined && this.#checkpoints.get(id)?.files.has(path) === true;
  }

  /** The checkpoints with a pointer that refer to a shared file, the oldest first. */
  retainedUsersOf(path: string): readonly CheckpointFiles[] {
    return [...this.#checkpoints.values()]
      .filter(({ pointer, references }) => pointer !== undefined && references.has(path))
      .sort((a, b) => a.checkpoint - b.checkpoint);
  }

  clone(): StoredFiles {
    return new StoredFiles(this);
  }

  /** Plain data that tells what is there; of checkpoints without a file or pointer nothing is. */
  describeState(): unknown {
    const all = [...this.#checkpoints.values()].sort((a, b) => a.checkpoint - b.checkpoint);
    return all.flatMap(({ checkpoint, pointer, files, gone, references }) => {
      if (pointer === undefined && files.size === 0) return [];
      const there = [...files].map(([path, { hash }]) => [path, hash]);
      return [
        [
          checkpoint,
          pointer !== undefined,
          there.sort(byPath),
          [...gone.keys()].sort(byText),
          [...references].sort(byText),
        ],
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
      references: new Set(),
    };
    this.#checkpoints.set(checkpoint, fresh);
    return fresh;
  }
}

/**
 * What brought a shared file: a checkpoint by its number, or a materialization by its own below zero, which is no
 * checkpoint's; undefined for a file that is not shared.
 */
function creatorOf(path: string): number | undefined {
  const { checkpoint, materialization } = SHARED_FILE.exec(path)?.groups ?? {};
  if (materialization !== undefined) return -Number(materialization);
  return checkpoint === undefined ? undefined : Number(checkpoint);
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
