// What came before what, in real runs: compared with a search over the same edges, and with logical time.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { must } from "../../../sim/kernel/invariant.ts";
import { createRunModel } from "../../../viz/model/create-run-model.ts";
import { CONE, HappensBefore } from "../../../viz/model/happens-before.ts";
import type { RunModel } from "../../../viz/model/run-model.ts";
import { CRASH_CASES, traceOfCase } from "./recorded-model.ts";

const runs = CRASH_CASES.slice(0, 2).map((request) => createRunModel(traceOfCase(request), []));
const words = must(runs[0], "run");

describe("the cone of an event", () => {
  test("holds what a search finds in either direction, and nothing else", () => {
    for (const model of runs) {
      const before = edgesOf(model);
      const after = turned(before);
      const order = new HappensBefore(model);
      fc.assert(
        fc.property(fc.nat(model.count - 1), (index) => {
          const cone = order.cone(index);
          expect(of(cone, CONE.itself)).toEqual([index]);
          expect(of(cone, CONE.past)).toEqual(reached(before, index));
          expect(of(cone, CONE.future)).toEqual(reached(after, index));
        }),
        { numRuns: 25 },
      );
    }
  });

  test("is nothing before the first event", () => {
    expect(new HappensBefore(words).cone(-1).every((one) => one === CONE.neither)).toBe(true);
  });

  test("of a snapshot holds the trigger in its past and the completion in its future", () => {
    const [span] = words.checkpoints;
    const { triggered, ended, cut } = must(span, "checkpoint");
    for (const snapshot of cut.values()) {
      const cone = new HappensBefore(words).cone(snapshot);
      expect(cone[triggered]).toBe(CONE.past);
      expect(cone[must(ended, "completion")]).toBe(CONE.future);
    }
  });
});

describe("logical time", () => {
  test("of an event is after that of all it follows from, unless they are one beat", () => {
    for (const model of runs) {
      const ranks = new HappensBefore(model).ranks();
      for (const [index, earlier] of edgesOf(model).entries()) {
        for (const before of earlier) {
          const beat = model.step(index - 1, "beat", 1) === model.step(before - 1, "beat", 1);
          const [rank = 0, rankBefore = 0] = [ranks[index], ranks[before]];
          if (beat) expect(rank).toBe(rankBefore);
          else expect(rank).toBeGreaterThan(rankBefore);
        }
      }
    }
  });

  test("is no later than it must be", () => {
    const ranks = new HappensBefore(words).ranks();
    const before = edgesOf(words);
    for (let first = 0; first < words.count; ) {
      const last = words.step(first - 1, "beat", 1);
      const earlier = before
        .slice(first, last + 1)
        .flat()
        .filter((index) => index < first);
      expect(ranks[first]).toBe(Math.max(-1, ...earlier.map((index) => ranks[index] ?? 0)) + 1);
      first = last + 1;
    }
  });
});

/** By event, those right before it: its cause, the last one of its lane, and the sending of what it takes. */
function edgesOf({ count, causeOf, laneOf, transfers }: RunModel): readonly (readonly number[])[] {
  const edges = Array.from({ length: count }, (_, index) => new Set([causeOf[index] ?? -1]));
  for (const { sent, received } of transfers) {
    if (received !== undefined) edges[received]?.add(sent);
  }
  for (let index = 0; index < count; index++) {
    const lane = laneOf[index] ?? -1;
    if (lane === -1) continue;
    edges[index]?.add(laneOf.subarray(0, index).lastIndexOf(lane));
  }
  return edges.map((earlier) => [...earlier].filter((index) => index !== -1));
}

function turned(edges: readonly (readonly number[])[]): readonly (readonly number[])[] {
  const other = edges.map((): number[] => []);
  for (const [index, ends] of edges.entries()) for (const end of ends) other[end]?.push(index);
  return other;
}

function reached(edges: readonly (readonly number[])[], start: number): readonly number[] {
  const found = new Set<number>();
  const open = [start];
  for (let index = open.pop(); index !== undefined; index = open.pop()) {
    for (const next of edges[index] ?? []) {
      if (found.has(next)) continue;
      found.add(next);
      open.push(next);
    }
  }
  return [...found].toSorted((one, other) => one - other);
}

function of(cone: Uint8Array, kind: number): readonly number[] {
  return [...cone.keys()].filter((index) => cone[index] === kind);
}
