// Marks a student's case: is it allowed, what does its run show, and does everything hold that the checkers claim? The
// run is handed in as a function, so that command line, page and tests each run cases in their own way.

import type { Case } from "../../harness/case.ts";
import { checkAllowed } from "./allowance.ts";
import type { Criterion, Exercise, ExerciseRun, Finding } from "./exercise.ts";

/** Runs a case and has it judged. Throws named errors for a case that cannot be. */
export type RunCase<Run extends ExerciseRun> = (request: Case) => Run;

/** A run of an exercise that goes on for longer turns in circles: the starting cases need less than a tenth of it. */
export const GRADED_BOUNDS = { maxEvents: 20_000 };

/** What a student is told. */
export interface Grade<Run extends ExerciseRun = ExerciseRun> {
  readonly exercise: Exercise;
  /** The exercise's own criteria, then {@link SOUND}. */
  readonly marks: readonly Mark[];
  readonly run: Run;
  /** Whether every criterion is met. */
  readonly isSolved: boolean;
}

/** A criterion and what was found of it. */
export interface Mark extends Finding {
  readonly says: Criterion["says"];
}

/**
 * Grades a student's case. Throws an ExerciseError for a case that changes what has to stay, and what `runCase` throws.
 *
 * @example gradeCase(exercise, readCase("case.json"), (request) => runner.runChecked(runner.prepare(request)))
 */
export function gradeCase<Run extends ExerciseRun>(
  exercise: Exercise,
  request: Case,
  runCase: RunCase<Run>,
): Grade<Run> {
  checkAllowed(exercise, request);
  const run = runCase({
    ...request,
    config: { ...request.config, "recording.level": "network" },
    faults: request.faults ?? exercise.base.faults,
  });
  const marks = [...exercise.criteria, SOUND].map(({ says, holds }) => ({ says, ...holds(run) }));
  return { exercise, marks, run, isSolved: marks.every(({ isMet }) => isMet) };
}

/** What every solution shows: a run in which the engine keeps its promise. */
export const SOUND: Criterion = {
  says: {
    en: "The job comes to its end, and no checker objects.",
    zh: "作业运行到结束，没有任何检查器提出异议。",
  },
  holds: ({ run: { end, jobStatus }, verdicts }) => {
    const names = verdicts.flatMap(({ kind, checker }) => (kind === "violated" ? [checker] : []));
    const holding = verdicts.filter(({ kind }) => kind === "holds").length;
    const isAtRest = end === "idle";
    const status = isAtRest
      ? { en: `The job is ${jobStatus}`, zh: `作业状态为 ${jobStatus}` }
      : {
          en: `The job is still ${jobStatus} where the run was given up`,
          zh: `运行被放弃时作业状态仍为 ${jobStatus}`,
        };
    const judged =
      names.length === 0
        ? { en: "none objects", zh: "没有异议" }
        : { en: `${names.join(", ")} objects`, zh: `${names.join(", ")} 提出异议` };
    return {
      isMet: isAtRest && jobStatus === "FINISHED" && names.length === 0,
      found: {
        en: `${status.en}; ${holding} of ${verdicts.length} checkers hold, ${judged.en}.`,
        zh: `${status.zh}；${verdicts.length} 个检查器中 ${holding} 个成立，${judged.zh}。`,
      },
    };
  },
};
