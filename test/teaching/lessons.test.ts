// Every lesson keeps what it says: its stops are found in order, and each answer that has a value is what a real run
// gives, the right one plainly, a wrong one under its option, its faults or its edit.
import { describe, expect, test } from "vitest";
import { type Answer, caseUnder, type Lesson, type Stop } from "../../sim/teaching/lesson.ts";
import type { Localized } from "../../sim/teaching/localized.ts";
import { measured } from "../../sim/teaching/measures.ts";
import { MISCONCEPTION_IDS, MISCONCEPTIONS } from "../../sim/teaching/misconceptions.ts";
import { findStop } from "../../sim/teaching/stop.ts";
import type { TraceEvent } from "../../sim/trace/trace-event.ts";
import { LESSONS } from "../../viz/lessons/all-lessons.ts";
import { type Entity, parseEntity } from "../../viz/page/entity.ts";
import { readDocument } from "../docs/written-text.ts";
import { runOf } from "./lesson-runs.ts";

/** Words that Flink's Chinese documentation leaves in English. */
const TRANSLATED = /检查点|屏障|栅栏|子任务|算子|通道|状态后端/u;

/** The first run of an engine with edits has to be bundled first. */
const TIMEOUT_MS = 60_000;

interface AskedAnswer {
  readonly name: string;
  readonly stop: Stop;
  readonly answer: Exclude<Answer, { readonly kind: "evasive" }>;
}

test("all misconceptions have a sentence in each language", () => {
  expect(MISCONCEPTION_IDS).toEqual(Array.from({ length: 18 }, (_, index) => `M${index + 1}`));
  expect(new Set(Object.values(MISCONCEPTIONS).map(({ en }) => en)).size).toBe(18);
  expectBothLanguages(localizedIn(MISCONCEPTIONS));
});

test("docs/teaching.md says every misconception in the same words, and where it is treated", () => {
  const rows = readDocument("docs/teaching.md").split("\n");
  for (const id of MISCONCEPTION_IDS) {
    const row = rows.find((line) => line.startsWith(`| ${id} `))?.split("|") ?? [];
    expect(row[2]?.trim()).toBe(MISCONCEPTIONS[id].en);
    const treating = LESSONS.filter(({ misconceptions }) => misconceptions.includes(id));
    expect(row[3]?.trim()).toBe(treating.map((lesson) => lesson.id).join(", ") || "not yet");
  }
});

test("the lessons are there, in the order of a class", () => {
  expect(LESSONS.map(({ id }) => id)).toEqual(["L1", "L2", "L3", "L5", "L6", "L7", "L11", "L13"]);
});

describe.each(LESSONS.map((lesson) => [lesson.id, lesson] as const))("%s", (_id, lesson) => {
  test(
    "runs to its end, every fault strikes, and its stops come one after the other",
    async () => {
      const { run, events } = await runOf(lesson.case);
      expect(run.end).toBe("idle");
      expect(run.jobStatus).toBe("FINISHED");
      expect(run.unstruckFaults).toEqual([]);
      const stops = lesson.stops.map(({ at }) => findStop(events, at));
      expect(stops).toEqual([...new Set(stops)].toSorted((one, other) => one - other));
    },
    TIMEOUT_MS,
  );

  test.each(answersOf(lesson).map((asked) => [asked.name, asked] as const))(
    "%s",
    async (_name, { stop, answer }) => {
      const request = answer.kind === "right" ? lesson.case : caseUnder(lesson.case, answer.under);
      const { events } = await runOf(request);
      const { measure } = stop.question as NonNullable<Stop["question"]>;
      expect(measured(measure, events, findStop(events, stop.at))).toBe(answer.value);
    },
    TIMEOUT_MS,
  );

  test("a wrong answer says what makes it come true, and that is not the lesson's own case", () => {
    for (const { answer } of answersOf(lesson)) {
      if (answer.kind === "wrong") {
        expect(caseUnder(lesson.case, answer.under)).not.toEqual(lesson.case);
      }
    }
  });

  test("treats the misconceptions it names, and no others", () => {
    const treated = lesson.stops.flatMap(({ question }) =>
      (question?.answers ?? []).flatMap((answer) =>
        answer.kind === "right" ? [] : [answer.misconception],
      ),
    );
    expect(new Set(treated)).toEqual(new Set(lesson.misconceptions));
  });

  test(
    "what it brings to the fore is there",
    async () => {
      const { events } = await runOf(lesson.case);
      for (const { see } of lesson.stops) {
        if (see?.cut !== undefined) expect(hasCheckpoint(events, see.cut)).toBe(true);
        if (see?.selection === undefined) continue;
        const entity = parseEntity(see.selection);
        expect(entity, see.selection).toBeDefined();
        if (entity !== undefined) expect(isIn(events, entity), see.selection).toBe(true);
      }
    },
    TIMEOUT_MS,
  );

  test("says everything in both languages, with Flink's terms in English", () => {
    const texts = localizedIn(lesson);
    expect(texts.length).toBeGreaterThan(3 * lesson.stops.length);
    expectBothLanguages(texts);
  });
});

function expectBothLanguages(texts: readonly Localized[]): void {
  for (const { en, zh } of texts) {
    expect(en).toMatch(/[a-z0-9]/i);
    expect(en).not.toMatch(/\p{Script=Han}/u);
    expect(zh, en).toMatch(/\p{Script=Han}/u);
    expect(zh).not.toMatch(TRANSLATED);
  }
}

function answersOf({ stops }: Lesson): readonly AskedAnswer[] {
  return stops.flatMap((stop) =>
    (stop.question?.answers ?? []).flatMap((answer) =>
      answer.kind === "evasive"
        ? []
        : [{ name: `${stop.id}: "${answer.text.en}" is ${answer.kind}`, stop, answer }],
    ),
  );
}

function hasCheckpoint(events: readonly TraceEvent[], checkpoint: number): boolean {
  return events.some((event) => "checkpoint" in event && event.checkpoint === checkpoint);
}

function isIn(events: readonly TraceEvent[], entity: Entity): boolean {
  switch (entity.kind) {
    case "checkpoint":
      return hasCheckpoint(events, entity.id);
    case "subtask":
    case "channel":
    case "host":
    case "log":
      return events.some(({ place }) => place === entity.name);
    default:
      return false;
  }
}

/** Every text in both languages that a value holds, however deep. */
function localizedIn(value: unknown): readonly Localized[] {
  if (typeof value !== "object" || value === null) return [];
  if ("en" in value && "zh" in value) return [{ en: String(value.en), zh: String(value.zh) }];
  return Object.values(value).flatMap(localizedIn);
}
