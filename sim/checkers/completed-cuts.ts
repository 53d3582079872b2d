// When a checkpoint, or a savepoint, is complete: a checkpoint once it has become what the job is restored from, a
// savepoint, which the store never has, once its metadata is written.

import type { EventOf, TraceEvent } from "../trace/trace-event.ts";

/** The event by which a checkpoint or a savepoint is complete. */
export type CutCompleted = EventOf<"checkpoint-stored" | "checkpoint-completed">;

/** Tells each completion once. */
export class CompletedCuts {
  #stored: number;

  constructor(original?: CompletedCuts) {
    this.#stored = original === undefined ? 0 : original.#stored;
  }

  /** The event, if by it something is complete that was not before. */
  step(event: TraceEvent): CutCompleted | undefined {
    if (event.kind === "checkpoint-stored") {
      this.#stored = event.checkpoint;
      return event;
    }
    const isNews = event.kind === "checkpoint-completed" && event.checkpoint !== this.#stored;
    return isNews ? event : undefined;
  }

  clone(): CompletedCuts {
    return new CompletedCuts(this);
  }
}
