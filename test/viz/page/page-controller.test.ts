// What the page does, with the real engine: one cursor over a run and its branch, and lessons to their end.
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { LESSONS } from "../../../viz/lessons/all-lessons.ts";
import { perform } from "../../../viz/page/commands.ts";
import type { Command } from "../../../viz/page/keyboard.ts";
import { naturalStops } from "../../../viz/page/navigation.ts";
import type { PageController } from "../../../viz/page/page-controller.ts";
import { notesOf, withNote } from "../../../viz/page/run-notes.ts";
import { PAGE_WORDS } from "../../../viz/words/page-words.ts";
import { ORIGINAL, testPage, testPageWithoutEngine } from "./test-page.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test("a crash is shown beside the original, at the same event while both are one", async () => {
  const page = shownPage();
  page.moveTo(300);
  await page.crash({ kind: "subtask", name: "count-1" });
  const { left, right, active } = page.shelf;
  expect([left?.trace, active]).toEqual([ORIGINAL.trace, "right"]);
  expect(right?.branchOf?.firstDifference).toBeGreaterThan(300);
  expect(page.store.state.cursor).toBe(300);
  page.shelf.switchSides();
  expect(page.store.state.cursor).toBe(300);
});

test("past the first difference both runs are shown at the same virtual time", async () => {
  const page = shownPage();
  page.moveTo(300);
  await page.crash({ kind: "subtask", name: "count-1" });
  const later = (page.shelf.right?.branchOf?.firstDifference ?? 0) + 5;
  const time = page.model?.times[later] ?? 0;
  page.moveTo(later);
  page.shelf.switchSides();
  const { cursor } = page.store.state;
  expect(page.model?.times[cursor]).toBeLessThanOrEqual(time);
  expect(page.model?.times[cursor + 1]).toBeGreaterThan(time);
});

test("a branch of a branch is shown beside the branch, and dropping it leads back", async () => {
  const page = shownPage();
  page.moveTo(300);
  await page.crash({ kind: "subtask", name: "count-1" });
  const first = page.shelf.right;
  page.moveTo(800);
  await page.crash({ kind: "host", name: "task-manager-1" });
  const second = page.shelf.right;
  expect(page.shelf.left).toBe(first);
  expect(second?.trace.header.case.faults).toHaveLength(2);
  if (second !== undefined) page.shelf.drop(second);
  expect(page.shelf.right).toBe(first);
  if (first !== undefined) page.shelf.drop(first);
  expect([page.shelf.left?.trace, page.shelf.right]).toEqual([ORIGINAL.trace, undefined]);
});

test("the first difference is found from either run, and where there is none the page says why", async () => {
  const page = shownPage();
  press(page, { kind: "difference" });
  expect(page.notice?.(PAGE_WORDS.en)).toBe(PAGE_WORDS.en.noBranch);

  page.moveTo(300);
  await page.crash({ kind: "subtask", name: "count-1" });
  const difference = page.shelf.right?.branchOf?.firstDifference;
  expect(difference).toBeGreaterThan(300);
  for (const side of ["right", "left"] as const) {
    expect(page.shelf.active).toBe(side);
    page.moveTo(10);
    press(page, { kind: "difference" });
    expect(page.store.state.cursor).toBe(difference);
    page.shelf.switchSides();
  }
  expect(page.notice).toBeUndefined();
});

test("a branch of which nothing came is said to differ nowhere", () => {
  const page = shownPage();
  const { current } = page.shelf;
  if (current === undefined) throw new Error("No run is shown");
  page.shelf.branch(current, ORIGINAL);
  page.moveTo(10);
  press(page, { kind: "difference" });
  expect(page.store.state.cursor).toBe(10);
  expect(page.notice?.(PAGE_WORDS.en)).toBe(PAGE_WORDS.en.noDifference);
});

