// The second opinion: counts of values against a run without faults.
import { expect, test } from "vitest";
import { HandRun, sumJob } from "./hand-run.ts";

const NAME = "committed-output";

test("committed-output compares values with the run without faults, at every moment and at the end", () => {
  const run = new HandRun().pass(6);
  const { transaction } = run;
  expect(run.verdict(NAME).kind).toBe("holds");
  run.checkpoint(1).commit(transaction).end();
  expect(run.verdict(NAME)).toMatchObject({
    kind: "holds",
    sentence: "Committed as without faults: 6 of 6 on sums",
  });
});

test("committed-output names a value committed too often", () => {
  const run = new HandRun().show("sink-0-0", "3").show("sink-0-0", "3");
  expect(run.verdict(NAME)).toEqual({
    kind: "violated",
    checker: NAME,
    sentence: "3 is committed at offset 1 of sums/0, 1 time more than in the run without faults",
    events: [9],
  });
});

test("committed-output names a value missing at the end", () => {
  const run = new HandRun().pass(5);
  const { transaction } = run;
  run.checkpoint(1).commit(transaction);
  expect(run.verdict(NAME).kind).toBe("holds");
  expect(run.end().verdict(NAME)).toMatchObject({
    kind: "violated",
    sentence: "21 is missing 1 time in sums, though the job finished",
  });
});

test("committed-output does not check what it cannot know", () => {
  const run = new HandRun();
  const sentences = [
    sumJob({ failureFreeOutput: undefined }),
    sumJob({ isConfluent: false }),
    sumJob({ checkpointingMode: "AT_LEAST_ONCE" }),
    sumJob({ level: "protocol" }),
  ].map((job) => run.verdict(NAME, job).sentence);
  expect(sentences).toEqual([
    "Not checked: the output of a run without faults is not known",
    "Not checked: the job's output depends on the order of arrival",
    "Not checked: under AT_LEAST_ONCE checkpointing doubles are legal",
    'Not checked: the trace was recorded at level "protocol", which is below "records"',
  ]);
});
