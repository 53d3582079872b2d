// State that grows: every change is counted once whatever holds the state, and a million keys take few records.
import { expect, test } from "vitest";
import { stateGrowth } from "../../scenarios/state-growth.ts";
import type { ConfigValues } from "../../sim/runtime/configuration.ts";
import { complaintsOf, runChecked } from "../support/runner.ts";
import { committedTo, recordsOf, restoredCheckpointsOf } from "./every-plan.ts";

type Change = readonly [key: number, before: number, now: number];
type Step =
  | { readonly kind: "fill"; readonly from: number; readonly to: number }
  | { readonly kind: "update"; readonly keys: readonly number[]; readonly round: number };

const BACKENDS: readonly ConfigValues[] = [
  { "state.backend.type": "hashmap" },
  { "state.backend.type": "rocksdb" },
  { "state.backend.type": "rocksdb", "execution.checkpointing.incremental": true },
];
const PARAMS = { keys: 250, updates: 40, valueBytes: 16 };

test.each(BACKENDS)("state-growth counts every change once, under %o", (config) => {
  const scenario = stateGrowth(PARAMS);
  const steps = recordsOf<Step>(scenario, "steps");
  const expected = steps.flatMap((step) => (step.kind === "update" ? step.keys : [])).length;
  for (const [faults, seed] of [
    [[], 1],
    [scenario.faults, 1],
    [scenario.faults, 2],
  ] as const) {
    const request = { scenario: { name: "state-growth", params: PARAMS }, config, faults, seed };
    const checked = runChecked(request);
    expect(complaintsOf(checked)).toEqual([]);
    expect(checked.run.jobStatus).toBe("FINISHED");
    expect(checked.run.unstruckFaults).toEqual([]);
    expect(restoredCheckpointsOf(checked)).toEqual(faults.length === 0 ? [] : [8]);
    const changes = committedTo<Change>(checked, "changes");
    expect(changes).toHaveLength(expected);
    const last = new Map<number, number>();
    for (const [key, before, now] of changes) {
      expect(before).toBe(last.get(key) ?? 0);
      last.set(key, now);
    }
  }
});

test("state-growth fills every key once, and updates as many as it was asked, in few records", () => {
  for (const keys of [2, 99, 1000, 1_000_001]) {
    const steps = recordsOf<Step>(stateGrowth({ keys, updates: 30 }), "steps");
    expect(steps.length).toBeLessThan(1000);
    const ranges = steps
      .flatMap((step) => (step.kind === "fill" ? [[step.from, step.to] as const] : []))
      .toSorted(([one], [other]) => one - other);
    expect(ranges.map(([from]) => from)).toEqual([0, ...ranges.map(([, to]) => to).slice(0, -1)]);
    expect(ranges.at(-1)?.[1]).toBe(keys);
    const updates = steps.flatMap((step) => (step.kind === "update" ? [step] : []));
    const ofInterval = updates.filter(({ round }) => round >= 40 && round < 60);
    const updated = ofInterval.flatMap((step) => step.keys);
    expect(updated).toHaveLength(30);
    expect(updated.every((key) => key >= 0 && key < keys)).toBe(true);
    expect(new Set(updated).size).toBe(Math.min(30, keys));
  }
});

test.each([
  [7, "Cannot grow state: found 7 as its parameters, expected an object"],
  [
    { size: 1 },
    'Cannot grow state: found the parameter "size", there are keys, updates, valueBytes',
  ],
  [{ keys: 1 }, "Cannot grow state: found 1 as keys, expected a whole number from 2 to 4000000"],
  [
    { updates: "x" },
    'Cannot grow state: found "x" as updates, expected a whole number from 0 to 100000',
  ],
])("state-growth refuses %o", (params, message) => {
  expect(() => stateGrowth(params)).toThrow(message);
});
