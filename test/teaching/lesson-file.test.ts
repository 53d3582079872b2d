// A lesson's file that is none is refused in one sentence.
import { expect, test } from "vitest";
import { LessonError, parseLesson } from "../../sim/teaching/lesson.ts";
import lesson from "../../viz/lessons/l3.json" with { type: "json" };

type Change = (copy: typeof lesson) => void;

function changed(change: Change): unknown {
  const copy = structuredClone(lesson);
  change(copy);
  return copy;
}

const firstQuestion = (copy: typeof lesson) =>
  copy.stops.flatMap(({ question }) => (question === undefined ? [] : [question]))[0];

test("parseLesson gives a lesson as it stands in its file", () => {
  expect(parseLesson(lesson)).toEqual(lesson);
});

const WRONG: readonly (readonly [unknown, string])[] = [
  [7, "Cannot read the lesson: found 7, expected object"],
  [{ ...lesson, mood: "good" }, 'Cannot read the lesson: found the unknown key "mood"'],
  [
    { ...lesson, title: { en: "A" } },
    'Cannot read the lesson: found nothing at "title.zh", expected string',
  ],
  [
    { ...lesson, goal: { en: "A", zh: "" } },
    'Cannot read the lesson: found "" at "goal.zh", expected a text',
  ],
  [
    { ...lesson, misconceptions: ["M99"] },
    'Cannot read the lesson: found "M99" at "misconceptions[0]", expected one of M1, M2',
  ],
  [
    { ...lesson, case: { ...lesson.case, sede: 1 } },
    'Cannot read the lesson: in its case found the key "sede", expected no keys but scenario',
  ],
  [
    changed(({ stops }) => Object.assign(stops[1]?.at ?? {}, { event: "barrier-lost" })),
    'found "barrier-lost" at "stops[1].at.event", expected one of host-booted',
  ],
  [
    changed((copy) => Object.assign(firstQuestion(copy)?.measure ?? {}, { kind: "mood" })),
    'found "mood" at "stops[1].question.measure.kind", expected a kind that the schema has',
  ],
  [
    changed((copy) => firstQuestion(copy)?.answers.splice(1, 1)),
    'Cannot read the lesson L3: found 0 right answers at "first-barrier", expected exactly 1',
  ],
  [
    changed((copy) => Object.assign(firstQuestion(copy)?.answers[0] ?? {}, { value: "b7" })),
    'Cannot read the lesson L3: found two answers b7 at "first-barrier", expected each value once',
  ],
  [
    changed(({ stops }) => Object.assign(stops[2] ?? {}, { id: "triggered" })),
    'Cannot read the lesson L3: found two stops "triggered", expected each id once',
  ],
];

test.each(WRONG.map(([json, message]) => ({ json, message })))(
  "parseLesson refuses: $message",
  ({ json, message }) => {
    expect(() => parseLesson(json)).toThrow(LessonError);
    expect(() => parseLesson(json)).toThrow(message);
  },
);
