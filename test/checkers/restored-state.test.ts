// What operators hold after a restore.
import { expect, test } from "vitest";
import { sumJob } from "./hand-run.ts";
import { StateRun } from "./state-run.ts";

const NAME = "restored-state";

test("restored-state holds when operators get back what they had at the cut", () => {
  const run = new StateRun().pass(2).whole(1, 2, 3).pass(2).crash().restoredWith(1, 2, 3);
  run.pass(3).whole(2, 5, 15).crash().restoredWith(2, 5, 15);
  expect(run.verdict(NAME)).toEqual({
    kind: "holds",
    checker: NAME,
    sentence: "4 attempts restored with 4 operators, all as in a failure-free run",
  });
});

test("restored-state goes by the cut, whatever the snapshot held", () => {
  const run = new StateRun().pass(2).whole(1, 2, 99).crash().restoredWith(1, 2, 99);
  expect(run.verdict(NAME)).toMatchObject({
    kind: "violated",
    sentence:
      'Restored from checkpoint 1, of sum in sum+sink-1, state reduced of key "all" is 99, but 3 in the failure-free run',
  });
});

test("restored-state names a position that is wrong", () => {
  const run = new StateRun().pass(2).whole(1, 2, 3).pass(1).crash().restoredWith(1, 3, 3);
  expect(run.verdict(NAME).sentence).toContain(
    'list SourceReaderState is [{"nextOffset":3,"partition":0}]',
  );
});

test("restored-state names an operator that was given nothing back", () => {
  const run = new StateRun().pass(2).whole(1, 2, 3).crash().restore(1);
  expect(run.verdict(NAME).sentence).toBe(
    "Restored from checkpoint 1, numbers in numbers-1 was given nothing back",
  );
});

test("restored-state has nothing to say of a start from nothing", () => {
  const run = new StateRun().pass(2).crash().restore(0).pass(1);
  expect(run.verdict(NAME)).toMatchObject({ kind: "holds", sentence: "Nothing was restored" });
});

test("restored-state says so when the cut is no state of a failure-free run", () => {
  const run = new StateRun().pass(1).trigger(1).cutSource(1).pass(1).cutSum(1).store(1).crash();
  expect(run.restoredWith(1, 1, 3).verdict(NAME).sentence).toMatch(
    /^numbers-1 is restored from checkpoint 1, which is no state of a failure-free run: Orphan/,
  );
});

test("restored-state is not checked below level state, nor under AT_LEAST_ONCE", () => {
  const run = new StateRun().pass(2).whole(1, 2, 3).crash().restoredWith(1, 9, 9);
  expect(run.verdict(NAME, sumJob({ level: "records" })).kind).toBe("not-checked");
  const loose = sumJob({ level: "state", checkpointingMode: "AT_LEAST_ONCE" });
  expect(run.verdict(NAME, loose).kind).toBe("not-checked");
});
