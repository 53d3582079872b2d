// The one event of the simulation that a task has pending for all its timers, at the earliest of them (Flink: the
// nextTimer of InternalTimerServiceImpl, a future of the ProcessingTimeService).

import type { Actor } from "../../../kernel/actor.ts";
import type { EventHandle } from "../../../kernel/event-queue.ts";
import type { Simulation } from "../../../kernel/simulation.ts";
import { between, type Instant } from "../../../kernel/virtual-time.ts";

/** An alarm clock that can be set anew. */
export class TimerAlarm {
  readonly #simulation: Simulation;
  readonly #actor: Actor;
  readonly #message: unknown;
  #pending: { readonly due: Instant; readonly handle: EventHandle } | undefined = undefined;

  /** `actor` is sent `message` whenever it is time. */
  constructor(simulation: Simulation, actor: Actor, message: unknown) {
    this.#simulation = simulation;
    this.#actor = actor;
    this.#message = message;
  }

  /** Rings at `due` and not before; not at all if that is undefined, or no later than now. */
  setTo(due: Instant | undefined): void {
    if (due === this.#pending?.due) return;
    if (this.#pending !== undefined) this.#simulation.cancel(this.#pending.handle);
    this.#pending = undefined;
    const { now } = this.#simulation;
    if (due === undefined || due <= now) return;
    const handle = this.#simulation.schedule(between(now, due), this.#actor, this.#message);
    this.#pending = { due, handle };
  }

  /** It has rung. */
  rang(): void {
    this.#pending = undefined;
  }
}
