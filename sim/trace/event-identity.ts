// An event's identity: its kind, its place, the place's incarnation, and which of its kind it is there. It stays
// the same when unrelated events come or go, where an index in the trace would not.

import { invariant, must } from "../kernel/invariant.ts";
import type { TraceEvent, TraceEventKind } from "./trace-event.ts";

/** What tells one event from all others of its run. */
export interface EventIdentity {
  readonly kind: string;
  readonly place: string;
  readonly incarnation: number;
  /** Counted from 1 among the events of this kind in this incarnation of this place. */
  readonly ordinal: number;
}

/** The written form: `count-2#1 snapshot-taken 3` is the third snapshot-taken of count-2's attempt 1. */
export function identityText(identity: EventIdentity): string {
  const { place, incarnation, kind, ordinal } = identity;
  return `${place}#${incarnation} ${kind} ${ordinal}`;
}

/** The identity a text stands for; undefined for a text that is none. */
export function parseIdentity(text: string): EventIdentity | undefined {
  const match = /^(.+)#(0|[1-9]\d*) ([a-z]+(?:-[a-z]+)*) ([1-9]\d*)$/s.exec(text);
  if (match === null) return undefined;
  return {
    place: must(match[1], "place"),
    incarnation: Number(match[2]),
    kind: must(match[3], "kind"),
    ordinal: Number(match[4]),
  };
}

/** Finds events of one trace by identity, and identities by index. Building it is one pass over the events. */
export class EventIndex {
  readonly #events: readonly TraceEvent[];
  readonly #ordinals: Int32Array;
  /** Indices of events, by place, incarnation and kind. */
  readonly #indices = new Map<string, number[]>();

  constructor(events: readonly TraceEvent[]) {
    this.#events = events;
    this.#ordinals = new Int32Array(events.length);
    for (const event of events) {
      const group = groupKey(event);
      const indices = this.#indices.get(group) ?? [];
      if (indices.length === 0) this.#indices.set(group, indices);
      indices.push(event.index);
      this.#ordinals[event.index] = indices.length;
    }
  }

  /** The identity of the event at `index`, which must exist. */
  identityOf(index: number): EventIdentity {
    const event = this.#events[index];
    invariant(event !== undefined, `Cannot identify event ${index}: the trace does not have it`);
    const { kind, place, incarnation } = event;
    return { kind, place, incarnation, ordinal: must(this.#ordinals[index], "ordinal") };
  }

  /** The index of the event with this identity, if the trace has it. */
  find(identity: EventIdentity): number | undefined {
    return this.#indices.get(groupKey(identity))?.[identity.ordinal - 1];
  }

  /** Indices of all events of a kind in one incarnation of a place, in order. */
  all(group: {
    readonly kind: TraceEventKind;
    readonly place: string;
    readonly incarnation: number;
  }): readonly number[] {
    return this.#indices.get(groupKey(group)) ?? [];
  }
}

function groupKey(group: {
  readonly kind: string;
  readonly place: string;
  readonly incarnation: number;
}): string {
  return `${group.place}#${group.incarnation} ${group.kind}`;
}
