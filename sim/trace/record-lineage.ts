// Which source record is behind what: from a reading over channels and steps to the sink and to what readers see.
// Re-derived from identities in the trace alone: channel and sequence, log and offset, sink and transaction.

import { must } from "../kernel/invariant.ts";
import type { EventList } from "./event-list.ts";
import { addressText, type RecordAddress } from "./record-address.ts";
import type { EventOf, TraceEvent } from "./trace-event.ts";

/** An event in which a subtask reads a source record. */
export type ReadEvent = EventOf<"record-read">;

/** The records of one run. Building it is one pass over the events. */
export class RecordLineage {
  readonly #events: EventList;
  /** For each event the index of the one it carries on; -1 for none. */
  readonly #origins: Int32Array;
  readonly #reads = new Map<string, ReadEvent[]>();

  constructor(events: EventList) {
    this.#events = events;
    this.#origins = new Int32Array(events.length).fill(-1);
    const origins = new OriginFold();
    for (let index = 0; index < events.length; index++) {
      const event = this.#event(index);
      this.#origins[index] = origins.originOf(event) ?? -1;
      if (event.kind !== "record-read") continue;
      const address = addressText(event);
      this.#reads.set(address, [...(this.#reads.get(address) ?? []), event]);
    }
  }

  /**
   * The event that this one carries on: what was emitted, of what was processed; what was processed, of what was emitted;
   * a timer, of its registration.
   */
  originOf(index: number): number | undefined {
    const origin = this.#origins[index] ?? -1;
    return origin < 0 ? undefined : origin;
  }

  /** The reading behind an event; undefined for one that is of no record. */
  readBehind(index: number): ReadEvent | undefined {
    let at: number | undefined = index;
    while (at !== undefined) {
      const event = this.#event(at);
      if (event.kind === "record-read") return event;
      at = this.originOf(at);
    }
    return undefined;
  }

  /** All readings of a record, in order: by several attempts, if it was replayed. */
  readsOf(record: RecordAddress): readonly ReadEvent[] {
    return this.#reads.get(addressText(record)) ?? [];
  }

  /** A reading and everything that carries it on, in order. */
  carriedOnFrom(read: ReadEvent): readonly TraceEvent[] {
    const found = new Set([read.index]);
    for (let index = read.index + 1; index < this.#origins.length; index++) {
      if (found.has(this.originOf(index) ?? -1)) found.add(index);
    }
    return [...found].map((index) => this.#event(index));
  }

  #event(index: number): TraceEvent {
    return must(this.#events.at(index), "event of a trace");
  }
}

/** Finds origins as the events go by. */
class OriginFold {
  /** The record or timer each subtask's attempt works on. */
  readonly #steps = new Map<string, number>();
  /** The newest registration of each timer. */
  readonly #timers = new Map<string, number>();
  /** The newest record emitted, by channel and sequence. */
  readonly #emitted = new Map<string, number>();
  /** The open transaction of each sink's attempt. */
  readonly #open = new Map<string, string>();
  /** Records written and not visible yet, by transaction and value. */
  readonly #written = new Map<string, number[]>();
  /** Values that a printing or collecting attempt has been given and not shown yet. */
  readonly #shown = new Map<string, number[]>();

  originOf(event: TraceEvent): number | undefined {
    const attempt = `${event.place}#${event.incarnation}`;
    switch (event.kind) {
      case "record-read":
        this.#steps.set(attempt, event.index);
        return undefined;
      case "record-processed":
        this.#steps.set(attempt, event.index);
        return this.#emitted.get(`${event.channel}:${event.sequence}`);
      case "record-emitted":
        this.#emitted.set(`${event.channel}:${event.sequence}`, event.index);
        return this.#steps.get(attempt);
      case "record-written": {
        const transaction = this.#open.get(attempt);
        if (transaction !== undefined) put(this.#written, `${transaction} ${event.value}`, event);
        put(this.#shown, `${attempt} ${event.value}`, event);
        return this.#steps.get(attempt);
      }
      case "timer-registered":
        this.#timers.set(`${event.operator} ${event.timestamp} ${event.key}`, event.index);
        return this.#steps.get(attempt);
      case "timer-fired":
        this.#steps.set(attempt, event.index);
        return this.#timers.get(`${event.operator} ${event.timestamp} ${event.key}`);
      case "state-updated":
        return this.#steps.get(attempt);
      case "transaction-begun":
        this.#open.set(`${event.by}#${event.attempt}`, event.transaction);
        return undefined;
      case "record-committed":
        return this.#written.get(`${event.transaction} ${event.value}`)?.shift();
      case "line-printed":
        return this.#shown.get(`${event.by}#${event.attempt} ${event.line}`)?.shift();
      case "record-collected":
        return this.#shown.get(`${event.by}#${event.attempt} ${event.value}`)?.shift();
      default:
        return undefined;
    }
  }
}

function put(queues: Map<string, number[]>, key: string, { index }: TraceEvent): void {
  const queue = queues.get(key);
  if (queue === undefined) queues.set(key, [index]);
  else queue.push(index);
}
