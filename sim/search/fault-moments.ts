// Instants told as events: "at 0.207056 s" says little and holds only as long as nothing before it moves;
// "after count-1, attempt 0, heard of checkpoint 1" is what a reader can follow, and stays.

import type { Fault, FaultTime } from "../api/scenario.ts";
import { TRACE_EVENTS, type TraceEvent } from "../trace/trace-event.ts";

/**
 * Times in `after` form that come closest before the instant of `fault`, in a run whose events are `events`; the
 * most telling first.
 */
export function momentsBefore(events: readonly TraceEvent[], fault: Fault): readonly FaultTime[] {
  const { when, where } = fault;
  if (!("at" in when)) return [];
  const tasks = new Set(events.flatMap((event) => taskDeployedBy(event)));
  const before = events.filter(({ time, kind }) => time < when.at && !UNTELLING.has(kind));
  const ofProtocol = before.filter(({ kind }) => TRACE_EVENTS[kind].level === "protocol");
  const isHere = (event: TraceEvent): boolean => placeOf(event) === where;
  const chosen = new Set([
    ...ofProtocol.filter(isHere).slice(-OWN_EVENTS).reverse(),
    ...ofProtocol.slice(-OTHER_EVENTS).reverse(),
    ...before.filter(isHere).slice(-1),
  ]);
  return [...chosen].map((event) => momentOf(event, events, tasks));
}

const OWN_EVENTS = 4;
const OTHER_EVENTS = 4;

/** Faults and machines do not tell where a job stands. */
const UNTELLING: ReadonlySet<string> = new Set([
  "fault-struck",
  "host-booted",
  "host-crashed",
  "file-deleted",
  "write-completed",
]);

function taskDeployedBy(event: TraceEvent): readonly string[] {
  return event.kind === "task-deployed" ? [event.task] : [];
}

/** The time right after `event`. */
function momentOf(
  event: TraceEvent,
  events: readonly TraceEvent[],
  tasks: ReadonlySet<string>,
): FaultTime {
  const place = placeOf(event);
  const attempt = tasks.has(place) ? attemptOf(event) : undefined;
  const checkpoint = "checkpoint" in event && event.checkpoint > 0 ? event.checkpoint : undefined;
  const isAlike = (other: TraceEvent): boolean =>
    other.kind === event.kind &&
    placeOf(other) === place &&
    (attempt === undefined || attemptOf(other) === attempt) &&
    (checkpoint === undefined || ("checkpoint" in other && other.checkpoint === checkpoint));
  const nth = events.slice(0, event.index + 1).filter(isAlike).length;
  return {
    after: {
      event: event.kind,
      place,
      ...(attempt === undefined ? {} : { attempt }),
      ...(checkpoint === undefined ? {} : { checkpoint }),
      nth,
    },
  };
}

/** The task an event speaks of, else where it happened; as fault plans count. */
function placeOf(event: TraceEvent): string {
  return "task" in event ? event.task : event.place;
}

/** An event that speaks of a task without naming its attempt belongs to any. */
function attemptOf(event: TraceEvent): number | undefined {
  if (!("task" in event)) return event.incarnation;
  return "attempt" in event ? event.attempt : undefined;
}
