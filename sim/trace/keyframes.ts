// Jumping about in a trace: the projection at any event, at the cost of at most one stretch of events between two
// keyframes. Keyframes are made as far as the trace is looked at, and never again.

import { invariant, must } from "../kernel/invariant.ts";
import type { JobDescription } from "../runtime/task/job-graph.ts";
import { ProjectionState, type WorldProgress } from "./projection.ts";
import type { TraceEvent } from "./trace-event.ts";

/** Events between two keyframes. */
const STRETCH = 512;

/** The projections of one trace, by event. */
export class Keyframes {
  readonly #events: readonly TraceEvent[];
  /** The state before event 0, 512, 1024, ... */
  readonly #frames: ProjectionState[];

  constructor(topology: JobDescription, events: readonly TraceEvent[]) {
    this.#events = events;
    this.#frames = [ProjectionState.start(topology)];
  }

  /** The world after `events[index]`; before the first event for -1. Equal to what `project` gives. */
  at(index: number): WorldProgress {
    return this.stateAt(index).world();
  }

  /** As {@link Keyframes.at}, as a state that more events can be applied to. */
  stateAt(index: number): ProjectionState {
    const events = this.#events;
    invariant(
      index >= -1 && index < events.length,
      `Cannot project to event ${index}: the trace has ${events.length}`,
    );
    const wanted = Math.floor((index + 1) / STRETCH);
    while (this.#frames.length <= wanted) this.#addFrame();
    return this.#advance(wanted, index + 1);
  }

  #addFrame(): void {
    const last = this.#frames.length - 1;
    this.#frames.push(this.#advance(last, (last + 1) * STRETCH));
  }

  /** The state before event `end`, from a keyframe at or before it. */
  #advance(frame: number, end: number): ProjectionState {
    const state = must(this.#frames[frame], "keyframe").clone();
    for (const event of this.#events.slice(frame * STRETCH, end)) state.apply(event);
    return state;
  }
}
