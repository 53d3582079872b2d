// Snapshots that each task takes at its own time: refused wherever the engine's promises are meant to hold, and seen
// through by the checkers where a lesson lets them happen.
import { expect, test } from "vitest";
import { SCENARIOS } from "../../scenarios/index.ts";
import { ScenarioError } from "../../sim/index.ts";
import { LESSONS } from "../../viz/lessons/all-lessons.ts";
import { runner } from "../support/runner.ts";
import { runOf } from "./lesson-runs.ts";

const KEY = "teaching.uncoordinated-snapshots";

test("uncoordinated snapshots are refused for every scenario that is not for teaching", () => {
  const forTeaching = SCENARIOS.filter(({ isForTeaching }) => isForTeaching === true);
  expect(forTeaching.map(({ name }) => name)).toEqual(["one-stream", "two-streams"]);
  for (const { name, isForTeaching } of SCENARIOS) {
    const prepare = () => runner.prepare({ scenario: name, config: { [KEY]: "true" } });
    if (isForTeaching === true) {
      expect(prepare().scenario.name).toBe(name);
      continue;
    }
    expect(prepare).toThrow(ScenarioError);
    expect(prepare).toThrow(
      `Cannot run "${name}" with "${KEY}": found a scenario that is not for teaching`,
    );
  }
});

test("uncoordinated snapshots send no barrier, ask every task, and are no consistent cut", async () => {
  const lesson = LESSONS.find(({ id }) => id === "L1");
  expect(lesson?.case.config?.[KEY]).toBe(true);
  const { events, verdicts } = await runOf(lesson?.case ?? { scenario: "" });
  const kinds = new Set(events.map(({ kind }) => kind));
  expect(kinds).not.toContain("barrier-emitted");
  expect(kinds).not.toContain("channel-blocked");
  const asked = events.filter(({ kind, incarnation }) => {
    return kind === "trigger-received" && incarnation === 0;
  });
  expect(asked.map(({ place }) => place).toSorted()).toEqual(["a-1", "b-1", "count-1", "sink-1"]);
  const verdictOf = (checker: string) => verdicts.find((verdict) => verdict.checker === checker);
  expect(verdictOf("consistent-cut")).toMatchObject({
    kind: "violated",
    sentence: expect.stringContaining("Orphan: in checkpoint 1 the snapshot of count-1 holds"),
  });
  expect(verdictOf("failure-transparency")?.kind).toBe("violated");
  expect(verdictOf("committed-output")?.kind).toBe("violated");
});

test("the same run with barriers is a consistent cut", async () => {
  const { case: request } = LESSONS[0] as (typeof LESSONS)[number];
  const coordinated = { ...request, config: { ...request.config, [KEY]: false } };
  const { verdicts } = await runOf(coordinated);
  expect(verdicts.filter(({ kind }) => kind === "violated")).toEqual([]);
});
