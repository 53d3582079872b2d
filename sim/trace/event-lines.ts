// Events for people: numbered from 1 within the report, each with its virtual time, its sentence and its place in
// the trace.

import { timeText } from "./duration-text.ts";
import { sentence } from "./sentences/sentence.ts";
import type { TraceEvent } from "./trace-event.ts";

/** A line for each event. */
export function eventLines(events: readonly TraceEvent[]): readonly string[] {
  return events.map((event, index) => {
    const number = `${index + 1}.`.padStart(5);
    return `${number} ${timeText(event.time)}  ${sentence(event, "en")} (event ${event.index})`;
  });
}
