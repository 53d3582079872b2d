// A case that changes what an exercise has settled is refused in one sentence, before anything runs.
import { expect, test } from "vitest";
import type { Case } from "../../sim/harness/case.ts";
import { allowanceText, checkAllowed } from "../../sim/teaching/exercises/allowance.ts";
import { ExerciseError } from "../../sim/teaching/exercises/exercise.ts";
import { gradeCase } from "../../sim/teaching/exercises/grade.ts";
import { exerciseNamed, solutionOf } from "./exercise-runs.ts";

const four = solutionOf("four-again");
const failed = solutionOf("failed-without-loss");
const [crash] = four.faults ?? [];

const REFUSED: readonly (readonly [exercise: string, request: Case, message: string])[] = [
  [
    "four-again",
    { ...four, scenario: "two-streams" },
    'found the scenario "two-streams", expected "one-stream"',
  ],
  ["four-again", { ...four, seed: 8 }, "found the seed 8, expected 7, as in the starting case"],
  ["four-again", { scenario: "one-stream" }, "found the seed 1, expected 7"],
  ["four-again", { ...four, edits: ["T08"] }, 'found "edits" in the case, expected none'],
  [
    "four-again",
    { ...four, overrides: [{ key: "tie@words-1#0:4", value: 1 }] },
    'found "overrides" in the case, expected none',
  ],
  [
    "four-again",
    { ...four, data: [{ source: "a", partition: 0, offset: 0, drop: true }] },
    'found "data" in the case, expected none',
  ],
  [
    "four-again",
    { ...four, config: { "world.source.arrival-interval": "5 ms" } },
    'found "5 ms" for "world.source.arrival-interval", expected nothing, no option may be changed',
  ],
  [
    "failed-without-loss",
    { ...failed, config: { ...failed.config, "execution.checkpointing.interval": "1 s" } },
    'found "1 s" for "execution.checkpointing.interval", expected nothing, only execution.checkpointing.timeout and execution.checkpointing.tolerable-failed-checkpoints may be changed',
  ],
  [
    "four-again",
    { ...four, faults: [{ what: "power-loss", where: "cluster", when: { at: 1 } }] },
    'found the fault "power-loss", expected no kinds but task-throws, task-manager-dies, task-manager-loses-disk',
  ],
  [
    "four-again",
    { ...four, faults: [crash, crash].filter((fault) => fault !== undefined) },
    "found 2 faults, expected at most 1",
  ],
];

test.each(REFUSED)("%s refuses %j", (id, request, message) => {
  const runs: Case[] = [];
  const grade = (): unknown =>
    gradeCase(exerciseNamed(id), request, (allowed) => {
      runs.push(allowed);
      throw new Error("It ran");
    });
  expect(grade).toThrow(ExerciseError);
  expect(grade).toThrow(`Cannot grade "${id}": ${message}`);
  expect(runs).toEqual([]);
});

test("a case as the page saves it is allowed: every key written, and a level of its own", () => {
  const saved = {
    ...four,
    overrides: [],
    data: [],
    edits: [],
    config: { "recording.level": "off" },
  };
  expect(() => checkAllowed(exerciseNamed("four-again"), saved)).not.toThrow();
});

test("what is graded is recorded in full, whatever the case says", () => {
  const levels: unknown[] = [];
  const off = { ...four, config: { "recording.level": "off" } };
  gradeCase(exerciseNamed("four-again"), off, ({ config }) => {
    levels.push(config?.["recording.level"]);
    return { run: { end: "idle", jobStatus: "FINISHED" }, events: [], verdicts: [] };
  });
  expect(levels).toEqual(["network"]);
});

test("allowanceText names the kinds, how many, and the options", () => {
  expect(allowanceText(exerciseNamed("four-again").allowed).en).toBe(
    "You may plan one fault (task-throws, task-manager-dies, task-manager-loses-disk).",
  );
  expect(allowanceText(exerciseNamed("failed-without-loss").allowed).en).toContain(
    " and set execution.checkpointing.timeout, execution.checkpointing.tolerable-failed-checkpoints.",
  );
  expect(allowanceText(exerciseNamed("crash-in-restore").allowed).en).toContain("up to 2 faults");
});
