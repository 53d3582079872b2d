// Where the tasks of a new attempt go on, what they do again, and which tasks those are.

import { compareText } from "../../kernel/plain-object.ts";
import type { TraceEvent } from "../../trace/trace-event.ts";
import { findStop } from "../stop.ts";

/** The offset of the first record that a source's attempt reads. */
export function resumeOffset(
  events: readonly TraceEvent[],
  { task, attempt }: { readonly task: string; readonly attempt: number },
): number {
  const index = findStop(events, { event: "record-read", place: task, attempt, nth: 1 });
  const event = events[index];
  return event?.kind === "record-read" ? event.offset : -1;
}

/** How many records a source reads in more than one attempt. */
export function recordsReadAgain(
  events: readonly TraceEvent[],
  { task }: { readonly task: string },
): number {
  const read = events.flatMap((event) =>
    event.kind === "record-read" && event.place === task
      ? [`${event.source} ${event.partition} ${event.offset}`]
      : [],
  );
  const readAgain = read.filter((record, index) => read.indexOf(record) < index);
  return new Set(readAgain).size;
}

/** The tasks that are deployed for an attempt, by name, with commas. */
export function restartedTasks(
  events: readonly TraceEvent[],
  { attempt }: { readonly attempt: number },
): string {
  const tasks = events.flatMap((event) =>
    event.kind === "task-deployed" && event.attempt === attempt ? [event.task] : [],
  );
  return [...new Set(tasks)].toSorted(compareText).join(", ");
}
