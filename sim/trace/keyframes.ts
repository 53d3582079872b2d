// Jumping about in a trace: the projection at any event, at the cost of at most one stretch of events between two
// keyframes. Keyframes are made once, as far as the trace is looked at or prepared. Worlds looked at one after the
// other share every part in which they are equal, so that a part that did not change is the same object.

import { invariant, must } from "../kernel/invariant.ts";
import type { JobDescription } from "../runtime/task/job-graph.ts";
import type { EventList } from "./event-list.ts";
import { ProjectionState, type WorldProgress } from "./projection.ts";

/** Events between two keyframes. */
const STRETCH = 256;

/** How many of the moments looked at last are kept to share parts with. */
const RECENT = 4;

/** The projections of one trace, by event. */
export class Keyframes {
  readonly #events: EventList;
  /** The states before event 0, 256, 512, ... */
  readonly #frames: ProjectionState[];
  /** The moments looked at last, the newest first. */
  #recent: readonly Moment[] = [];
  /** The state at the moment projected last: a step forward goes on from it. */
  #latest: ProjectionState;

  constructor(topology: JobDescription, events: EventList) {
    this.#events = events;
    this.#latest = ProjectionState.start(topology);
    this.#frames = [this.#latest.clone()];
  }

  /** The world after the event at `index`; before the first event for -1. Equal to what `project` gives. */
  at(index: number): WorldProgress {
    invariant(
      index >= -1 && index < this.#events.length,
      () => `Cannot project to event ${index}: the trace has ${this.#events.length}`,
    );
    const known = this.#recent.find(({ state }) => state.index === index);
    const seen = known ?? this.#look(index);
    const others = this.#recent.filter((recent) => recent !== seen);
    this.#recent = [seen, ...others].slice(0, RECENT);
    return seen.world;
  }

  /** Makes one more keyframe, for jumps to come; false if all are made. */
  prepare(): boolean {
    const end = this.#frames.length * STRETCH;
    if (end > this.#events.length) return false;
    const state = this.#frame(this.#frames.length - 1).clone();
    this.#advance(state, end - 1);
    this.#frames.push(state);
    return true;
  }

  #look(index: number): Moment {
    const frame = Math.floor((index + 1) / STRETCH);
    while (this.#frames.length <= frame) this.prepare();
    const isOnTheWay = this.#latest.index <= index && this.#latest.index >= frame * STRETCH - 1;
    if (!isOnTheWay) this.#latest = this.#frame(frame).clone();
    this.#advance(this.#latest, index);
    const state = this.#latest.clone();
    for (const recent of this.#recent) state.shareWith(recent.state);
    return { state, world: state.world() };
  }

  #advance(state: ProjectionState, index: number): void {
    for (let next = state.index + 1; next <= index; next++) {
      state.apply(must(this.#events.at(next), "event of a trace"));
    }
  }

  #frame(position: number): ProjectionState {
    return must(this.#frames[position], "keyframe");
  }
}

/** A moment that was looked at. */
interface Moment {
  readonly state: ProjectionState;
  readonly world: WorldProgress;
}
