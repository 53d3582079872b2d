// Key groups at another parallelism: each has one new owner, who reads it from its old one.

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { operatorIndexOf, ParallelismError } from "../../../sim/runtime/state/key-groups.ts";
import {
  keyGroupRangesOf,
  redistributeKeyedState,
} from "../../../sim/runtime/state/keyed-state-redistribution.ts";

const anyRescale = fc.integer({ min: 1, max: 300 }).chain((maxParallelism) =>
  fc.record({
    maxParallelism: fc.constant(maxParallelism),
    oldParallelism: fc.integer({ min: 1, max: maxParallelism }),
    newParallelism: fc.integer({ min: 1, max: maxParallelism }),
  }),
);

describe("redistributeKeyedState", () => {
  test("gives each key group to its new owner, from its old one, and once", () => {
    fc.assert(
      fc.property(anyRescale, ({ maxParallelism, oldParallelism, newParallelism }) => {
        const old = keyGroupRangesOf({ maxParallelism, parallelism: oldParallelism });
        const taken: (readonly [number, number, number])[] = [];
        const division = { maxParallelism, parallelism: newParallelism };
        for (const [newSubtask, shares] of redistributeKeyedState(old, division).entries()) {
          for (const { oldSubtask, keyGroupRange } of shares) {
            for (let group = keyGroupRange.start; group <= keyGroupRange.end; group++) {
              taken.push([group, oldSubtask, newSubtask]);
            }
          }
        }
        const expected = Array.from({ length: maxParallelism }, (_, group) => [
          group,
          operatorIndexOf(group, maxParallelism, oldParallelism),
          operatorIndexOf(group, maxParallelism, newParallelism),
        ]);
        expect(taken).toEqual(expected);
      }),
    );
  });

  test("at the same parallelism each gets its own whole range", () => {
    fc.assert(
      fc.property(anyRescale, ({ maxParallelism, oldParallelism: parallelism }) => {
        const ranges = keyGroupRangesOf({ maxParallelism, parallelism });
        expect(redistributeKeyedState(ranges, { maxParallelism, parallelism })).toEqual(
          ranges.map((keyGroupRange, oldSubtask) => [{ oldSubtask, keyGroupRange }]),
        );
      }),
    );
  });

  test("a subtask without keyed state gives nothing", () => {
    const old = [{ start: 0, end: 63 }, undefined];
    expect(redistributeKeyedState(old, { maxParallelism: 128, parallelism: 3 })).toEqual([
      [{ oldSubtask: 0, keyGroupRange: { start: 0, end: 42 } }],
      [{ oldSubtask: 0, keyGroupRange: { start: 43, end: 63 } }],
      [],
    ]);
  });

  test("refuses a parallelism above the number of key groups", () => {
    expect(() => redistributeKeyedState([], { maxParallelism: 4, parallelism: 5 })).toThrow(
      ParallelismError,
    );
  });
});
