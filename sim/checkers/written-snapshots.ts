// What the asynchronous parts of snapshots wrote, kept until the checkpoint they belong to is settled.

import type { TraceEvent } from "../trace/trace-event.ts";
import { ContentHash } from "./content-hash.ts";
import type { JobShape } from "./job-shape.ts";
import type { EventOf } from "./witness.ts";

type Written = EventOf<"operator-snapshot-written">;

/** The operator snapshots of checkpoints under way. */
export class WrittenSnapshots {
  readonly #byCheckpoint: Map<number, Written[]>;

  constructor(original?: WrittenSnapshots) {
    this.#byCheckpoint = new Map();
    if (original === undefined) return;
    for (const [id, written] of original.#byCheckpoint) this.#byCheckpoint.set(id, [...written]);
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
  describeState(past: number): unknown {
    return [...this.#byCheckpoint].flatMap(([checkpoint, written]) => {
      const living = written.filter(({ incarnation }) => incarnation > past);
      const hash = new ContentHash();
      for (const event of living) hash.addEvent(event);
      return living.length === 0 ? [] : [[checkpoint, hash.toString()]];
    });
  }
}
