// Predict, lock, reveal: in that order only, whatever someone presses.
import fc from "fast-check";
import { expect, test } from "vitest";
import {
  atStop,
  LESSON_START,
  type LessonProgress,
  type LessonShape,
  locked,
  predictionAt,
  questionCounts,
  revealed,
  withChoice,
  withSeen,
} from "../../../viz/page/lesson-progress.ts";

const shape: LessonShape = { answerCounts: [0, 3, 2] };

type Act = (progress: LessonProgress) => LessonProgress;

const acts: fc.Arbitrary<Act> = fc.oneof(
  fc.integer({ min: -2, max: 5 }).map(
    (stop): Act =>
      (now) =>
        atStop(now, shape, stop),
  ),
  fc.integer({ min: -1, max: 4 }).map(
    (choice): Act =>
      (now) =>
        withChoice(now, shape, choice),
  ),
  fc.constant<Act>(locked),
  fc.constant<Act>(revealed),
  fc.string().map(
    (seen): Act =>
      (now) =>
        withSeen(now, seen),
  ),
);

test("a prediction is chosen, locked and revealed, and never goes back", () => {
  const order = ["open", "locked", "revealed"];
  fc.assert(
    fc.property(fc.array(acts, { maxLength: 60 }), (steps) => {
      let now = LESSON_START;
      for (const act of steps) {
        const next = act(now);
        for (const [stop, prediction] of next.predictions) {
          const before = now.predictions.get(stop);
          const from = before === undefined ? -1 : order.indexOf(before.kind);
          const to = order.indexOf(prediction.kind);
          expect(to === from || to === from + 1).toBe(true);
          expect(prediction.choice).toBeLessThan(shape.answerCounts[stop] ?? 0);
          if (from >= 1) expect(prediction.choice).toBe(before?.choice);
        }
        expect(next.predictions.size).toBeGreaterThanOrEqual(now.predictions.size);
        expect(next.stop).toBeGreaterThanOrEqual(0);
        expect(next.stop).toBeLessThan(shape.answerCounts.length);
        now = next;
      }
    }),
  );
});

test("going on reveals nothing that was not locked", () => {
  const chosen = withChoice(atStop(LESSON_START, shape, 1), shape, 2);
  const back = atStop(atStop(chosen, shape, 2), shape, 1);
  expect(predictionAt(back)).toEqual({ kind: "open", choice: 2 });
  expect(revealed(back)).toBe(back);
});

test("a whole lesson, and how much of it is done", () => {
  let now = withChoice(atStop(LESSON_START, shape, 1), shape, 0);
  now = withChoice(now, shape, 1);
  now = revealed(locked(now));
  now = withSeen(now, "input 1 went on");
  expect(predictionAt(now)).toEqual({ kind: "revealed", choice: 1, seen: "input 1 went on" });
  expect(questionCounts(now, shape)).toEqual({ revealed: 1, all: 2 });
});

test("a stop without a question takes no answer", () => {
  expect(withChoice(LESSON_START, shape, 0)).toBe(LESSON_START);
});
