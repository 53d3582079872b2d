// Virtual time: whole microseconds, below 2^53, never back.
import { expect, test } from "vitest";
import {
  after,
  between,
  instant,
  micros,
  millis,
  seconds,
  toMillis,
  WORLD_START,
} from "../../sim/kernel/virtual-time.ts";

test("spans are whole microseconds", () => {
  expect([micros(7), millis(1.5), millis(0.001), seconds(2)]).toEqual([7, 1500, 1, 2_000_000]);
  expect(toMillis(micros(1500))).toBe(1.5);
});

test.each([1.5, -1, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53])(
  "micros refuses %d",
  (count) => {
    expect(() => micros(count)).toThrow(/^Cannot make a duration: /);
  },
);

test.each([0.5, -1, Number.NaN, 2 ** 53])("instant refuses %d", (count) => {
  expect(() => instant(count)).toThrow(/^Cannot make an instant: /);
});

test("after and between are each other's inverse, and refuse what lies outside", () => {
  const point = after(WORLD_START, micros(5));
  expect(point).toBe(5);
  expect(between(WORLD_START, point)).toBe(5);
  expect(() => between(point, WORLD_START)).toThrow(/^Cannot measure a span: 0 lies before 5$/);
  expect(() => after(instant(Number.MAX_SAFE_INTEGER), micros(1))).toThrow(/passes 2\^53$/);
});
