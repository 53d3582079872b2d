// The pending events of an untimed run. Enabled are: everything that was delivered from elsewhere (channel
// heads, control messages) and, of each actor's own timers and steps, the earliest. Which goes next is a
// choice; the clock then moves to max(now, due).

import type { Actor } from "./actor.ts";
import { type Chooser, choiceKind } from "./chooser.ts";
import type { EventClass, EventHandle } from "./event-queue.ts";
import { invariant, must } from "./invariant.ts";
import { Incarnation, Place } from "./place.ts";
import type { Instant } from "./virtual-time.ts";

interface PendingEvent {
  readonly handle: EventHandle;
  readonly time: Instant;
  readonly eventClass: EventClass;
  readonly tie: number;
  readonly isOwn: boolean;
  readonly actor: Actor;
  readonly message: unknown;
  readonly cause: number;
}

const NEXT_EVENT = choiceKind("next-event");

/** A set of pending events from which the chooser picks. */
export class UntimedQueue {
  readonly #chooser: Chooser;
  readonly #at = new Incarnation(new Place("scheduler"), 0);
  #pending: PendingEvent[] = [];
  #handles = 0;
  #picks = 0;
  #popped: PendingEvent | undefined = undefined;

  constructor(chooser: Chooser) {
    this.#chooser = chooser;
  }

  get size(): number {
    return this.#pending.length;
  }

  get time(): Instant {
    return this.#last.time;
  }

  get cause(): number {
    return this.#last.cause;
  }

  get actor(): Actor | undefined {
    return this.#last.actor;
  }

  get message(): unknown {
    return this.#last.message;
  }

  get #last(): PendingEvent {
    return must(this.#popped, "event popped from the untimed queue");
  }

  /** Adds an event; `isOwn` says that it is the actor's own timer or step. */
  add(event: Omit<PendingEvent, "handle">): EventHandle {
    const handle = this.#handles++;
    this.#pending.push({ ...event, handle });
    return handle;
  }

  cancel(handle: EventHandle): boolean {
    const index = this.#pending.findIndex((event) => event.handle === handle);
    if (index < 0) return false;
    this.#pending.splice(index, 1);
    return true;
  }

  pop(): boolean {
    this.#pending = this.#pending.filter((event) => event.actor.incarnation.isAlive);
    const enabled = this.#enabled();
    if (enabled.length === 0) return false;
    const address = { kind: NEXT_EVENT, at: this.#at, ordinal: this.#picks++ };
    const pick = enabled.length === 1 ? 0 : this.#chooser.choose(address, enabled.length);
    const event = must(enabled[pick], "enabled event");
    const removed = this.cancel(event.handle);
    invariant(removed, "Cannot pop from the untimed queue: the event picked was not pending");
    this.#popped = event;
    return true;
  }

  /** Makes the event popped last pending again. */
  putBack(): void {
    this.#pending.push(this.#last);
  }

  forEach(visit: (time: Instant, actor: Actor, message: unknown) => void): void {
    for (const event of this.#pending) visit(event.time, event.actor, event.message);
  }

  #enabled(): readonly PendingEvent[] {
    const earliestOwn = new Map<Actor, PendingEvent>();
    const enabled: PendingEvent[] = [];
    for (const event of this.#pending) {
      if (!event.isOwn) {
        enabled.push(event);
        continue;
      }
      const earlier = earliestOwn.get(event.actor);
      if (earlier === undefined || comesBefore(event, earlier)) earliestOwn.set(event.actor, event);
    }
    enabled.push(...earliestOwn.values());
    return enabled.sort((a, b) => a.handle - b.handle);
  }
}

function comesBefore(a: PendingEvent, b: PendingEvent): boolean {
  if (a.time !== b.time) return a.time < b.time;
  if (a.eventClass !== b.eventClass) return a.eventClass < b.eventClass;
  return a.handle < b.handle;
}
