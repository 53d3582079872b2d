// The files that one attempt keeps in the shared storage itself, and whose they are (Flink: ForStFlinkFileSystem with its
// file-ownership package). A file is the attempt's until it is handed in to a checkpoint; from then on the shared-state
// registry deletes it, and the attempt never does. What an attempt leaves when it ends is swept by the scheduler.

import { must } from "../../../kernel/invariant.ts";
import { compareText } from "../../../kernel/plain-object.ts";

/** Where the files go. What comes of a write is told to {@link WorkingDirectory.settled}. */
export interface RemoteStorage {
  write(path: string, bytes: Uint8Array): void;
  delete(path: string): void;
}

interface OwnFile {
  readonly bytes: Uint8Array;
  state: "writing" | "stored" | "failed";
  /** Whether a tree has it, or a snapshot that is not written yet. */
  isInUse: boolean;
  /** How many checkpoints under way refer to it. */
  holds: number;
  isHandedIn: boolean;
}

/** The folder of all attempts of a number: every attempt of one restart has the same. */
export function attemptFolder(root: string, attempt: number): string {
  return `${workingFolder(root)}attempt-${attempt}/`;
}

/** Begins the paths of all working files. */
export function workingFolder(root: string): string {
  return `${root}/shared/`;
}

/** The number of the attempt that wrote a file; undefined for a file that no attempt keeps there itself. */
export function attemptOfWorkingFile(path: string): number | undefined {
  const attempt = /\/shared\/attempt-(\d+)\//.exec(path)?.[1];
  return attempt === undefined ? undefined : Number(attempt);
}

/** All files that one attempt has written and still has a part in; others it takes for stored, and leaves alone. */
export class WorkingDirectory {
  readonly #storage: RemoteStorage;
  readonly #files = new Map<string, OwnFile>();

  constructor(storage: RemoteStorage) {
    this.#storage = storage;
  }

  /** Writes a new file, in the background. */
  write(path: string, bytes: Uint8Array): void {
    const file = { bytes, state: "writing", isInUse: true, holds: 0, isHandedIn: false } as const;
    this.#files.set(path, { ...file });
    this.#storage.write(path, bytes);
  }

  /** A write has come to an end. */
  settled(path: string, hasFailed: boolean): void {
    const file = must(this.#files.get(path), () => `working file ${path}`);
    file.state = hasFailed ? "failed" : "stored";
    this.#tidy(path, file);
  }

  /** No tree has the file any more, nor does a snapshot that is not written. */
  discard(path: string): void {
    const file = this.#files.get(path);
    if (file === undefined) return;
    file.isInUse = false;
    this.#tidy(path, file);
  }

  /** A checkpoint needs the file, until `release`: it stays. Whether it is there; if its write failed, it begins anew. */
  hold(path: string): "stored" | "writing" {
    const file = this.#files.get(path);
    if (file === undefined) return "stored";
    file.holds++;
    if (file.state === "failed") {
      file.state = "writing";
      this.#storage.write(path, file.bytes);
    }
    return file.state;
  }

  /** The checkpoint is over here; `isHandedIn` if its files have been named to the coordinator. */
  release(path: string, isHandedIn: boolean): void {
    const file = this.#files.get(path);
    if (file === undefined) return;
    file.holds--;
    file.isHandedIn ||= isHandedIn;
    this.#tidy(path, file);
  }

  /** Whether no checkpoint has been handed this file. */
  isNew(path: string): boolean {
    return this.#files.get(path)?.isHandedIn === false;
  }

  /** What determines what will be written and deleted, as plain data; undefined if nothing will. */
  describeState(): unknown {
    if (this.#files.size === 0) return undefined;
    return [...this.#files]
      .sort(([left], [right]) => compareText(left, right))
      .map(([path, { state, isInUse, holds, isHandedIn }]) => {
        return [path, state, isInUse, holds, isHandedIn];
      });
  }

  /** A delete could overtake a write, whose file would then stay for ever: so it waits for it. */
  #tidy(path: string, { state, isInUse, holds, isHandedIn }: OwnFile): void {
    if (isInUse || holds > 0 || state === "writing") return;
    this.#files.delete(path);
    if (state === "stored" && !isHandedIn) this.#storage.delete(path);
  }
}
