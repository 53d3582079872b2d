// What a sentence says of a long state.
import { expect, test } from "vitest";
import { excerpt } from "../../sim/trace/sentences/excerpt.ts";

test("excerpt says what is short as it is", () => {
  expect(excerpt('[["count","to",3]]')).toBe('[["count","to",3]]');
});

test("excerpt cuts what is long, but not within quotes", () => {
  const numbers = `[${Array.from({ length: 60 }, (_, index) => index).join()}]`;
  expect(excerpt(numbers)).toBe(`${numbers.slice(0, 79)}…`);
  expect(excerpt(`["count","${"long ".repeat(20)}",3]`)).toBe('["count",…');
});
