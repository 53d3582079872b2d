// The files of checkpoints in the shared storage, from the trace alone: who brought each, which checkpoints refer to
// it, and with which of them it went. Made once for a run; what is the case at a moment is read off by index.

import { must } from "../../sim/kernel/invariant.ts";
import type { EventOf, TraceEvent } from "../../sim/trace/trace-event.ts";
import type { TraceColumns } from "./trace-columns.ts";

/** A file of a checkpoint, from its upload on. Events are named by index. */
export interface CheckpointFile {
  readonly path: string;
  /** The checkpoint that brought it. */
  readonly broughtBy: number;
  /** Whether later checkpoints may refer to it; others lie in their checkpoint's own folder. */
  readonly isShared: boolean;
  /** As its state backend calls it, such as `000001.sst`; of a file that is not shared, its path's last part. */
  readonly name: string;
  /** The subtask that wrote it, or the job master. */
  readonly writer: string;
  readonly bytes: number;
  readonly written: number;
  /** When it was deleted; undefined if it never is. */
  readonly deleted: number | undefined;
  /** The checkpoint with which it went: the last that referred to it; 0 as long as it is there. */
  readonly freedBy: number;
}

/** All files of a run's checkpoints. */
export interface CheckpointFiles {
  /** In the order of their uploads. */
  readonly files: readonly CheckpointFile[];
  /** By checkpoint, the shared files that its metadata refers to, and the event that says so. */
  readonly references: ReadonlyMap<number, SharedReferences>;
  /** By checkpoint, when the durable pointer to it was written and when it was deleted. */
  readonly pointers: ReadonlyMap<number, PointerLife>;
}

/** What a checkpoint refers to. */
export interface SharedReferences {
  readonly noted: number;
  readonly paths: ReadonlySet<string>;
}

/** The life of a durable pointer, by events. */
export interface PointerLife {
  readonly written: number;
  readonly deleted: number | undefined;
}

/** Whether a file is there after event `index`. */
export function isFileThere({ written, deleted }: CheckpointFile, index: number): boolean {
  return written <= index && !isFileGone({ deleted }, index);
}

/** Whether a file has been deleted by event `index`. */
export function isFileGone({ deleted }: Pick<CheckpointFile, "deleted">, index: number): boolean {
  return deleted !== undefined && deleted <= index;
}

/** Whether the metadata of a checkpoint refers to a file, as far as event `index` tells. */
export function refersTo(
  { references }: CheckpointFiles,
  checkpoint: number,
  file: CheckpointFile,
  index: number,
): boolean {
  const found = references.get(checkpoint);
  return found !== undefined && found.noted <= index && found.paths.has(file.path);
}

/** Whether a restore could use a checkpoint after event `index`: the pointer to it is there. */
export function hasPointer(
  { pointers }: CheckpointFiles,
  checkpoint: number,
  index: number,
): boolean {
  const life = pointers.get(checkpoint);
  if (life === undefined || life.written > index) return false;
  return life.deleted === undefined || life.deleted > index;
}

/** Reads them off a trace. */
export function checkpointFiles(columns: TraceColumns): CheckpointFiles {
  const reading = new Reading();
  for (const index of columns.ofKinds(
    "write-completed",
    "file-deleted",
    "shared-files-referenced",
  )) {
    reading.take(columns.event(index));
  }
  return reading;
}

/** What has been read of a trace so far. */
class Reading implements CheckpointFiles {
  readonly files: CheckpointFile[] = [];
  readonly references = new Map<number, SharedReferences>();
  readonly pointers = new Map<number, PointerLife>();
  /** Where in `files` the newest file of a path is. */
  readonly #places = new Map<string, number>();

  take(event: TraceEvent): void {
    switch (event.kind) {
      case "shared-files-referenced": {
        const files = JSON.parse(event.files) as readonly (readonly [string, number])[];
        const paths = new Set(files.map(([path]) => path));
        this.references.set(event.checkpoint, { noted: event.index, paths });
        return;
      }
      case "write-completed":
        this.#write(event);
        return;
      case "file-deleted":
        this.#delete(event);
        return;
      default:
        return;
    }
  }

  #write(event: EventOf<"write-completed">): void {
    const pointer = pointedTo(event.path);
    if (pointer !== undefined) {
      this.pointers.set(pointer, { written: event.index, deleted: undefined });
      return;
    }
    if (this.#there(event.path) !== undefined) return;
    const file = newFile(event);
    if (file === undefined) return;
    this.#places.set(event.path, this.files.length);
    this.files.push(file);
  }

  #delete({ path, index }: EventOf<"file-deleted">): void {
    const pointer = pointedTo(path);
    const life = this.pointers.get(pointer ?? 0);
    if (pointer !== undefined && life !== undefined) {
      this.pointers.set(pointer, { ...life, deleted: index });
    }
    const file = this.#there(path);
    if (file === undefined) return;
    const freedBy = this.#freeing(file);
    this.files[must(this.#places.get(path), path)] = { ...file, deleted: index, freedBy };
  }

  #there(path: string): CheckpointFile | undefined {
    const file = this.files[this.#places.get(path) ?? -1];
    return file?.deleted === undefined ? file : undefined;
  }

  /** The last to give up a file of those that referred to it; the one that brought it if it never came to that. */
  #freeing({ path, broughtBy }: CheckpointFile): number {
    const gone = [...this.references].flatMap(([id, { paths }]) => {
      const deleted = this.pointers.get(id)?.deleted;
      return deleted !== undefined && paths.has(path) ? [{ id, deleted }] : [];
    });
    return gone.toSorted((one, other) => one.deleted - other.deleted).at(-1)?.id ?? broughtBy;
  }
}

const POINTER = /^ha\/(?:submission-\d+\/)?checkpoints\/(\d+)$/;
const OWN_FILE = /\/(?:chk|savepoint)-(\d+)\/([^/]+)$/;
/** What comes last in its name is what the state backend calls it. */
const SHARED_FILE = /\/shared\/chk-(\d+)-(?:[^/]*-)?([^/-]+)$/;

function pointedTo(path: string): number | undefined {
  const id = POINTER.exec(path)?.[1];
  return id === undefined ? undefined : Number(id);
}

/** Undefined for a file that is of no checkpoint. */
function newFile(event: EventOf<"write-completed">): CheckpointFile | undefined {
  const { path, bytes, writer, index } = event;
  const shared = SHARED_FILE.exec(path);
  const [, id, name] = shared ?? OWN_FILE.exec(path) ?? [];
  if (id === undefined || name === undefined) return undefined;
  return {
    path,
    broughtBy: Number(id),
    isShared: shared !== null,
    name,
    writer,
    bytes,
    written: index,
    deleted: undefined,
    freedBy: 0,
  };
}
