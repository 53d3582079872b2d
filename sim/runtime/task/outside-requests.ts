// The requests of one attempt to the systems outside: numbered, sent, and sent again when no answer comes. Who
// waits for which answer is its users' business.

import type { Actor } from "../../kernel/actor.ts";
import type { EventHandle } from "../../kernel/event-queue.ts";
import type { Simulation } from "../../kernel/simulation.ts";
import type { Duration } from "../../kernel/virtual-time.ts";
import type { Outside, OutsideRequest } from "./outside-request.ts";

/** The message by which an attempt hears that a request is still unanswered. */
export interface RequestOverdue {
  readonly kind: "request-overdue";
  readonly requestId: number;
}

/** Numbers and sends the requests of one attempt. */
export class OutsideRequests {
  readonly #requester: Actor;
  readonly #simulation: Simulation;
  readonly #outside: Outside;
  readonly #timeout: Duration;
  readonly #timers = new Map<number, EventHandle>();
  #count = 0;

  constructor(options: {
    readonly requester: Actor;
    readonly simulation: Simulation;
    readonly outside: Outside;
    /** Silence after which the requester hears {@link RequestOverdue}; 0 for never. */
    readonly timeout: Duration;
  }) {
    this.#requester = options.requester;
    this.#simulation = options.simulation;
    this.#outside = options.outside;
    this.#timeout = options.timeout;
  }

  /** Sends a request whose answer nobody waits for. */
  tell(request: OutsideRequest): void {
    this.#send(this.#count++, request);
  }

  /** Sends a request and returns the number its answer will carry. */
  ask(request: OutsideRequest): number {
    const requestId = this.#count++;
    this.askAgain(requestId, request);
    return requestId;
  }

  /** Sends a request once more under its number. */
  askAgain(requestId: number, request: OutsideRequest): void {
    this.#send(requestId, request);
    if (this.#timeout === 0) return;
    const overdue: RequestOverdue = { kind: "request-overdue", requestId };
    this.#timers.set(requestId, this.#simulation.schedule(this.#timeout, this.#requester, overdue));
  }

  /** The answer to a request has come. */
  answered(requestId: number): void {
    const timer = this.#timers.get(requestId);
    if (timer === undefined) return;
    this.#simulation.cancel(timer);
    this.#timers.delete(requestId);
  }

  #send(requestId: number, request: OutsideRequest): void {
    const requester = this.#requester;
    const requesterName = requester.incarnation.place.name;
    this.#outside.send({ requester, requesterName, requestId, request });
  }
}
