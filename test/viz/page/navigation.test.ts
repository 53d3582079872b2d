// Steps within a list of events, against the plain way to find them.
import fc from "fast-check";
import { expect, test } from "vitest";
import { createRunModel } from "../../../viz/model/create-run-model.ts";
import { causesOf, naturalStops, nextOf } from "../../../viz/page/navigation.ts";
import { CRASH_CASES } from "../model/recorded-model.ts";
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

test.each(CRASH_CASES)(
  "naturalStops leads from trigger to blocked channel to crash to restore: %j",
  (request) => {
    const model = createRunModel(traceOf(request), []);
    const stops = naturalStops(model);
    const kinds = stops.map((index) => model.event(index).kind);
    expect(kinds).toEqual(expect.arrayContaining(["checkpoint-triggered", "channel-blocked"]));
    const crash = kinds.indexOf("host-crashed");
    expect(crash).toBeGreaterThan(0);
    // The fault that made the host crash strikes at the same instant, and is no stop of its own.
    expect(kinds).not.toContain("fault-struck");
    expect(kinds.indexOf("restore-started")).toBeGreaterThan(crash);
    for (const { id, triggered, blocked, ended } of model.checkpoints) {
      if (blocked === undefined) continue;
      expect(model.event(blocked)).toMatchObject({ kind: "channel-blocked", checkpoint: id });
      expect(blocked).toBeGreaterThan(triggered);
      expect(blocked).toBeLessThan(ended ?? model.count);
      expect(stops).toContain(blocked);
    }
  },
);
