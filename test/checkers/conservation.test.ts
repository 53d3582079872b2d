// A scenario's own quantity over completed checkpoints.
import { expect, test } from "vitest";
import type { CutContents } from "../../sim/api/scenario.ts";
import type { CheckedJob } from "../../sim/checkers/checker.ts";
import { sumJob } from "./hand-run.ts";
import { StateRun } from "./state-run.ts";

const NAME = "conservation";

/** What is still to be read, what is under way and what has been added up: 21 in all. */
function conserved({ states, channels }: CutContents): number {
  let quantity = 21;
  for (const { operator, state, value } of states) {
    if (operator === "sum" && state === "reduced") quantity += value as number;
    if (operator !== "numbers") continue;
    const { nextOffset } = value as { readonly nextOffset: number };
    quantity -= (nextOffset * (nextOffset + 1)) / 2;
  }
  for (const { value } of channels) quantity += value as number;
  return quantity;
}

const job: CheckedJob = sumJob({ level: "state", conserved });

test("conservation holds when the quantity is the same in every completed checkpoint", () => {
  const run = new StateRun().pass(2).whole(1, 2, 3).pass(1).whole(2, 3, 6).crash();
  run.restore(2).pass(3).whole(3, 6, 21);
  expect(run.verdict(NAME, job)).toEqual({
    kind: "holds",
    checker: NAME,
    sentence: "21 in 3 completed checkpoints",
  });
});

test("conservation counts what is under way", () => {
  const run = new StateRun().pass(2).whole(1, 2, 3).read().whole(2, 3, 3);
  expect(run.verdict(NAME, job).kind).toBe("holds");
});

test("conservation names the two checkpoints that differ", () => {
  const run = new StateRun().pass(2).whole(1, 2, 3).pass(2).whole(2, 4, 11);
  expect(run.verdict(NAME, job)).toMatchObject({
    kind: "violated",
    sentence: "Not conserved: checkpoint 2 holds 22, checkpoint 1 held 21",
  });
});

test("conservation says nothing of checkpoints that did not complete", () => {
  const run = new StateRun().pass(2).whole(1, 2, 3).trigger(2).cutSource(2).cutSum(2);
  expect(run.wrote(2, 2, 99).abort(2).verdict(NAME, job).kind).toBe("holds");
});

test("conservation is not checked without a quantity, level or exactly-once", () => {
  const run = new StateRun().pass(2).whole(1, 2, 3).whole(2, 2, 9);
  expect(run.verdict(NAME, job).kind).toBe("violated");
  for (const more of [
    { conserved: undefined },
    { level: "records" },
    { checkpointingMode: "AT_LEAST_ONCE" },
  ] as const) {
    expect(run.verdict(NAME, { ...job, ...more }).kind).toBe("not-checked");
  }
});
