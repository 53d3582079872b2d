// Delta debugging over invented predicates, so that every shape of dependence is met.
import fc from "fast-check";
import { expect, test } from "vitest";
import { minimized } from "../../sim/search/delta-debugging.ts";

/** Drives `minimized` with a predicate. */
function smallest<Item>(
  items: readonly Item[],
  happens: (kept: readonly Item[]) => boolean,
): readonly Item[] {
  const search = minimized(items, function* (kept: readonly Item[]) {
    return (yield kept) as boolean;
  });
  let step = search.next(true);
  while (step.done !== true) step = search.next(happens(step.value));
  return step.value;
}

const LETTERS = [..."abcdefghijklmnop"];

test("minimized keeps exactly what is needed, wherever it lies", () => {
  fc.assert(
    fc.property(fc.subarray(LETTERS), (needed) => {
      const happens = (kept: readonly string[]): boolean =>
        needed.every((item) => kept.includes(item));
      expect(smallest(LETTERS, happens)).toEqual(needed);
    }),
  );
});

test("minimized leaves nothing that can go by itself, however the items depend on each other", () => {
  fc.assert(
    fc.property(
      fc.array(fc.nat(99), { maxLength: 12 }),
      fc.uniqueArray(fc.nat(), { maxLength: 40 }),
      (items, marks) => {
        const numbered = items.map((item, index) => item * 100 + index);
        const happens = (kept: readonly number[]): boolean =>
          kept.length === numbered.length ||
          marks.some((mark) => kept.reduce((sum, item) => sum + item, 0) % 7 === mark % 7);
        const left = smallest(numbered, happens);
        expect(happens(left)).toBe(true);
        for (const item of left)
          expect(happens(left.filter((other) => other !== item))).toBe(false);
      },
    ),
  );
});

test("minimized needs few questions where one item of many is needed", () => {
  const items = Array.from({ length: 1024 }, (_, index) => index);
  let questions = 0;
  const left = smallest(items, (kept) => {
    questions++;
    return kept.includes(700);
  });
  expect(left).toEqual([700]);
  expect(questions).toBeLessThan(40);
});

test("minimized asks nothing about no items", () => {
  expect(minimized([], () => expect.unreachable()).next()).toEqual({ done: true, value: [] });
});
