// Which old subtasks a new one takes over, by mapper; and mappings seen from their other end.

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { must } from "../../../sim/kernel/invariant.ts";
import {
  ambiguousTargetsOf,
  invertMappings,
  isIdentity,
  type RescaleMappings,
} from "../../../sim/runtime/checkpoint/rescale-mappings.ts";
import {
  isAmbiguous,
  newToOldSubtasks,
  type Rescale,
  type SubtaskStateMapper,
} from "../../../sim/runtime/checkpoint/subtask-state-mapper.ts";
import {
  keyGroupRangesOf,
  redistributeKeyedState,
} from "../../../sim/runtime/state/keyed-state-redistribution.ts";

const MAPPERS: readonly SubtaskStateMapper[] = [
  "ARBITRARY",
  "FIRST",
  "FULL",
  "RANGE",
  "ROUND_ROBIN",
];

const anyParallelism = fc.integer({ min: 1, max: 128 });
const anyRescale: fc.Arbitrary<Rescale> = fc.record({
  oldParallelism: anyParallelism,
  newParallelism: anyParallelism,
});

function mappingsOf(mapper: SubtaskStateMapper, rescale: Rescale): RescaleMappings {
  return must(newToOldSubtasks(mapper, rescale), () => `mappings of ${mapper}`);
}

describe("newToOldSubtasks", () => {
  test.each(MAPPERS)(
    "%s covers every old subtask, in ascending order for each new one",
    (mapper) => {
      fc.assert(
        fc.property(anyRescale, (rescale) => {
          const { targets, targetCount } = mappingsOf(mapper, rescale);
          expect(targets.length).toBe(rescale.newParallelism);
          expect(targetCount).toBe(rescale.oldParallelism);
          for (const old of targets) {
            expect(old).toEqual([...new Set(old)].sort((left, right) => left - right));
          }
          const all = Array.from({ length: rescale.oldParallelism }, (_, old) => old);
          expect([...new Set(targets.flat())].sort((left, right) => left - right)).toEqual(all);
        }),
      );
    },
  );

  test.each(MAPPERS)("%s gives an old subtask to two new ones only if it says so", (mapper) => {
    fc.assert(
      fc.property(anyRescale, (rescale) => {
        const ambiguous = ambiguousTargetsOf(mappingsOf(mapper, rescale));
        if (!isAmbiguous(mapper)) expect(ambiguous).toEqual([]);
      }),
    );
    const ambiguous = ambiguousTargetsOf(
      mappingsOf(mapper, { oldParallelism: 3, newParallelism: 2 }),
    );
    expect(ambiguous.length > 0).toBe(isAmbiguous(mapper));
  });

  test.each(["ARBITRARY", "RANGE", "ROUND_ROBIN"] as const)(
    "%s at the same parallelism leaves everything where it is",
    (mapper) => {
      fc.assert(
        fc.property(anyParallelism, (parallelism) => {
          const rescale = { oldParallelism: parallelism, newParallelism: parallelism };
          expect(isIdentity(mappingsOf(mapper, rescale))).toBe(true);
        }),
      );
    },
  );

  test("RANGE has every old subtask whose key groups a new one takes over", () => {
    fc.assert(
      fc.property(anyRescale, fc.integer({ min: 128, max: 4096 }), (rescale, maxParallelism) => {
        const old = keyGroupRangesOf({ maxParallelism, parallelism: rescale.oldParallelism });
        const division = { maxParallelism, parallelism: rescale.newParallelism };
        const { targets } = mappingsOf("RANGE", rescale);
        for (const [index, shares] of redistributeKeyedState(old, division).entries()) {
          for (const { oldSubtask } of shares) expect(targets[index]).toContain(oldSubtask);
        }
      }),
    );
  });

  test("examples", () => {
    const at = (mapper: SubtaskStateMapper, oldParallelism: number, newParallelism: number) =>
      newToOldSubtasks(mapper, { oldParallelism, newParallelism })?.targets;
    expect(at("ROUND_ROBIN", 10, 4)).toEqual([
      [0, 4, 8],
      [1, 5, 9],
      [2, 6],
      [3, 7],
    ]);
    expect(at("RANGE", 3, 2)).toEqual([
      [0, 1],
      [1, 2],
    ]);
    expect(at("RANGE", 2, 3)).toEqual([[0], [0, 1], [1]]);
    expect(at("FIRST", 2, 3)).toEqual([[0, 1], [], []]);
    expect(at("UNSUPPORTED", 2, 2)).toBeUndefined();
  });
});

describe("rescale mappings", () => {
  const anyMappings: fc.Arbitrary<RescaleMappings> = fc
    .integer({ min: 0, max: 8 })
    .chain((targetCount) =>
      fc.record({
        targetCount: fc.constant(targetCount),
        targets: fc.array(fc.subarray(Array.from({ length: targetCount }, (_, index) => index)), {
          maxLength: 8,
        }),
      }),
    );

  test("inverted twice they are as before, and once they have the same pairs", () => {
    fc.assert(
      fc.property(anyMappings, (mappings) => {
        const inverted = invertMappings(mappings);
        expect(invertMappings(inverted)).toEqual(mappings);
        const pairs = mappings.targets.flatMap((old, source) => old.map((to) => `${source}-${to}`));
        const back = inverted.targets.flatMap((from, to) =>
          from.map((source) => `${source}-${to}`),
        );
        expect(new Set(back)).toEqual(new Set(pairs));
      }),
    );
  });

  test("identity allows sources beyond the targets, and nothing else", () => {
    expect(isIdentity({ targets: [[0], [1]], targetCount: 2 })).toBe(true);
    expect(isIdentity({ targets: [[0], []], targetCount: 1 })).toBe(true);
    expect(isIdentity({ targets: [[0]], targetCount: 2 })).toBe(false);
    expect(isIdentity({ targets: [[0], [0]], targetCount: 1 })).toBe(false);
    expect(isIdentity({ targets: [[1], [0]], targetCount: 2 })).toBe(false);
    expect(isIdentity({ targets: [[0, 1], [1]], targetCount: 2 })).toBe(false);
  });

  test("ambiguous are the targets of more than one source", () => {
    expect(ambiguousTargetsOf({ targets: [[0, 1], [1, 2], [2]], targetCount: 4 })).toEqual([1, 2]);
  });
});
