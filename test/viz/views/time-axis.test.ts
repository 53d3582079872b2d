// Where events lie in time, in real runs.
import { range, tickStep } from "d3";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { must } from "../../../sim/kernel/invariant.ts";
import { createRunModel } from "../../../viz/model/create-run-model.ts";
import { type TimeKind, ticksOf, timeAxis } from "../../../viz/views/time-axis.ts";
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

  test("has its events where its scale has their times", () => {
    for (const model of runs) {
      const { at, scale } = timeAxis(model, "virtual");
      for (const [index, time] of model.times.entries()) {
        expect(scale(time)).toBeCloseTo(at[index] ?? 0, 3);
      }
    }
  });
});

describe("the scale of an axis with breaks", () => {
  const cut = runs
    .map((model) => timeAxis(model, "virtual"))
    .filter(({ breaks }) => breaks.length > 0);
  const anyTime = fc.record({
    axis: fc.constantFrom(...cut),
    share: fc.double({ min: 0, max: 1, noNaN: true }),
    further: fc.double({ min: 1e-6, max: 1, noNaN: true }),
  });
  const endOf = ({ scale }: { readonly scale: { domain: () => number[] } }): number =>
    must(scale.domain().at(-1), "end");

  test("rises with time, within breaks too, and covers the axis", () => {
    expect(cut.length).toBeGreaterThan(1);
    for (const axis of cut) {
      expect(axis.scale(0)).toBe(0);
      expect(axis.scale(endOf(axis))).toBe(axis.length);
    }
    fc.assert(
      fc.property(anyTime, ({ axis, share, further }) => {
        const time = share * endOf(axis);
        expect(axis.scale(time + further * (endOf(axis) - time))).toBeGreaterThanOrEqual(
          axis.scale(time),
        );
        const later = time + 1;
        expect(axis.scale(later)).toBeGreaterThan(axis.scale(time));
      }),
    );
  });

  test("goes back from places to times and from times to places", () => {
    fc.assert(
      fc.property(anyTime, ({ axis, share }) => {
        const time = share * endOf(axis);
        expect(axis.scale.invert(axis.scale(time))).toBeCloseTo(time, 2);
        const unit = share * axis.length;
        expect(axis.scale(axis.scale.invert(unit))).toBeCloseTo(unit, 3);
      }),
    );
  });

  test("makes time in a break shorter, all breaks of one width, and time beside it as long as it is", () => {
    for (const { scale, breaks } of cut) {
      for (const { from, to, start, end } of breaks) {
        expect([scale(start), scale(end)]).toEqual([from, to]);
        expect(to - from).toBe((breaks[0]?.to ?? 0) - (breaks[0]?.from ?? 0));
      }
    }
    fc.assert(
      fc.property(anyTime, ({ axis, share }) => {
        const time = Math.floor(share * (endOf(axis) - 1));
        const isIdle = axis.breaks.some(({ start, end }) => start <= time && time < end);
        const step = axis.scale(time + 1) - axis.scale(time);
        if (isIdle) expect(step).toBeLessThan(0.9);
        else expect(step).toBeCloseTo(1, 6);
      }),
    );
  });
});

describe("ticksOf", () => {
  test("has round moments of one step in view, none of them where time is cut", () => {
    for (const model of runs) {
      const axis = timeAxis(model, "virtual");
      const view = fc.record({
        start: fc.double({ min: 0, max: 0.99, noNaN: true }),
        share: fc.double({ min: 0.001, max: 1, noNaN: true }),
        count: fc.integer({ min: 2, max: 20 }),
      });
      fc.assert(
        fc.property(view, ({ start, share, count: most }) => {
          const from = start * axis.length;
          const to = from + (axis.length - from) * share;
          const count = Math.min(most, to - from);
          const values = ticksOf(axis, { from, to, count });
          const step = tickStep(from, to, count);
          expect(values.length).toBeLessThanOrEqual(count * 2);
          for (const [index, value] of values.entries()) {
            expect(value % step).toBe(0);
            expect(axis.scale(value)).toBeGreaterThanOrEqual(from - 1e-6);
            expect(axis.scale(value)).toBeLessThanOrEqual(to + 1e-6);
            expect(axis.breaks.some((gap) => value > gap.start && value < gap.end)).toBe(false);
            if (index > 0) expect(value).toBeGreaterThan(values[index - 1] ?? 0);
          }
          // None is left out.
          const [first, last] = [axis.scale.invert(from), axis.scale.invert(to)];
          const round = range(Math.ceil(first / step), Math.floor(last / step) + 1)
            .map((number) => number * step)
            .filter((value) => !axis.breaks.some((gap) => value > gap.start && value < gap.end));
          expect(values).toEqual(round);
        }),
      );
    }
  });
});
