// What the asynchronous parts of snapshots wrote, kept until the checkpoint they belong to is settled.

import type { EventOf, TraceEvent } from "../trace/trace-event.ts";
import { ContentHash } from "./content-hash.ts";
import type { JobShape } from "./job-shape.ts";

type Written = EventOf<"operator-snapshot-written">;

/** The operator snapshots of checkpoints under way. */
export class WrittenSnapshots {
  readonly #byCheckpoint: Map<number, Written[]>;
  /** The newest attempt of any task, and the newest one that a restore has ended. */
  #newest = -1;
  #past = -1;

  constructor(original?: WrittenSnapshots) {
    this.#byCheckpoint = new Map();
    if (original === undefined) return;
    for (const [id, written] of original.#byCheckpoint) this.#byCheckpoint.set(id, [...written]);
    this.#newest = original.#newest;
    this.#past = original.#past;
  }

  step(event: TraceEvent): void {
    switch (event.kind) {
      case "operator-snapshot-written": {
        const written = this.#byCheckpoint.get(event.checkpoint) ?? [];
        this.#byCheckpoint.set(event.checkpoint, written);
        written.push(event);
        return;
      }
      case "checkpoint-aborted":
        this.#byCheckpoint.delete(event.checkpoint);
        return;
      case "task-restored":
        this.#newest = Math.max(this.#newest, event.incarnation);
        return;
      case "restore-started":
        this.#past = this.#newest;
        return;
      default:
        return;
    }
  }

  /** Takes out what was written for a checkpoint that is complete, in the order of the job's subtasks. */
  take(checkpoint: number, shape: JobShape): readonly Written[] {
    const written = this.#byCheckpoint.get(checkpoint) ?? [];
    for (const id of [...this.#byCheckpoint.keys()]) {
      if (id <= checkpoint) this.#byCheckpoint.delete(id);
    }
    const numberOf = ({ place }: Written): number => shape.subtaskNamed.get(place)?.number ?? -1;
    return written.sort((a, b) => numberOf(a) - numberOf(b));
  }

  clone(): WrittenSnapshots {
    return new WrittenSnapshots(this);
  }

  /** Plain data that tells what is kept, but for what past attempts wrote. */
  describeState(): unknown {
    return [...this.#byCheckpoint].flatMap(([checkpoint, written]) => {
      const living = written.filter(({ incarnation }) => incarnation > this.#past);
      const hash = new ContentHash();
      for (const event of living) hash.addEvent(event);
      return living.length === 0 ? [] : [[checkpoint, hash.toString()]];
    });
  }
}
