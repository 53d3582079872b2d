// What a completed checkpoint is for: restores go back to it, and its transactions become visible.
import { expect, test } from "vitest";
import { HandRun } from "./hand-run.ts";

const NAME = "newest-checkpoint";

test("newest-checkpoint holds when restores use the newest and commits wait for it", () => {
  const run = new HandRun().pass(2);
  const first = run.transaction;
  run.checkpoint(1).commit(first).pass(2).crash().restore(1);
  const second = run.pass(4).transaction;
  run.checkpoint(2).commit(second).end();
  expect(run.verdict(NAME)).toEqual({
    kind: "holds",
    checker: NAME,
    sentence:
      "2 checkpoints completed, 1 restore from the newest, 2 transactions committed under cover",
  });
});

test("newest-checkpoint holds when a later checkpoint covers an aborted one", () => {
  const run = new HandRun().pass(2);
  const first = run.transaction;
  run.trigger(1).cutSource(1).cutSum(1).abort(1).pass(1);
  const second = run.transaction;
  run.checkpoint(2).commit(first).commit(second);
  expect(run.verdict(NAME).kind).toBe("holds");
});

test("newest-checkpoint holds when a restored attempt commits what was pending", () => {
  const run = new HandRun().pass(2);
  const first = run.transaction;
  run.checkpoint(1).pass(2).crash().restore(1).commit(first).crash().restore(1).pass(4);
  const last = run.transaction;
  run.checkpoint(2).commit(last).end();
  expect(run.verdict(NAME).kind).toBe("holds");
});

test("newest-checkpoint holds when a job starts afresh because no checkpoint completed", () => {
  const run = new HandRun().pass(1).trigger(1).cutSource(1).abort(1).crash().restore(0).pass(1);
  expect(run.verdict(NAME).kind).toBe("holds");
});

test("newest-checkpoint names a restore from an older checkpoint", () => {
  const run = new HandRun().pass(1).checkpoint(9).pass(1).checkpoint(10).crash().restore(9);
  expect(run.verdict(NAME)).toMatchObject({
    kind: "violated",
    sentence: "The job is restored from checkpoint 9, but the newest complete one is checkpoint 10",
  });
});

test("newest-checkpoint names a restore from a checkpoint that never completed", () => {
  const run = new HandRun().pass(1).trigger(1).cutSource(1).cutSum(1).abort(1).crash().restore(1);
  expect(run.verdict(NAME)).toMatchObject({
    sentence: "The job is restored from checkpoint 1, but the newest complete one is no checkpoint",
  });
});

test("newest-checkpoint names a task that goes its own way", () => {
  const run = new HandRun().pass(1).checkpoint(1).crash().restore(1);
  run.at("sum+sink-1", "task-restored", { checkpoint: 0 });
  expect(run.verdict(NAME)).toMatchObject({
    sentence: "sum+sink-1 goes on from no checkpoint, but the restore is from checkpoint 1",
  });
});

test("newest-checkpoint names a commit that no completed checkpoint covers", () => {
  const run = new HandRun().pass(2);
  const first = run.transaction;
  run.trigger(1).cutSource(1).cutSum(1).commit(first);
  expect(run.verdict(NAME)).toMatchObject({
    kind: "violated",
    sentence:
      "Committed too early: transaction sink-0-0 holds 1, written by sum+sink-1 (attempt 0), " +
      "which no complete checkpoint covers; the newest is no checkpoint",
  });
});

test("newest-checkpoint names a commit of writes after the completed snapshot", () => {
  const run = new HandRun().pass(2).checkpoint(1).pass(1);
  const second = run.transaction;
  run.trigger(2).cutSource(2).cutSum(2).commit(second);
  expect(run.verdict(NAME)).toMatchObject({
    sentence:
      "Committed too early: transaction sink-0-1 holds 6, written by sum+sink-1 (attempt 0), " +
      "which no complete checkpoint covers; the newest is checkpoint 1",
  });
});

test("newest-checkpoint names a dead attempt's commit, though a later checkpoint has a higher number", () => {
  const run = new HandRun().pass(2).checkpoint(1).pass(1);
  const dead = run.transaction;
  run
    .trigger(2)
    .cutSource(2)
    .cutSum(2)
    .abort(2)
    .crash()
    .restore(1)
    .pass(1)
    .checkpoint(3)
    .commit(dead);
  expect(run.verdict(NAME)).toMatchObject({
    sentence: expect.stringMatching(/^Committed too early: transaction sink-0-1 holds 6/),
  });
});

test("newest-checkpoint names what is visible without a commit", () => {
  const run = new HandRun().pass(1).checkpoint(1).show("sink-0-0", "1");
  expect(run.verdict(NAME)).toMatchObject({
    sentence: "1 is visible in sums, but transaction sink-0-0 was not committed with it",
  });
});

test("newest-checkpoint names what is never committed, once the job has finished", () => {
  const run = new HandRun().pass(6).checkpoint(1);
  expect(run.verdict(NAME).kind).toBe("holds");
  expect(run.end().verdict(NAME)).toMatchObject({
    kind: "violated",
    sentence:
      "Never committed: 1, written by sum+sink-1 (attempt 0), " +
      "though checkpoint 1 covers it and the job finished",
  });
});

test("newest-checkpoint names what is committed and never visible", () => {
  const run = new HandRun().pass(2);
  const transaction = run.transaction;
  run.checkpoint(1).outside("transaction-committed", { transaction, epoch: 0, records: 2 });
  expect(run.show(transaction, "1").end().verdict(NAME)).toMatchObject({
    sentence: "Never visible: transaction sink-0-0 was committed with 2 records, but readers see 1",
  });
});
