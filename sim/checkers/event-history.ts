// A growing row of events that can say what is in it in a few digits. What was hashed once is not hashed again, so
// that asking after every event costs no more than asking once.

import type { TraceEvent } from "../trace/trace-event.ts";
import { ContentHash } from "./content-hash.ts";

/** Events in order, only ever more. */
export class EventHistory<Event extends TraceEvent> {
  readonly #events: Event[];
  readonly #hash: ContentHash;
  /** How many of the events are in the hash. */
  #hashed: number;
  /** What was said of lengths asked after. */
  readonly #said: Map<number, string>;

  constructor(original?: EventHistory<Event>) {
    this.#events = original === undefined ? [] : original.#events.slice();
    this.#hash = original === undefined ? new ContentHash() : original.#hash.clone();
    this.#hashed = original === undefined ? 0 : original.#hashed;
    this.#said = new Map(original === undefined ? [] : original.#said);
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
    const said = this.#said.get(length);
    if (said !== undefined) return said;
    const isBehind = this.#hashed > length;
    const hash = isBehind ? new ContentHash() : this.#hash;
    for (let at = isBehind ? 0 : this.#hashed; at < length; at++) {
      const event = this.#events[at];
      if (event !== undefined) hash.addEvent(event);
    }
    if (!isBehind) this.#hashed = length;
    const text = hash.toString();
    this.#said.set(length, text);
    return text;
  }

  clone(): EventHistory<Event> {
    return new EventHistory(this);
  }
}
