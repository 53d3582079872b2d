// failing-job (9.1 of the text): a checkpoint that fails is tried again; when too many fail, the job restarts, and
// when that does not help it ends.
import { expect, test } from "vitest";
import type { CheckedRun } from "../../sim/harness/runner.ts";
import { complaintsOf, runChecked } from "../support/runner.ts";

const SEEDS = [1, 2, 3, 4, 5];

function kindsIn({ events }: CheckedRun, kind: string): number {
  return events.filter((event) => event.kind === kind).length;
}

test.each(SEEDS)("failing-job ends FAILED with nothing committed (seed %i)", (seed) => {
  const checked = runChecked({ scenario: "failing-job", seed });
  expect(checked.run.jobStatus).toBe("FAILED");
  expect(kindsIn(checked, "record-committed")).toBe(0);
  expect(kindsIn(checked, "checkpoint-completed")).toBe(0);
  expect(complaintsOf(checked)).toEqual([]);
  // One failure is tolerated, the second in a row restarts the job, and it has two restarts.
  expect(kindsIn(checked, "restart-scheduled")).toBe(2);
  expect(kindsIn(checked, "checkpoint-aborted")).toBeGreaterThanOrEqual(6);
});

test.each(SEEDS)("failing-job finishes if the storage never fails (seed %i)", (seed) => {
  const checked = runChecked({ scenario: "failing-job", seed, faults: [] });
  expect(checked.run.jobStatus).toBe("FINISHED");
  expect(kindsIn(checked, "record-committed")).toBe(60);
  expect(complaintsOf(checked)).toEqual([]);
});
