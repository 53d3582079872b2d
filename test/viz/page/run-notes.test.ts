// Notes as values: written, changed, taken away, and gone with their run.
import { expect, test } from "vitest";
import {
  type Notes,
  notesOf,
  notesOfRuns,
  withNote,
  withNotes,
} from "../../../viz/page/run-notes.ts";

const NONE: Notes = new Map();
const written = withNote(withNote(NONE, { digest: "aa", event: 9, text: " second " }), {
  digest: "aa",
  event: 3,
  text: "first",
});

test("withNote keeps notes in the order of events, for one run only", () => {
  expect([...notesOf(written, "aa")]).toEqual([
    [3, "first"],
    [9, "second"],
  ]);
  expect(notesOf(written, "bb").size).toBe(0);
  expect(NONE.size).toBe(0);
});

test("withNote changes a note, and takes it away without a word", () => {
  const changed = withNote(written, { digest: "aa", event: 3, text: "other" });
  expect(notesOf(changed, "aa").get(3)).toBe("other");
  const less = withNote(changed, { digest: "aa", event: 3, text: "  " });
  expect([...notesOf(less, "aa").keys()]).toEqual([9]);
  expect(withNote(less, { digest: "aa", event: 9, text: "" })).toEqual(NONE);
});

test("withNote leaves out half a character, which no address can hold", () => {
  const cut = withNote(NONE, { digest: "aa", event: 0, text: "😀\ud83d" });
  expect(notesOf(cut, "aa").get(0)).toBe("😀");
});

test("withNotes puts notes in place of a run's own", () => {
  const other = withNotes(
    written,
    "aa",
    new Map([
      [1, "only"],
      [2, " "],
    ]),
  );
  expect([...notesOf(other, "aa")]).toEqual([[1, "only"]]);
});

test("notesOfRuns forgets the runs that are gone, and is the same object if none is", () => {
  expect(notesOfRuns(written, ["aa", "bb"])).toBe(written);
  expect(notesOfRuns(written, ["bb"])).toEqual(NONE);
});
