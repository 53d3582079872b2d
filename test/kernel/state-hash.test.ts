// Hashes of states: equal for equal descriptions, different for any other.
import fc from "fast-check";
import { expect, test } from "vitest";
import { canonicalText } from "../../sim/kernel/canonical-value.ts";
import { stateHashOf } from "../../sim/kernel/state-hash.ts";

test("stateHashOf is 16 hexadecimal digits, equal exactly for equal descriptions", () => {
  const property = fc.property(fc.jsonValue(), fc.jsonValue(), (one, other) => {
    expect(stateHashOf(one)).toMatch(/^[0-9a-f]{16}$/);
    expect(stateHashOf(one) === stateHashOf(other)).toBe(
      canonicalText(one) === canonicalText(other),
    );
  });
  fc.assert(property);
});

test("stateHashOf does not collide over small changes", () => {
  const hashes = new Set<string>();
  for (let a = 0; a < 100; a++) {
    for (let b = 0; b < 100; b++) hashes.add(stateHashOf({ a, b: [b], c: "unchanged" }));
  }
  expect(hashes.size).toBe(10_000);
});

test("stateHashOf sees the order of a map, but not that of an object's keys", () => {
  expect(stateHashOf({ a: 1, b: 2 })).toBe(stateHashOf({ b: 2, a: 1 }));
  const forwards = new Map([
    ["a", 1],
    ["b", 2],
  ]);
  const backwards = new Map([
    ["b", 2],
    ["a", 1],
  ]);
  expect(stateHashOf(forwards)).not.toBe(stateHashOf(backwards));
});
