// The files that attempts keep in the shared storage themselves (disaggregated state), as events tell of them. They belong
// to no checkpoint: several may refer to one, or none.

import type { EventOf } from "../trace/trace-event.ts";
import type { StorageEvent } from "./stored-files.ts";

const WORKING_FILE = /\/shared\/attempt-\d+\//;

/** Whether an event is about such a file. */
export function isWorkingFile({ path }: StorageEvent): boolean {
  return WORKING_FILE.test(path);
}

/** Those that are there. */
export class WorkingFiles {
  readonly #files: Map<string, EventOf<"write-completed">>;

  constructor(files: Iterable<readonly [string, EventOf<"write-completed">]> = []) {
    this.#files = new Map(files);
  }

  /** What is there, by the event that brought it. */
  get all(): Iterable<EventOf<"write-completed">> {
    return this.#files.values();
  }

  has(path: string): boolean {
    return this.#files.has(path);
  }

  /** Takes an event about one. Returns what was there before; undefined if nothing was. */
  step(event: StorageEvent): EventOf<"write-completed"> | undefined {
    const before = this.#files.get(event.path);
    if (event.kind === "write-completed") this.#files.set(event.path, event);
    else if (event.kind === "file-deleted") this.#files.delete(event.path);
    return before;
  }

  clone(): WorkingFiles {
    return new WorkingFiles(this.#files);
  }

  /** Plain data that tells what is there. */
  describeState(): unknown {
    return [...this.#files.values()]
      .map(({ path, hash }) => [path, hash] as const)
      .sort(([left], [right]) => (left < right ? -1 : 1));
  }
}
