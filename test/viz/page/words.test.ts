// No word of the page's frame is missing, empty or left in English.
import { expect, test } from "vitest";
import { EVENT_LIST_WORDS } from "../../../viz/words/event-list-words.ts";
import { EXPORT_WORDS } from "../../../viz/words/export-words.ts";
import { FILE_WORDS } from "../../../viz/words/file-words.ts";
import { INSPECTOR_WORDS } from "../../../viz/words/inspector-words.ts";
import { KEYBOARD_WORDS } from "../../../viz/words/keyboard-words.ts";
import { LESSON_WORDS } from "../../../viz/words/lesson-words.ts";
import { PAGE_WORDS } from "../../../viz/words/page-words.ts";
import { SCRUBBER_WORDS } from "../../../viz/words/scrubber-words.ts";
import { SPACE_TIME_WORDS } from "../../../viz/words/space-time-words.ts";
import { TOPOLOGY_WORDS } from "../../../viz/words/topology-words.ts";

// Names, and terms that Flink's own Chinese documentation keeps in English.
const KEPT = /^(?:Cleancut|JobMaster|attempt|offset|checkpoint|ckpt|barrier|[\W\d]|slot-\d)+$/;

const LISTS = {
  PAGE_WORDS,
  LESSON_WORDS,
  EVENT_LIST_WORDS,
  EXPORT_WORDS,
  FILE_WORDS,
  INSPECTOR_WORDS,
  KEYBOARD_WORDS,
  SCRUBBER_WORDS,
  SPACE_TIME_WORDS,
  TOPOLOGY_WORDS,
};

for (const [name, lists] of Object.entries(LISTS)) {
  test(`${name} has a text of its own for each word in both languages`, () => {
    const chinese = new Map(wordsIn(lists.zh));
    const english = wordsIn(lists.en);
    expect(english.length).toBe(chinese.size);
    for (const [word, said] of english) {
      const one = textOf(said);
      const other = textOf(chinese.get(word));
      expect(one.trim(), word).not.toBe("");
      expect(other.trim(), word).not.toBe("");
      if (!KEPT.test(one)) expect(other, word).not.toBe(one);
    }
  });
}

/** The words of a list, and of lists in it. */
function wordsIn(list: object, path = ""): readonly (readonly [string, unknown])[] {
  return Object.entries(list).flatMap(([name, word]) =>
    typeof word === "object" && word !== null
      ? wordsIn(word, `${path}${name}.`)
      : [[`${path}${name}`, word] as const],
  );
}

/** A word as it reads; one with slots, with something in each that shows whether it is used. */
function textOf(word: unknown): string {
  if (typeof word !== "function") return String(word);
  const parts = Array.from({ length: word.length }, (_, slot) => `slot-${slot}`);
  const text: string = word(...parts);
  for (const part of parts) expect(text).toContain(part);
  return text;
}
