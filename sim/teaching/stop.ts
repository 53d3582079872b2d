// Where a lesson stops: an event named by what it is, as the `after` of a fault plan names it, never by its number.
// So a lesson outlives changes of the engine, and its stops are found in a wrong engine's run too.

import * as z from "zod";
import { TRACE_EVENT_KINDS, type TraceEvent, type TraceEventKind } from "../trace/trace-event.ts";

/** The `nth` event of a kind; at a place, of an attempt, for a checkpoint where they are given. */
export interface EventPredicate {
  readonly event: TraceEventKind;
  /** The place it happens at, or the task it speaks of; any if absent. */
  readonly place?: string | undefined;
  readonly attempt?: number | undefined;
  readonly checkpoint?: number | undefined;
  /** Which of those events, from 1. */
  readonly nth: number;
}

const KIND_NAMES = TRACE_EVENT_KINDS.map(({ name }) => name as TraceEventKind);

/** A predicate, as JSON. */
export const eventPredicateSchema: z.ZodType<EventPredicate> = z.strictObject({
  event: z.enum(KIND_NAMES).describe("a kind of event, see trace-format.md"),
  place: z.string().optional().describe("the place it happens at, or the task it speaks of"),
  attempt: z.int().nonnegative().optional(),
  checkpoint: z.int().positive().optional(),
  nth: z.int().positive().describe("which of those events, from 1"),
});

/** A trace that lacks the event of a stop. */
export class StopNotFoundError extends Error {
  override readonly name = "StopNotFoundError";
}

/** The index of the event that a predicate names. Throws {@link StopNotFoundError}. */
export function findStop(events: readonly TraceEvent[], predicate: EventPredicate): number {
  let seen = 0;
  for (const event of events) {
    if (!isOfGroup(event, predicate)) continue;
    seen++;
    if (seen === predicate.nth) return event.index;
  }
  throw new StopNotFoundError(
    `Cannot find the stop: found ${seen} events "${groupText(predicate)}", expected at least ${predicate.nth}`,
  );
}

/** Whether `event` is one of those that a predicate counts. */
export function isOfGroup(event: TraceEvent, predicate: Omit<EventPredicate, "nth">): boolean {
  if (event.kind !== predicate.event) return false;
  const { place, attempt, checkpoint } = predicate;
  const isSpokenOf = place !== undefined && "task" in event && event.task === place;
  if (place !== undefined && event.place !== place && !isSpokenOf) return false;
  if (checkpoint !== undefined && !("checkpoint" in event && event.checkpoint === checkpoint)) {
    return false;
  }
  if (attempt === undefined) return true;
  // An event that speaks of a task without its attempt counts for every attempt, as in a fault plan.
  const number = isSpokenOf ? ("attempt" in event ? event.attempt : attempt) : event.incarnation;
  return number === attempt;
}

/** A predicate in words, without its number: `barrier-received at count-1, checkpoint 1`. */
function groupText({ event, place, attempt, checkpoint }: EventPredicate): string {
  const at = place === undefined ? "" : ` at ${place}`;
  const inAttempt = attempt === undefined ? "" : `, attempt ${attempt}`;
  const of = checkpoint === undefined ? "" : `, checkpoint ${checkpoint}`;
  return `${event}${at}${inAttempt}${of}`;
}
