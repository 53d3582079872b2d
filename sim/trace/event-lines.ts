// Events for people: numbered from 1 within the report, each with its virtual time, its sentence and its place in
// the trace.

import { sentence } from "./sentences/sentence.ts";
import type { TraceEvent } from "./trace-event.ts";

/** A line for each event. */
export function eventLines(events: readonly TraceEvent[]): readonly string[] {
  return events.map((event, index) => {
    const number = `${index + 1}.`.padStart(5);
    return `${number} ${timeText(event.time)}  ${sentence(event, "en")} (event ${event.index})`;
  });
}

/** Virtual time in seconds, to the microsecond. */
export function timeText(micros: number): string {
  const fraction = String(micros % 1_000_000).padStart(6, "0");
  return `${Math.floor(micros / 1_000_000)}.${fraction} s`;
}
