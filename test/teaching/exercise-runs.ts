// Students' cases of exercises, as tests write and grade them.
import { readFileSync } from "node:fs";
import type { Fault } from "../../sim/api/scenario.ts";
import type { Case } from "../../sim/harness/case.ts";
import { parseCase } from "../../sim/harness/case-schema.ts";
import type { CheckedRun } from "../../sim/harness/runner.ts";
import { EXERCISES } from "../../sim/teaching/exercises/all-exercises.ts";
import type { Exercise } from "../../sim/teaching/exercises/exercise.ts";
import { GRADED_BOUNDS, type Grade, gradeCase } from "../../sim/teaching/exercises/grade.ts";
import { runner } from "../support/runner.ts";

/** The exercise with this id. */
export function exerciseNamed(id: string): Exercise {
  const exercise = EXERCISES.find((candidate) => candidate.id === id);
  if (exercise === undefined) throw new Error(`There is no exercise ${id}`);
  return exercise;
}

/** The reference solution of an exercise. */
export function solutionOf(id: string): Case {
  const url = new URL(`solutions/${id}.json`, import.meta.url);
  return parseCase(JSON.parse(readFileSync(url, "utf8")));
}

const grades = new Map<string, Grade<CheckedRun>>();

/** Grades a case as the command line does. Each is run once. */
export function graded(exercise: Exercise, request: Case): Grade<CheckedRun> {
  const key = JSON.stringify([exercise.id, request]);
  const grade =
    grades.get(key) ??
    gradeCase(exercise, request, (allowed) =>
      runner.runChecked(runner.prepare(allowed), { bounds: GRADED_BOUNDS }),
    );
  grades.set(key, grade);
  return grade;
}

/** A fault right after the first such event. */
export function after(
  [what, where]: readonly [string, string],
  event: { readonly event: string; readonly place: string; readonly checkpoint?: number } & {
    readonly attempt?: number;
    readonly nth?: number;
  },
): Fault {
  return { what, where, when: { after: { nth: 1, ...event } } };
}
