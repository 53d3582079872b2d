// Where events lie in time, in real runs.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { must } from "../../../sim/kernel/invariant.ts";
import { createRunModel } from "../../../viz/model/create-run-model.ts";
import {
  type TimeKind,
  ticksOf,
  timeAxis,
  timeOfUnit,
  unitOfTime,
} from "../../../viz/views/time-axis.ts";
import { CRASH_CASES, traceOfCase } from "../model/recorded-model.ts";

const runs = CRASH_CASES.map((request) => createRunModel(traceOfCase(request), []));
/** The crash is noticed after a second in which nothing happens. */
const words = must(runs[0], "run");
const KINDS: readonly TimeKind[] = ["virtual", "logical", "order"];

describe("timeAxis", () => {
  test("is made once for a run and a kind", () => {
    for (const kind of KINDS) expect(timeAxis(words, kind)).toBe(timeAxis(words, kind));
    expect(timeAxis(words, "virtual")).not.toBe(timeAxis(words, "logical"));
  });

  test("has every event on it, from its beginning to its end", () => {
    for (const model of runs) {
      for (const kind of KINDS) {
        const { xOf } = timeAxis(model, kind);
        const places = Array.from({ length: model.count }, (_, index) => xOf(index));
        expect(Math.min(...places)).toBeGreaterThanOrEqual(0);
        expect(Math.max(...places)).toBe(1);
        expect(xOf(-1)).toBe(0);
      }
    }
  });

  test("finds the event that lies at a place, however it came to it", () => {
    for (const model of runs) {
      for (const kind of KINDS) {
        const axis = timeAxis(model, kind);
        fc.assert(
          fc.property(fc.double({ min: 0, max: 1, noNaN: true }), (x) => {
            const index = axis.indexAt(x);
            expect(index).toBeGreaterThanOrEqual(-1);
            for (let before = Math.max(0, index - 50); before <= index; before++) {
              expect(axis.xOf(before)).toBeLessThanOrEqual(x * (1 + 1e-12));
            }
            if (index + 1 < model.count) expect(axis.xOf(index + 1)).toBeGreaterThan(x);
          }),
        );
        for (let index = 0; index < model.count; index++) {
          const back = axis.indexAt(axis.xOf(index));
          if (kind === "order") expect(back).toBe(index);
          if (kind === "virtual") expect(model.times[back]).toBe(model.times[index]);
        }
      }
    }
  });

  test("never turns back, in virtual time and in order", () => {
    for (const model of runs) {
      for (const kind of ["virtual", "order"] as const) {
        const { at } = timeAxis(model, kind);
        expect([...at]).toEqual([...at].toSorted((one, other) => one - other));
      }
    }
  });

  test("cuts long idle gaps short, and leaves the rest as long as it is", () => {
    const axis = timeAxis(words, "virtual");
    expect(axis.breaks.length).toBeGreaterThan(0);
    expect(axis.breaks.length).toBeLessThanOrEqual(6);
    for (const { from, to, start, end } of axis.breaks) {
      expect(end - start).toBeGreaterThan(to - from);
      expect(words.indexAt(end - 1)).toBe(words.indexAt(start));
      expect((to - from) / axis.length).toBeLessThan(0.03);
    }
    for (let index = 1; index < words.count; index++) {
      const [start = 0, end = 0] = [words.times[index - 1], words.times[index]];
      if (axis.breaks.some((gap) => gap.start === start && gap.end === end)) continue;
      const shown = (axis.at[index] ?? 0) - (axis.at[index - 1] ?? 0);
      expect(shown).toBeCloseTo(end - start, 3);
    }
  });

  test("gives times for places and places for times", () => {
    const axis = timeAxis(words, "virtual");
    fc.assert(
      fc.property(fc.double({ min: 0, max: 1, noNaN: true }), (x) => {
        const unit = x * axis.length;
        expect(unitOfTime(axis, timeOfUnit(axis, unit))).toBeCloseTo(unit, 3);
      }),
    );
    for (let index = 0; index < words.count; index += 10) {
      expect(unitOfTime(axis, words.times[index] ?? 0)).toBeCloseTo(axis.at[index] ?? 0, 3);
    }
  });

  test("has ticks at round moments in view, none of them where time is cut", () => {
    const axis = timeAxis(words, "virtual");
    const [from, to, step] = [axis.length * 0.2, axis.length * 0.9, 50_000];
    const ticks = ticksOf(axis, { from, to, step });
    expect(ticks.length).toBeGreaterThan(3);
    for (const { at, value } of ticks) {
      expect(value % step).toBe(0);
      expect(at).toBeGreaterThanOrEqual(from);
      expect(at).toBeLessThanOrEqual(to);
      expect(axis.breaks.some((gap) => at > gap.from && at < gap.to)).toBe(false);
    }
    expect(new Set(ticks.map(({ value }) => value)).size).toBe(ticks.length);
  });
});
