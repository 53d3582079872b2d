// Completed checkpoints as cuts of the channels: the record that crosses one is named.
import fc from "fast-check";
import { expect, test } from "vitest";
import { consistentCut } from "../../sim/checkers/consistent-cut.ts";
import { jobShapeOf } from "../../sim/checkers/job-shape.ts";
import { HandRun, sumJob } from "./hand-run.ts";
import { runToy } from "./toy-engine.ts";
import { crossingsOf } from "./vector-clocks.ts";
import { verdictOf } from "./verdict-of.ts";
import { wordCountJob } from "./word-count-job.ts";

const NAME = "consistent-cut";

test("consistent-cut holds for cuts with nothing under way, whatever crashes in between", () => {
  const run = new HandRun().pass(2).checkpoint(1).pass(1).trigger(2).cutSource(2).crash();
  run.restore(1).pass(2).checkpoint(3).pass(2).checkpoint(4).end();
  expect(run.verdict(NAME)).toEqual({
    kind: "holds",
    checker: NAME,
    sentence: "3 completed checkpoints are consistent cuts of 1 channel, all empty",
  });
});

test("consistent-cut names an orphan, once its checkpoint is complete", () => {
  const run = new HandRun().pass(1).trigger(1).cutSource(1).pass(1).cutSum(1);
  expect(run.verdict(NAME).kind).toBe("holds");
  expect(run.store(1).verdict(NAME)).toMatchObject({
    kind: "violated",
    sentence:
      "Orphan: in checkpoint 1 the snapshot of sum+sink-1 holds 2 (number 1 of numbers-1->sum+sink-1/0), " +
      "which numbers-1 sent after its own",
  });
});

test("consistent-cut says nothing of a cut that never completed", () => {
  const run = new HandRun().pass(1).trigger(1).cutSource(1).pass(1).cutSum(1).abort(1);
  expect(run.verdict(NAME).kind).toBe("holds");
});

test("consistent-cut names what an aligned checkpoint leaves under way", () => {
  const run = new HandRun().pass(1).read().read().checkpoint(1);
  expect(run.verdict(NAME)).toMatchObject({
    kind: "violated",
    sentence:
      "Lost from checkpoint 1: 2 records under way in numbers-1->sum+sink-1/0, " +
      "the first 2 (number 1 of numbers-1->sum+sink-1/0), " +
      "sent before the snapshot of numbers-1 and received after that of sum+sink-1",
  });
});

test("consistent-cut names a record out of order", () => {
  const run = new HandRun().read().read().add(2, 2, 1);
  expect(run.verdict(NAME)).toMatchObject({
    kind: "violated",
    sentence:
      "Not in order: sum+sink-1 received 2 (number 1) from numbers-1->sum+sink-1/0, where 1 (number 0) is next",
  });
  const changed = new HandRun().read().add(7);
  expect(changed.verdict(NAME).sentence).toContain("received 7 (number 0)");
  const unsent = new HandRun().pass(1).add(2);
  expect(unsent.verdict(NAME).sentence).toContain("where all that was sent has been received");
});

test("consistent-cut names a subtask without a snapshot", () => {
  const run = new HandRun().pass(1).trigger(1).cutSource(1).store(1);
  expect(run.verdict(NAME)).toMatchObject({
    sentence: "Checkpoint 1 is complete, but sum+sink-1 took no snapshot for it",
  });
});

test("consistent-cut names a checkpoint put together from two attempts", () => {
  const run = new HandRun().pass(1).trigger(1).cutSource(1).crash().restore(0).cutSum(1).store(1);
  expect(run.verdict(NAME)).toMatchObject({
    sentence:
      "Checkpoint 1 is put together from the snapshots of numbers-1 in attempt 0, of sum+sink-1 in attempt 1",
  });
});

test("consistent-cut names a snapshot taken after its completion was heard of", () => {
  const run = new HandRun().pass(1).trigger(1).cutSource(1);
  run.at("sum+sink-1", "completion-received", { checkpoint: 1 });
  expect(run.cutSum(1).verdict(NAME)).toMatchObject({
    sentence:
      "sum+sink-1 took its snapshot for checkpoint 1 after it had heard that checkpoint 1 is complete",
  });
});

test("consistent-cut lets records cross backwards under AT_LEAST_ONCE, but none stay under way", () => {
  const job = sumJob({ checkpointingMode: "AT_LEAST_ONCE" });
  const crossed = new HandRun().trigger(1).cutSource(1).pass(1).cutSum(1).store(1);
  expect(crossed.verdict(NAME, job)).toMatchObject({
    kind: "holds",
    sentence:
      "1 completed checkpoint with nothing under way in 1 channel; " +
      "1 record crossed a cut backwards, as AT_LEAST_ONCE allows",
  });
  expect(new HandRun().read().checkpoint(1).verdict(NAME, job).kind).toBe("violated");
});

test("consistent-cut agrees with vector clocks", () => {
  const job = wordCountJob();
  const toy = fc.record({
    seed: fc.nat(),
    crashRate: fc.integer({ min: 0, max: 20 }),
    crashesMax: fc.integer({ min: 0, max: 3 }),
  });
  const counts = { crossed: 0, whole: 0 };
  fc.assert(
    fc.property(toy, fc.boolean(), (run, blocks) => {
      const mistake = blocks ? {} : { mistake: "barriers-do-not-block" as const };
      const events = runToy(job, { ...run, ...mistake });
      const crossings = crossingsOf(jobShapeOf(job.description), events);
      counts[crossings.length > 0 ? "crossed" : "whole"]++;
      const isOrphaned = verdictOf(consistentCut, job, events).sentence.startsWith("Orphan");
      expect(isOrphaned).toBe(crossings.length > 0);
    }),
  );
  expect(counts.crossed).toBeGreaterThan(10);
  expect(counts.whole).toBeGreaterThan(10);
});
