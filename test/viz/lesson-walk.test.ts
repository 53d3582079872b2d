// Lessons in a real browser, by the keyboard alone: L3 as a student takes it, and all of them from the first stop to
// the last with right and with wrong answers.
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { must } from "../../sim/kernel/invariant.ts";
import type { Answer, Lesson, Question } from "../../sim/teaching/lesson.ts";
import { MISCONCEPTIONS } from "../../sim/teaching/misconceptions.ts";
import { findStop } from "../../sim/teaching/stop.ts";
import { decodeEvents } from "../../sim/trace/trace.ts";
import { LESSONS } from "../../viz/lessons/all-lessons.ts";
import { recorded, traceOfCase } from "./model/recorded-model.ts";
import { expectCursor, tabTo } from "./support/reading.ts";
import { type OpenPage, TestPages } from "./support/test-pages.ts";

let address = "";
const pages = new TestPages();

beforeAll(async () => {
  address = await pages.lab();
});

test("all lessons are there", () => {
  expect(LESSONS.map(({ id }) => id)).toEqual(["L1", "L2", "L3", "L5", "L6", "L7", "L11", "L13"]);
});

test("a student finds L3 by Tab and walks it to its end: predict, lock, reveal, and say what was seen", async () => {
  const { page, close } = await pages.open(address);
  const lesson = lessonOf("L3");
  await tabTo(page, "Lesson");
  await page.keyboard.press("Enter");
  await tabTo(page, "L3");
  await page.keyboard.press("Enter");
  const stopEvents = stopEventsOf(lesson);
  for (const [number, { title, question }] of lesson.stops.entries()) {
    await heading(page, title.en).waitFor();
    await expectCursor(page, must(stopEvents[number], "event of a stop"));
    if (question === undefined) {
      await page.keyboard.press("PageDown");
      continue;
    }
    // The first choice is not the last word; what is locked is.
    await choose(page, indexOf(question, "wrong"));
    await choose(page, indexOf(question, "right"));
    await page.keyboard.press("Enter");
    await page.locator(".lesson .locked", { hasText: rightOf(question).text.en }).waitFor();
    // Digits then lead to stops, and what was locked is still so on the way back.
    await page.keyboard.press(String(number));
    await heading(page, must(lesson.stops[number - 1], "stop before").title.en).waitFor();
    await page.keyboard.press("PageDown");
    await page.locator(".lesson .locked", { hasText: rightOf(question).text.en }).waitFor();
    await page.keyboard.press("Enter");
    await expectRevealed(page, question, rightOf(question));
    await tabToNote(page);
    await page.keyboard.type("2 barriers, then the snapshot?");
    await page.keyboard.press("Escape");
    await expect.poll(() => page.locator("#lesson-seen").inputValue()).toContain("2 barriers");
    await expectCursor(page, must(stopEvents[number], "event of a stop"));
    await page.keyboard.press("PageDown");
  }
  await expectEnd(page, lesson);
  await page.keyboard.press("PageUp");
  await heading(page, must(lesson.stops.at(-2), "stop").title.en).waitFor();
  await close();
});

describe.each([
  ["right answers are marked right", rightOf],
  ["wrong answers show what they stand for", wrongOf],
])("%s", (_, answerTo) => {
  let opened: OpenPage | undefined;

  beforeAll(async () => {
    opened = await pages.open(address);
  });

  afterAll(() => opened?.close());

  test.each(LESSONS)("in $id, to the end", async (lesson) => {
    await walk(must(opened, "page").page, lesson, answerTo);
  });
});

/** Walks a lesson from its link, giving one answer to each question. */
async function walk(
  page: Page,
  lesson: Lesson,
  answerTo: (question: Question) => Answer,
): Promise<void> {
  await page.goto(`${address}#s=${lesson.id}&v=l&lang=en`);
  for (const { title, question } of lesson.stops) {
    await heading(page, title.en).waitFor();
    if (question !== undefined) {
      const answer = answerTo(question);
      await choose(page, question.answers.indexOf(answer));
      await page.keyboard.press("Enter");
      await page.locator(".lesson .locked").waitFor();
      await page.keyboard.press("Enter");
      await expectRevealed(page, question, answer);
    }
    await page.keyboard.press("PageDown");
  }
  await expectEnd(page, lesson);
}

/** Moves the focus by Tab into the field for what was seen. */
async function tabToNote(page: Page): Promise<void> {
  const note = page.locator("#lesson-seen:focus");
  for (let presses = 0; presses < 10 && (await note.count()) === 0; presses++) {
    await page.keyboard.press("Tab");
  }
  expect(await note.count()).toBe(1);
}

async function choose(page: Page, answer: number): Promise<void> {
  await page.locator("button.lock").waitFor();
  await page.keyboard.press(String(answer + 1));
  const chosen = page.locator(".lesson input:checked");
  await expect.poll(() => chosen.inputValue()).toBe(String(answer));
}

async function expectRevealed(page: Page, question: Question, answer: Answer): Promise<void> {
  const isRight = answer.kind === "right";
  const outcome = page.locator(isRight ? ".outcome.is-right" : ".outcome.is-wrong");
  await outcome.locator(".ghost", { hasText: answer.text.en }).waitFor();
  await outcome.locator(".truth", { hasText: rightOf(question).text.en }).waitFor();
  const belief = page.locator(".lesson .belief");
  expect(await belief.count()).toBe(isRight ? 0 : 1);
  if (answer.kind === "right") return;
  const text = (await belief.textContent()) ?? "";
  expect(text).toContain(answer.misconception);
  expect(text).toContain(MISCONCEPTIONS[answer.misconception].en);
}

async function expectEnd(page: Page, { stops, exercise }: Lesson): Promise<void> {
  await page.locator(".exercise", { hasText: exercise.en }).waitFor();
  const asked = stops.filter(({ question }) => question !== undefined).length;
  const where = (await page.locator(".lesson-where").textContent()) ?? "";
  expect(where).toContain(`Stop ${stops.length} of ${stops.length}`);
  expect(where).toContain(`${asked} of ${asked} question`);
}

function heading(page: Page, title: string) {
  return page.locator(".lesson h3", { hasText: title });
}

function lessonOf(id: string): Lesson {
  return must(
    LESSONS.find((lesson) => lesson.id === id),
    `lesson ${id}`,
  );
}

/** The events of a lesson's stops in a run made here, in Node. */
function stopEventsOf(lesson: Lesson): readonly number[] {
  const trace = traceOfCase(recorded(lesson.case));
  const events = decodeEvents(trace.blocks, trace.header.kinds);
  return lesson.stops.map(({ at }) => findStop(events, at));
}

function indexOf({ answers }: Question, wanted: Answer["kind"]): number {
  return answers.findIndex(({ kind }) => kind === wanted);
}

function rightOf({ answers }: Question): Answer {
  return must(
    answers.find(({ kind }) => kind === "right"),
    "right answer",
  );
}

function wrongOf({ answers }: Question): Answer {
  return must(
    answers.find(({ kind }) => kind !== "right"),
    "wrong answer",
  );
}
