// A growing row of events that can say what is in it in a few digits. What was hashed once is not hashed again, so
// that asking after every event costs no more than asking once.

import type { TraceEvent } from "../trace/trace-event.ts";
import { ContentHash } from "./content-hash.ts";

/** Events in order, only ever more. */
export class EventHistory<Event extends TraceEvent> {
  readonly #events: Event[];
  #hash: ContentHash;
  #hashed: number;

  constructor() {
    this.#events = [];
    this.#hash = new ContentHash();
    this.#hashed = 0;
  }

  get events(): readonly Event[] {
    return this.#events;
  }

  get length(): number {
    return this.#events.length;
  }

  push(event: Event): void {
    this.#events.push(event);
  }

  /** A hash of what the first `length` events say. */
  contentHash(length = this.#events.length): string {
    const isBehind = this.#hashed > length;
    const hash = isBehind ? new ContentHash() : this.#hash;
    for (let at = isBehind ? 0 : this.#hashed; at < length; at++) {
      const event = this.#events[at];
      if (event !== undefined) hash.addEvent(event);
    }
    if (!isBehind) this.#hashed = length;
    return hash.toString();
  }

  clone(): EventHistory<Event> {
    const copy = new EventHistory<Event>();
    for (const event of this.#events) copy.#events.push(event);
    copy.#hash = this.#hash.clone();
    copy.#hashed = this.#hashed;
    return copy;
  }
}
