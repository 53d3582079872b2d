// Steps within a list of events, against the plain way to find them.
import fc from "fast-check";
import { expect, test } from "vitest";
import { createRunModel } from "../../../viz/model/create-run-model.ts";
import { causesOf, nextOf } from "../../../viz/page/navigation.ts";
import { traceOf } from "./traces.ts";

const ascending = fc
  .uniqueArray(fc.nat({ max: 200 }))
  .map((indices) => indices.sort((one, other) => one - other));

test("nextOf finds the nearest beyond, in either direction", () => {
  fc.assert(
    fc.property(ascending, fc.integer({ min: -1, max: 201 }), (indices, from) => {
      expect(nextOf(indices, from, 1)).toBe(indices.find((index) => index > from));
      expect(nextOf(indices, from, -1)).toBe(indices.findLast((index) => index < from));
    }),
  );
});

test("causesOf goes back from an event to what it followed from, and stops where told", () => {
  const model = createRunModel(traceOf({ scenario: "word-count", seed: 7, faults: [] }), []);
  const completed = model.checkpoints[0]?.ended ?? -1;
  const chain = causesOf(model, completed, 1_000);
  expect(chain[0]).toBe(completed);
  for (const [position, index] of chain.entries()) {
    expect(model.event(index).cause).toBe(chain[position + 1] ?? -1);
  }
  expect(causesOf(model, completed, 3)).toEqual(chain.slice(0, 3));
  expect(causesOf(model, -1, 3)).toEqual([]);
});
