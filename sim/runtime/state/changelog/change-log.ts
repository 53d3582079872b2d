// The log of the changes of one backend (Flink: StateChangelogWriter, FsStateChangelogWriter). Changes are numbered from
// the backend's first on. It is cut into segments, which never change: one ends at every snapshot, so that the next has
// to upload only what came after, and at every materialization, which has all that came before.

import type { SnapshotFile } from "../keyed-state-backend.ts";
import { writeSegment } from "./log-segment.ts";
import type { StateChange } from "./state-change.ts";

/** A closed piece of the log: the changes from `from` on, before `to`. */
export interface LogSegment {
  readonly from: number;
  readonly to: number;
  readonly file: SnapshotFile;
}

/** The file with the segment that begins with this change. */
export function segmentFileOf(from: number): string {
  return `changes-${from}`;
}

/** Changes in their order. */
export class ChangeLog {
  #segments: readonly LogSegment[] = [];
  /** What came after the last segment. */
  #open: StateChange[] = [];
  #next = 0;

  /** The number of the next change. */
  get next(): number {
    return this.#next;
  }

  append(change: StateChange): void {
    this.#open.push(change);
    this.#next++;
  }

  /** Ends a segment, if there is anything new; the number of the next change is where the next one begins. */
  roll(): number {
    if (this.#open.length > 0) {
      const from = this.#next - this.#open.length;
      this.#segments = [...this.#segments, closed(from, this.#open)];
      this.#open = [];
    }
    return this.#next;
  }

  /** The segments with the changes from `from` on, as far as they are closed; a segment begins there. */
  segmentsFrom(from: number): readonly LogSegment[] {
    return this.#segments.filter((segment) => segment.from >= from);
  }

  /** Forgets what came before `to`, where a segment begins: nobody will ask for it any more. */
  truncate(to: number): void {
    this.#segments = this.segmentsFrom(to);
  }

  /** Goes on with the segments of a log that ended before `next`. Only for one that is empty. */
  adopt(segments: readonly LogSegment[], next: number): void {
    this.#segments = segments;
    this.#next = next;
  }

  /** What determines what snapshots will have of it, as plain data. */
  describeState(): unknown {
    const segments = this.#segments.map(({ from, to, file }) => [from, to, file.sizeBytes]);
    return [this.#next, segments, this.#open];
  }
}

function closed(from: number, changes: readonly StateChange[]): LogSegment {
  const bytes = writeSegment(changes);
  const file = { name: segmentFileOf(from), sizeBytes: bytes.length, read: () => bytes };
  return { from, to: from + changes.length, file };
}
