// No word of the page's frame is missing, empty or left in English.
import { expect, test } from "vitest";
import { LESSON_WORDS } from "../../../viz/words/lesson-words.ts";
import { PAGE_WORDS } from "../../../viz/words/page-words.ts";

// Names that are the same in every language.
const NAMES = new Set(["product"]);

for (const [name, lists] of Object.entries({ PAGE_WORDS, LESSON_WORDS })) {
  test(`${name} has a text of its own for each word in both languages`, () => {
    const chinese = new Map(Object.entries(lists.zh));
    for (const [word, english] of Object.entries(lists.en)) {
      const one = textOf(english);
      const other = textOf(chinese.get(word));
      expect(one.trim(), word).not.toBe("");
      expect(other.trim(), word).not.toBe("");
      if (!NAMES.has(word)) expect(other, word).not.toBe(one);
    }
  });
}

/** A word as it reads; one with slots, with something in each that shows whether it is used. */
function textOf(word: unknown): string {
  if (typeof word !== "function") return String(word);
  const parts = Array.from({ length: word.length }, (_, slot) => `slot-${slot}`);
  const text: string = word(...parts);
  for (const part of parts) expect(text).toContain(part);
  return text;
}
