// The one source of pseudo-random numbers: equal seeds, equal streams, whatever else draws.
import { expect, test } from "vitest";
import { choiceKeys, randomStream } from "../../sim/kernel/random.ts";

test("randomStream repeats itself for a seed, beside any other stream", () => {
  const draw = (seed: string): readonly number[] => {
    const stream = randomStream(seed);
    const other = randomStream("other");
    return Array.from({ length: 20 }, () => {
      other.below(10);
      return stream.below(1000);
    });
  };
  expect(draw("a")).toEqual(draw("a"));
  expect(draw("a")).not.toEqual(draw("b"));
  // The same on every machine: these three are pinned.
  expect(draw("a").slice(0, 3)).toMatchInlineSnapshot(`
    [
      424,
      290,
      387,
    ]
  `);
});

test("randomStream reaches every value below the bound, and no other", () => {
  const stream = randomStream("dice");
  const seen = new Set(Array.from({ length: 1000 }, () => stream.below(6)));
  expect([...seen].sort()).toEqual([0, 1, 2, 3, 4, 5]);
});

test("choiceKeys gives each seed two 32-bit keys of its own", () => {
  const seeds = [0, 1, 2, -1, 2 ** 32, 2 ** 32 + 1, Number.MAX_SAFE_INTEGER];
  const keys = seeds.map((seed) => choiceKeys(seed).join(" "));
  expect(new Set(keys).size).toBe(seeds.length);
  expect(choiceKeys(1)).toEqual(choiceKeys(1));
  expect(choiceKeys(1).every((key) => Number.isInteger(key) && key === (key | 0))).toBe(true);
});
