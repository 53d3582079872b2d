// Hand-made traces: each call adds an event, with time and cause filled in.
import { canonicalText } from "../../sim/kernel/canonical-value.ts";
import type { EventOf, TraceEvent, TraceEventKind } from "../../sim/trace/trace-event.ts";

/** The fields of an event of one kind, beyond those that every event has. */
export type Fields<Kind extends TraceEventKind> = Omit<
  EventOf<Kind>,
  "kind" | "index" | "time" | "place" | "incarnation" | "cause"
>;

/** Builds a trace, a millisecond from event to event. */
export class TraceBuilder {
  readonly events: TraceEvent[] = [];

  /** Adds an event and returns its index. */
  add<Kind extends TraceEventKind>(
    kind: Kind,
    at: string | readonly [place: string, incarnation: number],
    fields: Fields<Kind>,
  ): number {
    const index = this.events.length;
    const [place, incarnation] = typeof at === "string" ? [at, 0] : at;
    const event = {
      kind,
      index,
      time: 1000 * index,
      place,
      incarnation,
      cause: index - 1,
      ...fields,
    };
    this.events.push(event as unknown as TraceEvent);
    return index;
  }
}

/** The canonical text of a value, short for the sake of traces. */
export function text(value: unknown): string {
  return canonicalText(value);
}