test("a note opens at an event; before the first the page says that there is none", () => {
  const page = shownPage();
  press(page, { kind: "note" });
  expect(page.notice?.(PAGE_WORDS.en)).toBe(PAGE_WORDS.en.noteNoEvent);
  page.moveTo(5);
  expect(() => press(page, { kind: "note" })).toThrow("note to open");
});

test("a note stays with its run while that is on the page, beside a branch and without it", async () => {
  const page = shownPage();
  const original = writeNote(page, "of the original");
  page.moveTo(300);
  await page.crash({ kind: "subtask", name: "count-1" });
  expect(notesHere(page)).toEqual([]);
  const branch = writeNote(page, "of the branch");
  expect(branch).not.toBe(original);
  page.shelf.switchSides();
  expect(notesHere(page)).toEqual(["of the original"]);

  const { right } = page.shelf;
  if (right !== undefined) page.shelf.drop(right);
  expect([...page.store.state.notes.keys()]).toEqual([original]);
  page.show(ORIGINAL);
  expect(notesHere(page)).toEqual(["of the original"]);
  const other = await page.run({ scenario: "word-count", seed: 8 });
  if (other !== undefined) page.show(other);
  expect(page.store.state.notes.size).toBe(0);
});

test("a crash that the engine refuses is told, and nothing changes", async () => {
  const page = shownPage();
  await page.crash({ kind: "host", name: "job-manager" });
  expect(page.notice?.(PAGE_WORDS.en)).toMatch(
    /^The engine refused the case\. Cannot plan a fault/,
  );
  expect(page.shelf.right).toBeUndefined();
});

test("a page without an engine says so when something is to crash", async () => {
  const page = shownPage(testPageWithoutEngine());
  await page.crash({ kind: "subtask", name: "count-1" });
  expect(page.notice).toBeDefined();
  expect(page.notice?.(PAGE_WORDS.zh)).toBe(PAGE_WORDS.zh.noEngine);
});

test("playing steps at its speed and ends with the run", () => {
  const page = shownPage();
  page.store.change({ speed: 4 });
  page.play(true);
  vi.advanceTimersByTime(250);
  const first = page.store.state.cursor;
  expect(first).toBe(page.model?.step(-1, "beat", 1));
  page.moveTo((page.model?.count ?? 0) - 2);
  vi.advanceTimersByTime(1000);
  expect(page.store.state).toMatchObject({
    cursor: (page.model?.count ?? 0) - 1,
    isPlaying: false,
  });
});

test("playing ends at the next stop of a lesson", async () => {
  const page = await lessonPage("L3");
  page.store.change({ speed: 16 });
  page.play(true);
  vi.advanceTimersByTime(600_000);
  expect(page.store.state).toMatchObject({
    cursor: page.session?.stopEvents[1],
    isPlaying: false,
  });
});

for (const { id } of LESSONS) {
  test(`${id} runs to its end by keys alone, and each question's right answer is the run's`, async () => {
    const page = await lessonPage(id);
    const { session } = page;
    if (session === undefined) throw new Error("The lesson did not start");
    const stops = session.lesson.stops;
    for (const [index, { question }] of stops.entries()) {
      expect(session.stopNumber).toBe(index);
      expect(page.store.state.cursor).toBe(session.stopEvents[index]);
      if (question !== undefined) {
        const right = question.answers.findIndex(({ kind }) => kind === "right");
        press(page, { kind: "choose", number: right + 1 });
        expect(session.prediction).toEqual({ kind: "open", choice: right });
        press(page, { kind: "confirm" });
        expect(session.prediction?.kind).toBe("locked");
        press(page, { kind: "confirm" });
        expect(session.prediction?.kind).toBe("revealed");
        const answer = question.answers[right];
        expect(answer).toMatchObject({ value: session.truth(question) });
      }
      press(page, { kind: "step-to-stop", by: 1 });
    }
    expect(session.isLastStop).toBe(true);
    const asked = stops.filter(({ question }) => question !== undefined).length;
    expect(session.questions).toEqual({ revealed: asked, all: asked });
  });
}

