// How far the sources have read, in the order that counts: reads after a snapshot that was gone back behind are
// forgotten.

import type { TraceEvent } from "../trace/trace-event.ts";
import type { CheckedJob } from "./checker.ts";
import type { JobShape, Subtask } from "./job-shape.ts";
import { logNamed, ownPartitions, sourceSystemOf } from "./outside-log.ts";

/** A partition of a source that was not read to its end. */
export interface UnreadPartition {
  readonly subtask: Subtask;
  readonly name: string;
  readonly read: number;
  readonly length: number;
}

/** Next offset by partition. */
type Positions = Map<number, number>;

interface Reader {
  readonly subtask: Subtask;
  readonly system: string;
  attempt: number;
  positions: Positions;
  readonly saved: Map<number, Positions>;
}

/** Follows the positions of all sources. */
export class SourceProgress {
  readonly #job: CheckedJob;
  readonly #readers = new Map<string, Reader>();

  constructor(job: CheckedJob, shape: JobShape | undefined) {
    this.#job = job;
    if (shape === undefined) return;
    for (const subtask of shape.subtasks) {
      const system = sourceSystemOf(job, subtask.vertex);
      if (system === undefined) continue;
      this.#readers.set(subtask.name, {
        subtask,
        system,
        attempt: -1,
        positions: new Map(),
        saved: new Map(),
      });
    }
  }

  clone(): SourceProgress {
    const copy = new SourceProgress(this.#job, undefined);
    for (const [name, reader] of this.#readers) {
      const { positions, saved } = reader;
      copy.#readers.set(name, {
        ...reader,
        positions: new Map(positions),
        saved: new Map([...saved].map(([checkpoint, held]) => [checkpoint, new Map(held)])),
      });
    }
    return copy;
  }

  /** Plain data that determines what will be found unread. */
  describeState(): unknown {
    return [...this.#readers].map(([name, { attempt, positions, saved }]) => {
      const held = [...saved].map(([checkpoint, then]) => [checkpoint, [...then]]);
      return [name, attempt, [...positions], held];
    });
  }

  step(event: TraceEvent): void {
    const { kind } = event;
    if (kind === "restore-started") {
      for (const reader of this.#readers.values()) goBack(reader, event.checkpoint);
      return;
    }
    if (kind !== "record-read" && kind !== "snapshot-taken" && kind !== "task-restored") return;
    const reader = this.#readers.get(event.place);
    if (reader === undefined || event.incarnation < reader.attempt) return;
    if (kind === "record-read") reader.positions.set(event.partition, event.offset + 1);
    else if (kind === "snapshot-taken") {
      reader.saved.set(event.checkpoint, new Map(reader.positions));
    } else {
      reader.attempt = event.incarnation;
      reader.positions = new Map(reader.saved.get(event.checkpoint));
    }
  }

  /** Partitions with records that were not read. */
  unread(): readonly UnreadPartition[] {
    const unread: UnreadPartition[] = [];
    for (const { subtask, system, positions } of this.#readers.values()) {
      const log = logNamed(this.#job, system) ?? [];
      for (const partition of ownPartitions(subtask, log.length)) {
        const length = log[partition]?.length ?? 0;
        const read = positions.get(partition) ?? 0;
        if (read < length) unread.push({ subtask, name: `${system}/${partition}`, read, length });
      }
    }
    return unread;
  }
}

/** Snapshots later than the one gone back to belong to checkpoints that will never be complete. */
function goBack(reader: Reader, checkpoint: number): void {
  reader.positions = new Map(reader.saved.get(checkpoint));
  for (const later of [...reader.saved.keys()]) {
    if (later > checkpoint) reader.saved.delete(later);
  }
}
