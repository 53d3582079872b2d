// Stops are found as a fault plan's moments are, and one that is not there has a name.
import { expect, test } from "vitest";
import { eventPredicateSchema, findStop, StopNotFoundError } from "../../sim/teaching/stop.ts";
import type { TraceEvent } from "../../sim/trace/trace-event.ts";
import { runOf } from "./lesson-runs.ts";

const CRASH = {
  scenario: "word-count",
  seed: 7,
  faults: [
    {
      what: "task-throws",
      where: "count-2",
      when: {
        after: { event: "acknowledgement-received", place: "count-2", checkpoint: 2, nth: 1 },
      },
    },
  ],
};

test("findStop counts what happens at a place or speaks of a task, by attempt and checkpoint", async () => {
  const { events } = await runOf(CRASH);
  const at = (...predicate: Parameters<typeof findStop>[1][]): readonly TraceEvent[] =>
    predicate.map((one) => events[findStop(events, one)] as TraceEvent);
  const [first, third, spokenOf, restored, again] = at(
    { event: "snapshot-taken", nth: 1 },
    { event: "snapshot-taken", place: "count-2", nth: 3 },
    { event: "acknowledgement-received", place: "count-2", checkpoint: 2, attempt: 0, nth: 1 },
    { event: "task-restored", place: "count-2", attempt: 1, nth: 1 },
    { event: "record-processed", place: "count-2", attempt: 1, nth: 2 },
  );
  expect(first).toMatchObject({ kind: "snapshot-taken", checkpoint: 1 });
  expect(third).toMatchObject({ place: "count-2" });
  expect(spokenOf).toMatchObject({ place: "job-master", task: "count-2", checkpoint: 2 });
  expect(restored).toMatchObject({ place: "count-2", incarnation: 1, checkpoint: 1 });
  expect(again).toMatchObject({ place: "count-2", incarnation: 1 });
});

test("findStop finds the event after which a fault with the same predicate struck", async () => {
  const { events } = await runOf(CRASH);
  const stop = findStop(events, {
    event: "acknowledgement-received",
    place: "count-2",
    checkpoint: 2,
    nth: 1,
  });
  const struck = findStop(events, { event: "fault-struck", nth: 1 });
  expect(events[struck]?.time).toBe(events[stop]?.time);
  expect(struck).toBeGreaterThan(stop);
});

test("findStop names a stop that is not there, and how many there are", async () => {
  const { events } = await runOf(CRASH);
  const missing = { event: "task-restored", place: "count-2", attempt: 1, nth: 2 } as const;
  expect(() => findStop(events, missing)).toThrow(StopNotFoundError);
  expect(() => findStop(events, missing)).toThrow(
    'Cannot find the stop: found 1 events "task-restored at count-2, attempt 1", expected at least 2',
  );
});

test("eventPredicateSchema knows the kinds of event, and counts from 1", () => {
  expect(eventPredicateSchema.safeParse({ event: "task-running", nth: 1 }).success).toBe(true);
  expect(eventPredicateSchema.safeParse({ event: "task-walking", nth: 1 }).success).toBe(false);
  expect(eventPredicateSchema.safeParse({ event: "task-running", nth: 0 }).success).toBe(false);
});
