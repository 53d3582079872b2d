// How far the sources have read, in the order that counts: reads after a snapshot that was gone back behind are
// forgotten.

import type { TraceEvent } from "../trace/trace-event.ts";
import type { CheckedJob } from "./checker.ts";
import type { JobShape } from "./job-shape.ts";
import { logNamed, sourceSystemOf } from "./outside-log.ts";

/** A partition of a source that was not read to its end. */
export interface UnreadPartition {
  /** The source's vertex. */
  readonly vertex: string;
  readonly name: string;
  readonly read: number;
  readonly length: number;
}

/** Next offset by partition. */
type Positions = Map<number, number>;

/** One source, all its subtasks together: a partition may be another's after the job was started again. */
interface Reader {
  readonly vertex: string;
  readonly system: string;
  /** By subtask: its newest attempt. */
  readonly attempts: Map<string, number>;
  positions: Positions;
  /** The positions that the attempts that run began with. */
  base: Positions;
  /** Who has read a partition since then. */
  readonly readBy: Map<number, string>;
  /** By checkpoint: the positions as far as snapshots were taken. */
  readonly saved: Map<number, Positions>;
}

/** Follows the positions of all sources. */
export class SourceProgress {
  readonly #job: CheckedJob;
  readonly #readers: readonly Reader[];
  readonly #readerOf = new Map<string, Reader>();

  constructor(original: SourceProgress | { readonly job: CheckedJob; readonly shape: JobShape }) {
    if (original instanceof SourceProgress) {
      this.#job = original.#job;
      this.#readers = original.#readers.map(copyOf);
      for (const [subtask, reader] of original.#readerOf) {
        const copy = this.#readers[original.#readers.indexOf(reader)];
        if (copy !== undefined) this.#readerOf.set(subtask, copy);
      }
      return;
    }
    const { job, shape } = original;
    this.#job = job;
    const readers: Reader[] = [];
    for (const vertex of shape.description.vertices) {
      const system = sourceSystemOf(job, vertex);
      if (system === undefined) continue;
      const reader = freshReader(vertex.name, system);
      readers.push(reader);
      for (const subtask of shape.subtasks) {
        if (subtask.vertex === vertex) this.#readerOf.set(subtask.name, reader);
      }
    }
    this.#readers = readers;
  }

  clone(): SourceProgress {
    return new SourceProgress(this);
  }

  /** Plain data that determines what will be found unread. */
  describeState(): unknown {
    return this.#readers.map(({ attempts, positions, base, readBy, saved }) => {
      const held = [...saved].map(([checkpoint, then]) => [checkpoint, [...then]]);
      return [[...attempts], [...positions], [...base], [...readBy], held];
    });
  }

  step(event: TraceEvent): void {
    const { kind } = event;
    if (kind === "restore-started") {
      for (const reader of this.#readers) goBack(reader, event.checkpoint);
      return;
    }
    if (kind !== "record-read" && kind !== "snapshot-taken" && kind !== "task-restored") return;
    const reader = this.#readerOf.get(event.place);
    if (reader === undefined) return;
    if (event.incarnation < (reader.attempts.get(event.place) ?? -1)) return;
    if (kind === "task-restored") {
      reader.attempts.set(event.place, event.incarnation);
    } else if (kind === "record-read") {
      reader.positions.set(event.partition, event.offset + 1);
      reader.readBy.set(event.partition, event.place);
    } else {
      save(reader, event.checkpoint, event.place);
    }
  }

  /** Partitions with records that were not read. */
  unread(): readonly UnreadPartition[] {
    const unread: UnreadPartition[] = [];
    for (const { vertex, system, positions } of this.#readers) {
      for (const [partition, { length }] of (logNamed(this.#job, system) ?? []).entries()) {
        const read = positions.get(partition) ?? 0;
        if (read < length) unread.push({ vertex, name: `${system}/${partition}`, read, length });
      }
    }
    return unread;
  }
}

function freshReader(vertex: string, system: string): Reader {
  return {
    vertex,
    system,
    attempts: new Map(),
    positions: new Map(),
    base: new Map(),
    readBy: new Map(),
    saved: new Map(),
  };
}

function copyOf(reader: Reader): Reader {
  const { attempts, positions, base, readBy, saved } = reader;
  return {
    ...reader,
    attempts: new Map(attempts),
    positions: new Map(positions),
    base: new Map(base),
    readBy: new Map(readBy),
    saved: new Map([...saved].map(([checkpoint, held]) => [checkpoint, new Map(held)])),
  };
}

/** A subtask's snapshot saves where it stands in the partitions that it has read. */
function save({ base, positions, readBy, saved }: Reader, checkpoint: number, by: string): void {
  const held = saved.get(checkpoint) ?? new Map(base);
  saved.set(checkpoint, held);
  for (const [partition, reader] of readBy) {
    if (reader === by) held.set(partition, positions.get(partition) ?? 0);
  }
}

/** Snapshots later than the one gone back to belong to checkpoints that will never be complete. */
function goBack(reader: Reader, checkpoint: number): void {
  reader.base = new Map(reader.saved.get(checkpoint));
  reader.positions = new Map(reader.base);
  reader.readBy.clear();
  for (const later of [...reader.saved.keys()]) {
    if (later > checkpoint) reader.saved.delete(later);
  }
}
