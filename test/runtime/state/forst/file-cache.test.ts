// What the cache keeps and what a miss costs, against a plain list.
import fc from "fast-check";
import { expect, test } from "vitest";
import { manyRuns } from "../rocksdb/many-runs.ts";
import { meteredCache } from "./remote-model.ts";

test("FileCache keeps what was used last, as far as there is room, and charges what it has to fetch", () => {
  const deed = fc.record({
    name: fc.constantFrom("a", "b", "c", "d", "e"),
    kind: fc.constantFrom("read", "read", "read", "drop"),
  });
  const sizes = new Map([...fc.sample(fc.nat({ max: 90 }), { numRuns: 5, seed: 7 }).entries()]);
  fc.assert(
    fc.property(fc.nat({ max: 200 }), fc.array(deed), (limit, deeds) => {
      const { cache, spent } = meteredCache(limit);
      /** The names that are kept, the last used last. */
      let kept: readonly string[] = [];
      let expected = 0;
      const sizeOf = (name: string): number => 1 + (sizes.get("abcde".indexOf(name)) ?? 0);
      for (const { name, kind } of deeds) {
        const rest = kept.filter((other) => other !== name);
        if (kind === "drop") {
          cache.drop(name);
          kept = rest;
          continue;
        }
        const fits = limit === 0 || sizeOf(name) <= limit;
        if (!kept.includes(name)) expected += 5000 + Math.ceil((fits ? sizeOf(name) : 0) / 50);
        cache.read(name, sizeOf(name));
        kept = fits ? [...rest, name] : rest;
        const size = (names: readonly string[]): number =>
          names.reduce((sum, one) => sum + sizeOf(one), 0);
        while (limit > 0 && size(kept) > limit) kept = kept.slice(1);
        expect(cache.describeState()).toEqual(kept);
        expect(spent()).toBe(expected);
      }
    }),
    manyRuns,
  );
});