test("going on from an open question neither locks nor reveals it", async () => {
  const page = await lessonPage("L3");
  press(page, { kind: "step-to-stop", by: 1 });
  press(page, { kind: "choose", number: 1 });
  press(page, { kind: "step-to-stop", by: 1 });
  press(page, { kind: "step-to-stop", by: -1 });
  expect(page.session?.prediction).toEqual({ kind: "open", choice: 0 });
});

test("steps along a place, a thing, the hits of a search and the natural stops", () => {
  const page = shownPage();
  const { model } = page;
  if (model === undefined) throw new Error("No run is shown");
  const subtask = { kind: "subtask", name: "count-2" } as const;
  page.store.change({ selection: subtask });
  for (const index of model.eventsOf(subtask).slice(0, 5)) {
    press(page, { kind: "step-on-place", by: 1 });
    expect(page.store.state.cursor).toBe(index);
  }

  page.store.change({ selection: { kind: "checkpoint", id: 2 } });
  press(page, { kind: "step-on-thing", by: 1 });
  expect(model.checkpointOf[page.store.state.cursor]).toBe(2);

  page.store.change({ search: "Checkpoint 3" });
  press(page, { kind: "step-to-hit", by: 1 });
  expect(model.sentence(page.store.state.cursor, "en")).toMatch(/checkpoint 3/i);
  page.store.change({ search: "no such words" });
  press(page, { kind: "step-to-hit", by: -1 });
  expect(page.notice?.(PAGE_WORDS.en)).toContain("no such words");

  page.moveTo(-1);
  const visited = naturalStops(model).map(() => {
    press(page, { kind: "step-to-stop", by: 1 });
    return page.store.state.cursor;
  });
  expect(visited).toEqual(naturalStops(model));
  const triggers = model.checkpoints.map(({ triggered }) => triggered);
  expect(visited).toEqual(expect.arrayContaining(triggers));
});

test("the remaining commands change the state and come back", () => {
  const page = shownPage();
  page.moveTo(500);
  const before = page.store.state;
  for (const kind of ["cut", "cone", "time-axis", "theme", "present"] as const) {
    press(page, { kind });
    expect(page.store.state).not.toEqual(before);
    press(page, { kind });
    expect(page.store.state).toEqual(before);
  }
  press(page, { kind: "play-faster" });
  press(page, { kind: "play-slower" });
  expect(page.store.state).toEqual(before);
  press(page, { kind: "go-to-end" });
  expect(page.store.state.cursor).toBe((page.model?.count ?? 0) - 1);
  press(page, { kind: "go-to-start" });
  expect(page.store.state.cursor).toBe(-1);
});

function shownPage(page: PageController = testPage()): PageController {
  page.show(ORIGINAL);
  return page;
}

async function lessonPage(id: string): Promise<PageController> {
  const page = testPage();
  const lesson = LESSONS.find((candidate) => candidate.id === id);
  if (lesson === undefined || !(await page.startLesson(lesson))) {
    throw new Error(`Cannot start ${id}: ${page.notice?.(PAGE_WORDS.en)}`);
  }
  return page;
}

/** Writes a note at event 10 of the run with the cursor; gives the run's digest. */
function writeNote({ model, store }: PageController, text: string): string {
  const digest = model?.digest ?? "";
  store.change({ notes: withNote(store.state.notes, { digest, event: 10, text }) });
  return digest;
}

function notesHere({ model, store }: PageController): readonly string[] {
  return [...notesOf(store.state.notes, model?.digest ?? "").values()];
}

/** Performs a command for which nothing has to be opened. */
function press(page: PageController, command: Command): void {
  const opened = (): void => {
    throw new Error(`Did not expect ${command.kind} to open anything`);
  };
  perform(command, page, {
    openWhy: opened,
    openBranchName: opened,
    openNote: opened,
    openShare: opened,
    openExport: opened,
    openHelp: opened,
    focusSearch: opened,
    focusInspector: opened,
  });
}
