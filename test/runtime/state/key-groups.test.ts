// Java's hash codes, key groups and their owners, with values computed by Flink's formulas.

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { SerializationError } from "../../../sim/kernel/serialization-error.ts";
import {
  defaultMaxParallelism,
  hashCodeOf,
  keyGroupOf,
  keyGroupRangeOf,
  operatorIndexOf,
  ParallelismError,
} from "../../../sim/runtime/state/key-groups.ts";
import { structuralKeyOf } from "../../../sim/runtime/state/structural-key.ts";
import { Types } from "../../../sim/runtime/state/type-information.ts";
import { anyPlainData } from "./plain-data.ts";

const anyParallelism = fc
  .integer({ min: 1, max: 32768 })
  .chain((max) => fc.tuple(fc.constant(max), fc.integer({ min: 1, max })));

describe("hashCodeOf is Java's hashCode", () => {
  test.each<readonly [unknown, number]>([
    ["flink", 97520992],
    ["user-1", -836031825],
    [42, 42],
    [-1, -1],
    [-2147483648, -2147483648],
    [2 ** 31, -2147483648],
    [2 ** 32, 1],
    [-(2 ** 32) - 5, -2 ^ -5],
    [Number.MAX_SAFE_INTEGER, -2097152],
    [5n, 5],
    [-1n, 0],
    [2n ** 63n - 1n, -2147483648],
    [1.5, 1073217536],
    [-0, -2147483648],
    [Number.NaN, 2146959360],
    [Number.POSITIVE_INFINITY, 2146435072],
    [true, 1231],
    [false, 1237],
    [[], 1],
    [[1, 2, 3], 30817],
    [["a", "b"], 4066],
    [Uint8Array.of(1, 255), 31 * (31 + 1) - 1],
  ])("of %o is %i", (key, code) => {
    expect(hashCodeOf(key)).toBe(code);
  });

  test("is a 32-bit integer, equal for equal keys, and so is the key group", () => {
    fc.assert(
      fc.property(anyPlainData, (key) => {
        const code = hashCodeOf(key);
        expect(code).toBe(code | 0);
        expect(hashCodeOf(Types.GENERIC.copy(key))).toBe(code);
        const group = keyGroupOf(key, 128);
        expect(group >= 0 && group < 128).toBe(true);
      }),
    );
  });

  test("does not depend on the order of an object's keys", () => {
    expect(hashCodeOf({ a: 1, b: [2] })).toBe(hashCodeOf({ b: [2], a: 1 }));
    expect(structuralKeyOf({ a: 1, b: [2] })).toBe(structuralKeyOf({ b: [2], a: 1 }));
  });

  test("refuses what is not plain data", () => {
    const cycle: unknown[] = [];
    cycle.push(cycle);
    for (const key of [() => 1, new Date(0), cycle]) {
      expect(() => hashCodeOf(key)).toThrow(SerializationError);
    }
  });
});

describe("key group ranges", () => {
  test("cover all key groups once, each owned by the subtask that operatorIndexOf says", () => {
    fc.assert(
      fc.property(anyParallelism, ([max, parallelism]) => {
        let next = 0;
        for (let index = 0; index < parallelism; index++) {
          const { start, end } = keyGroupRangeOf(max, parallelism, index);
          if (start !== next || end < start)
            throw new Error(`range ${index} is ${start} to ${end}`);
          for (const keyGroup of [start, Math.floor((start + end) / 2), end]) {
            if (operatorIndexOf(keyGroup, max, parallelism) !== index)
              throw new Error(`${keyGroup}`);
          }
          next = end + 1;
        }
        expect(next).toBe(max);
      }),
    );
  });

  test.each([
    [85, 128],
    [86, 256],
    [200, 512],
    [1000, 2048],
    [30000, 32768],
  ])("the default for parallelism %i is %i", (parallelism, max) => {
    expect(defaultMaxParallelism(parallelism)).toBe(max);
  });

  test("a parallelism that cannot be is refused", () => {
    expect(() => keyGroupRangeOf(128, 129, 0)).toThrow(
      new ParallelismError(
        "Cannot divide key groups: parallelism is 129, expected a whole number from 1 to the max parallelism 128",
      ),
    );
    expect(() => operatorIndexOf(0, 40000, 1)).toThrow(ParallelismError);
    expect(() => defaultMaxParallelism(1.5)).toThrow(ParallelismError);
  });
});

test("structuralKeyOf keeps apart what is not equal", () => {
  const keys = [
    0,
    -0,
    "0",
    0n,
    "[1]",
    [1],
    "\0[1]",
    ["1"],
    Number.NaN,
    "NaN",
    true,
    "true",
    undefined,
    null,
    { 0: 1 },
  ];
  expect(new Set(keys.map(structuralKeyOf)).size).toBe(keys.length);
});
