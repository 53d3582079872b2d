// generated: every shape runs to its end without faults, reads all its input, and says truly whether it is confluent.
import { expect, test } from "vitest";
import { SHAPE_NAMES } from "../../scenarios/generated-parameters.ts";
import type { CheckedRun } from "../../sim/harness/runner.ts";
import { compareText } from "../../sim/kernel/plain-object.ts";
import { complaintsOf, runChecked } from "../support/runner.ts";

function outputOf({ events }: CheckedRun): readonly string[] {
  return events
    .flatMap((event) => (event.kind === "record-committed" ? [`${event.log} ${event.value}`] : []))
    .sort(compareText);
}

const LEFT = [
  [0, 1, 0, 0, 1, 2, 0, 1],
  [1, 0, 0, 2, 1, 0],
];

test.each(SHAPE_NAMES)("%s runs to its end without faults", (shape) => {
  for (const parallelism of [1, 2, 3]) {
    const scenario = { name: "generated", params: { shape, parallelism, left: LEFT } };
    const checked = runChecked({ scenario, seed: parallelism });
    expect(checked.run.jobStatus).toBe("FINISHED");
    expect(complaintsOf(checked)).toEqual([]);
    expect(outputOf(checked).length).toBeGreaterThan(0);
  }
});

test.each(SHAPE_NAMES)("%s is confluent exactly if it says so", (shape) => {
  const config = { "world.source.arrival-interval": "0 ms" };
  const scenario = { name: "generated", params: { shape, left: LEFT } };
  const runs = [1, 2, 3, 4, 5, 6, 7, 8].map((seed) => runChecked({ scenario, seed, config }));
  const outputs = new Set(runs.map((run) => JSON.stringify(outputOf(run))));
  expect(outputs.size === 1).toBe(runs[0]?.run.job.scenario.isConfluent);
});
