// Lines of captions: nothing is lost, nothing is too wide.
import fc from "fast-check";
import { expect, test } from "vitest";
import { textWidth } from "../../../viz/drawing/text-width.ts";
import { wrappedText } from "../../../viz/export/wrapped-text.ts";

test("wrappedText breaks between words, and words that do not fit", () => {
  expect(wrappedText("one two three", 10, textWidth("one two", 10))).toEqual(["one two", "three"]);
  expect(wrappedText("abcdef", 10, textWidth("abc", 10))).toEqual(["abc", "def"]);
  expect(wrappedText("", 10, 50)).toEqual([""]);
});

test("wrappedText breaks Chinese anywhere but before a mark that closes", () => {
  expect(wrappedText("快照完成，继续", 10, 40)).toEqual(["快照完", "成，继续"]);
});

test("wrappedText loses nothing but spaces at breaks, and no line is too wide", () => {
  const words = fc.array(fc.stringMatching(/^[a-z0-9\u4e00-\u4e10，。]{1,14}$/), { maxLength: 12 });
  fc.assert(
    fc.property(words, fc.integer({ min: 40, max: 200 }), (some, width) => {
      const text = some.join(" ");
      const lines = wrappedText(text, 10, width);
      expect(lines.join("").replaceAll(" ", "")).toBe(text.replaceAll(" ", ""));
      for (const line of lines) expect(textWidth(line, 10)).toBeLessThanOrEqual(width);
    }),
  );
});
