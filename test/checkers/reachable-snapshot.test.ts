// Completed checkpoints as states of a failure-free run, value by value.
import { expect, test } from "vitest";
import { sumJob } from "./hand-run.ts";
import { StateRun } from "./state-run.ts";

const NAME = "reachable-snapshot";

test("reachable-snapshot holds when snapshots hold what the steps before them left", () => {
  const run = new StateRun().whole(1, 0, undefined).pass(2).whole(2, 2, 3).pass(2).crash();
  run.restore(2).pass(1).trigger(3).cutSource(3).cutSum(3).abort(3).pass(1).whole(4, 4, 10);
  expect(run.verdict(NAME)).toEqual({
    kind: "holds",
    checker: NAME,
    sentence: "3 completed checkpoints reached by a failure-free run, 6 operator snapshots equal",
  });
});

test("reachable-snapshot judges by the steps before each snapshot, not by the moment", () => {
  const run = new StateRun().pass(2).trigger(1).cutSource(1).read().cutSum(1).add(3);
  expect(run.wrote(1, 2, 3).store(1).verdict(NAME).kind).toBe("holds");
});

test("reachable-snapshot names a value from behind the snapshot", () => {
  const run = new StateRun().pass(2).trigger(1).cutSource(1).cutSum(1).pass(1);
  expect(run.wrote(1, 2, 6).verdict(NAME).kind).toBe("holds");
  expect(run.store(1).verdict(NAME)).toMatchObject({
    kind: "violated",
    sentence:
      'In checkpoint 1, of sum in sum+sink-1, state reduced of key "all" is 6, but 3 in the failure-free run',
  });
});

test("reachable-snapshot names a value that is missing, and one too many", () => {
  const missing = new StateRun().pass(2).whole(1, 2, undefined);
  expect(missing.verdict(NAME).sentence).toBe(
    'In checkpoint 1, of sum in sum+sink-1, state reduced of key "all" is missing, but 3 in the failure-free run',
  );
  const more = new StateRun().whole(1, 0, 3);
  expect(more.verdict(NAME).sentence).toBe(
    'In checkpoint 1, of sum in sum+sink-1, state reduced of key "all" is 3, but nothing in the failure-free run',
  );
});

test("reachable-snapshot names a position that is not where the reading stood", () => {
  expect(new StateRun().pass(2).whole(1, 3, 3).verdict(NAME).sentence).toBe(
    "In checkpoint 1, of numbers in numbers-1, " +
      'list SourceReaderState is [{"nextOffset":3,"partition":0}], ' +
      'but [{"nextOffset":2,"partition":0}] in the failure-free run',
  );
});

test("reachable-snapshot names an operator that wrote nothing", () => {
  const run = new StateRun().pass(2).checkpoint(1);
  expect(run.verdict(NAME).sentence).toBe(
    "In checkpoint 1, of numbers in numbers-1, nothing was written",
  );
});

test("reachable-snapshot says so when no failure-free run comes to the cut", () => {
  const run = new StateRun().pass(1).trigger(1).cutSource(1).pass(1).cutSum(1);
  expect(run.wrote(1, 1, 3).store(1).verdict(NAME).sentence).toMatch(
    /^Checkpoint 1 is no state of a failure-free run: Orphan: the state of sum\+sink-1 holds 2/,
  );
});

test("reachable-snapshot interprets afresh when a restore went further back", () => {
  const run = new StateRun().pass(1).whole(1, 1, 1).pass(1).whole(2, 2, 3).crash();
  run.restore(1).pass(2).whole(3, 3, 6);
  expect(run.verdict(NAME).kind).toBe("holds");
  const wrong = new StateRun().pass(1).whole(1, 1, 1).pass(1).whole(2, 2, 3).crash();
  expect(wrong.restore(1).pass(2).whole(3, 3, 9).verdict(NAME).kind).toBe("violated");
});

test("reachable-snapshot is not checked below level state, nor under AT_LEAST_ONCE", () => {
  const run = new StateRun().pass(2).whole(1, 2, 99);
  expect(run.verdict(NAME, sumJob({ level: "records" })).kind).toBe("not-checked");
  const loose = sumJob({ level: "state", checkpointingMode: "AT_LEAST_ONCE" });
  expect(run.verdict(NAME, loose).kind).toBe("not-checked");
});
