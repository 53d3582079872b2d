// A link to a moment leads back to that moment: with a branch, with a lesson, and with a notice where it cannot.
import { expect, test } from "vitest";
import { caseText } from "../../../viz/page/case-text.ts";
import { hashOf, parseHash } from "../../../viz/page/deep-link.ts";
import type { PageController } from "../../../viz/page/page-controller.ts";
import { linkedCase, linkOf, openLink } from "../../../viz/page/page-link.ts";
import { notesOf, withNote } from "../../../viz/page/run-notes.ts";
import { PAGE_WORDS } from "../../../viz/words/page-words.ts";
import { ORIGINAL, testPage, testPageWithoutEngine } from "./test-page.ts";

test("openLink shows the page's own run, before its first event, for an empty link", async () => {
  const page = testPage();
  await openLink(page, {});
  expect(page.shelf.current?.trace).toBe(ORIGINAL.trace);
  expect(page.store.state.cursor).toBe(-1);
  expect(page.store.state.isPlaying).toBe(false);
});

test("openLink takes linkOf back", async () => {
  const page = testPage();
  await openLink(page, {});
  page.moveTo(412);
  page.store.change({
    selection: { kind: "subtask", name: "count-1" },
    cut: 2,
    movedEnds: new Map([["count-1", -1]]),
    timeAxis: "logical",
    filter: "count-1",
    language: "zh",
  });
  const again = await reopened(page);
  expect(again.store.state).toEqual(page.store.state);
  expect(again.notice).toBeUndefined();
});

test("openLink restores a branch beside its original, and the cursor on either side", async () => {
  const page = testPage();
  await openLink(page, {});
  page.moveTo(300);
  await page.crash({ kind: "subtask", name: "count-1" });
  page.moveTo(500);
  const again = await reopened(page);
  expect(again.shelf.active).toBe("right");
  expect(again.model?.digest).toBe(page.model?.digest);
  expect(again.shelf.left?.model.digest).toBe(page.shelf.left?.model.digest);
  expect(again.store.state.cursor).toBe(500);

  page.shelf.switchSides();
  const onOriginal = await reopened(page);
  expect(onOriginal.shelf.active).toBe("left");
  expect(onOriginal.shelf.right?.model.digest).toBe(page.shelf.right?.model.digest);
  expect(onOriginal.store.state.cursor).toBe(page.store.state.cursor);
});

test("openLink brings the notes of both runs back to the runs they are of", async () => {
  const page = testPage();
  await openLink(page, {});
  writeNote(page, 12, "the same in both, as yet");
  page.moveTo(300);
  await page.crash({ kind: "subtask", name: "count-1" });
  writeNote(page, 301, "only here, and not there");
  const again = await reopened(page);
  expect(again.store.state.notes).toEqual(page.store.state.notes);
  expect(again.store.state.notes.size).toBe(2);
  page.shelf.switchSides();
  expect((await reopened(page)).store.state.notes).toEqual(page.store.state.notes);
});

test("openLink leaves a run its notes unless it brings others, and puts none past the end", async () => {
  const page = testPage();
  await openLink(page, {});
  writeNote(page, 12, "mine");
  await openLink(page, parseHash("#e=5"));
  expect(notesHere(page)).toEqual([[12, "mine"]]);
  await openLink(page, parseHash("#e=5&n=7:yours,999999:nowhere"));
  expect(notesHere(page)).toEqual([[7, "yours"]]);
});

test("openLink leaves out the notes of another run, and says so", async () => {
  const page = testPage();
  await openLink(page, parseHash("#d=00000000&e=5&n=5:here"));
  expect(page.store.state.notes.size).toBe(0);
  expect(page.notice?.(PAGE_WORDS.en)).toContain(PAGE_WORDS.en.notesLeftOut);
});

test("openLink goes to a lesson's stop, and to a moment between two stops", async () => {
  const page = testPage();
  await openLink(page, parseHash("#s=L3&e=stop:2"));
  expect(page.session?.lesson.id).toBe("L3");
  expect(page.session?.stopNumber).toBe(1);
  expect(page.store.state).toMatchObject({ mode: "lesson", cursor: page.session?.stopEvent });
  page.step("event", 1);
  const again = await reopened(page);
  expect(again.session?.stopNumber).toBe(1);
  expect(again.store.state.cursor).toBe(page.store.state.cursor);
});

test("openLink finds a moment by its time", async () => {
  const page = testPage();
  await openLink(page, parseHash("#e=t:0.112"));
  const { cursor } = page.store.state;
  expect(page.model?.times[cursor]).toBeLessThanOrEqual(112_000);
  expect(page.model?.times[cursor + 1]).toBeGreaterThan(112_000);
});

test("openLink runs another seed", async () => {
  const page = testPage();
  await openLink(page, { seed: 8 });
  expect(page.shelf.case?.seed).toBe(8);
});

test("openLink says when the run is another than the link's", async () => {
  const page = testPage();
  await openLink(page, { digest: "00000000", moment: { kind: "event", index: 5 } });
  expect(page.notice?.(PAGE_WORDS.en)).toContain("another run (trace 00000000…");
  expect(page.store.state.cursor).toBe(5);
});

test("openLink says what this page cannot do, and shows its own run", async () => {
  const text = await caseText({ scenario: "word-count", seed: 8, faults: [] });
  const attempts = [
    { link: { caseText: text.slice(0, -8) }, notice: "cannot be read" },
    { link: { caseText: text }, notice: "no engine to run it" },
    { link: { lesson: "L99" }, notice: "no lesson L99" },
    { link: { lesson: "L3" }, notice: "no engine to run it" },
  ];
  for (const { link, notice } of attempts) {
    const page = testPageWithoutEngine();
    await openLink(page, link);
    expect(page.notice?.(PAGE_WORDS.en)).toContain(notice);
    expect(page.shelf.current?.trace).toBe(ORIGINAL.trace);
  }
});

test("openLink says what the engine refuses", async () => {
  const page = testPage();
  await openLink(page, { caseText: await caseText({ scenario: "no-such-scenario" }) });
  expect(page.notice?.(PAGE_WORDS.en)).toMatch(/refused the case\. .*no such scenario/);
  expect(page.shelf.current?.trace).toBe(ORIGINAL.trace);
});

function writeNote({ model, store }: PageController, event: number, text: string): void {
  const digest = model?.digest ?? "";
  store.change({ notes: withNote(store.state.notes, { digest, event, text }) });
}

function notesHere({ model, store }: PageController): readonly (readonly [number, string])[] {
  return [...notesOf(store.state.notes, model?.digest ?? "")];
}

/** Another page, opened with a link to what `page` shows. */
async function reopened(page: PageController): Promise<PageController> {
  const linked = linkedCase(page);
  const hash = hashOf(linkOf(page, linked === undefined ? undefined : await caseText(linked)));
  const again = testPage();
  await openLink(again, parseHash(hash));
  return again;
}
