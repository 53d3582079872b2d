// The simulation: a clock, the pending events, and the loop that hands each event to its actor.
// It knows nothing of streams. One instance is one run; two in one process never see each other.

import type { Actor } from "./actor.ts";
import type { Chooser } from "./chooser.ts";
import { type EventHandle, EventQueue } from "./event-queue.ts";
import { invariant } from "./invariant.ts";
import type { CauseTracker } from "./recorder.ts";
import { UntimedQueue } from "./untimed-queue.ts";
import { after, type Duration, type Instant, WORLD_START } from "./virtual-time.ts";

/** Where a run of the loop came to rest. */
export type RunEnd = "idle" | "time-bound" | "event-bound" | "stopped";

/** How far a run may go. */
export interface RunBounds {
  /** The last instant whose events are still handled. */
  readonly until: Instant;
  /** The number of events after which the run gives up. */
  readonly maxEvents: number;
}

/** A world's clock and loop. */
export class Simulation {
  readonly chooser: Chooser;
  readonly #causes: CauseTracker;
  readonly #timed = new EventQueue();
  readonly #untimed: UntimedQueue | undefined;
  #now: Instant = WORLD_START;
  #handled = 0;
  #isStopped = false;

  constructor(options: {
    readonly chooser: Chooser;
    readonly causes: CauseTracker;
    readonly mode?: "timed" | "untimed";
    /** When it begins; the beginning of the world if not given. */
    readonly startAt?: Instant;
  }) {
    this.chooser = options.chooser;
    this.#causes = options.causes;
    this.#now = options.startAt ?? WORLD_START;
    options.causes.now = this.#now;
    this.#untimed = options.mode === "untimed" ? new UntimedQueue(options.chooser) : undefined;
  }

  /** The present instant. */
  get now(): Instant {
    return this.#now;
  }

  /** Events handled so far. */
  get handled(): number {
    return this.#handled;
  }

  /** Schedules an actor's own step or timer, `delay` from now. */
  schedule(delay: Duration, actor: Actor, message: unknown): EventHandle {
    return this.#add(after(this.#now, delay), actor, message, true);
  }

  /** Schedules the arrival of something from elsewhere, at `time`, which may not lie in the past. */
  deliver(time: Instant, actor: Actor, message: unknown): EventHandle {
    invariant(time >= this.#now, () => `Cannot deliver at ${time}: it is ${this.#now} already`);
    return this.#add(time, actor, message, false);
  }

  /** Schedules a fault, which comes before everything else of its instant. */
  strike(time: Instant, actor: Actor, message: unknown): EventHandle {
    invariant(time >= this.#now, () => `Cannot strike at ${time}: it is ${this.#now} already`);
    const cause = this.#causes.cause;
    return this.#untimed === undefined
      ? this.#timed.insert(time, 0, 0, actor, message, cause)
      : this.#untimed.add({ time, eventClass: 0, tie: 0, isOwn: false, actor, message, cause });
  }

  /** Takes a scheduled event back. Returns false if it is past. */
  cancel(handle: EventHandle): boolean {
    return (this.#untimed ?? this.#timed).cancel(handle);
  }

  /** Ends the loop after the event in hand. */
  stop(): void {
    this.#isStopped = true;
  }

  /** Handles events in order until there are none, a bound is reached or someone calls `stop`. */
  run(bounds: RunBounds): RunEnd {
    const queue = this.#untimed ?? this.#timed;
    const causes = this.#causes;
    this.#isStopped = false;
    while (!this.#isStopped) {
      if (this.#handled >= bounds.maxEvents) return "event-bound";
      if (this.#timed.size > 0 && this.#timed.nextTime > bounds.until) return "time-bound";
      if (!queue.pop()) return "idle";
      const actor = queue.actor;
      if (actor === undefined || !actor.incarnation.isAlive) continue;
      if (queue.time > this.#now) {
        if (queue.time > bounds.until) {
          this.#untimed?.putBack();
          return "time-bound";
        }
        this.#now = queue.time;
        causes.now = queue.time;
      }
      causes.cause = queue.cause;
      this.#handled++;
      actor.receive(queue.message);
    }
    return "stopped";
  }

  /** Visits every pending event whose actor still lives. */
  forEachPending(visit: (time: Instant, actor: Actor, message: unknown) => void): void {
    (this.#untimed ?? this.#timed).forEach((time, actor, message) => {
      if (actor.incarnation.isAlive) visit(time, actor, message);
    });
  }

  #add(time: Instant, actor: Actor, message: unknown, isOwn: boolean): EventHandle {
    const tie = this.chooser.tie(actor.incarnation);
    const cause = this.#causes.cause;
    return this.#untimed === undefined
      ? this.#timed.insert(time, 1, tie, actor, message, cause)
      : this.#untimed.add({ time, eventClass: 1, tie, isOwn, actor, message, cause });
  }
}
