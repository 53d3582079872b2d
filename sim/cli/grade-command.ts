// `cleancut grade`: the marked exercises, the case that one starts from, and what a student's case comes to.

import { existsSync } from "node:fs";
import type { Command } from "commander";
import { readCase } from "../node/case-file.ts";
import { loadEngine } from "../node/engine-bundle.ts";
import { RequestError } from "../node/request-error.ts";
import { writeWhole } from "../node/whole-file.ts";
import { nearest } from "../runtime/configuration.ts";
import { EXERCISES } from "../teaching/exercises/all-exercises.ts";
import type { Exercise } from "../teaching/exercises/exercise.ts";
import { GRADED_BOUNDS, gradeCase } from "../teaching/exercises/grade.ts";
import type { Language } from "../trace/sentences/sentence.ts";
import { EXIT_CODE, type ExitCode } from "./exit-code.ts";
import {
  exerciseJson,
  exerciseLines,
  exerciseListLines,
  gradeJson,
  gradeLines,
  startLines,
} from "./grade-report.ts";
import { print, printJson } from "./terminal.ts";

interface Options {
  readonly start?: string;
  readonly language: Language;
  readonly json?: true;
}

/** Adds the command to the program. */
export function addGradeCommand(program: Command, end: (code: ExitCode) => void): void {
  program
    .command("grade")
    .description("mark a student's case: does its run show what the exercise asks for?")
    .argument("[exercise]", "the exercise; without one, all are listed")
    .argument("[case]", "the student's case, a .json file; without one, the exercise is shown")
    .option("--start <case.json>", "write the case that the exercise starts from")
    .option("--language <language>", "en or zh", language, "en")
    .option("--json", "print one JSON object")
    .addHelpText("after", EXAMPLES)
    .action(async (id: string | undefined, path: string | undefined, options: Options) =>
      end(await answered({ id, path }, options)),
    );
}

const EXAMPLES = `
Examples:
  cleancut grade
  cleancut grade four-again
  cleancut grade four-again --start case.json
  cleancut grade four-again case.json --language zh

Exit code: 0 solved, 1 not solved yet, 2 the request was wrong, or the case changes what has to stay,
4 a bug of Cleancut itself.`;

interface Asked {
  readonly id: string | undefined;
  readonly path: string | undefined;
}

async function answered({ id, path }: Asked, options: Options): Promise<ExitCode> {
  if (id === undefined) return listed(options);
  const exercise = exerciseNamed(id);
  if (options.start !== undefined) return started(exercise, { ...options, path });
  return path === undefined ? shown(exercise, options) : graded(exercise, path, options);
}

function language(text: string): Language {
  if (text === "en" || text === "zh") return text;
  throw new RequestError(`Cannot take --language "${text}": expected en or zh`);
}

function exerciseNamed(id: string): Exercise {
  const exercise = EXERCISES.find((candidate) => candidate.id === id);
  if (exercise !== undefined) return exercise;
  const ids = EXERCISES.map((candidate) => candidate.id);
  throw new RequestError(
    `Cannot find the exercise "${id}": there is none of that name, the nearest is "${nearest(id, ids)}"`,
  );
}

function listed({ start, language, json }: Options): ExitCode {
  if (start !== undefined) {
    throw new RequestError(`Cannot write ${start}: found no exercise before --start, expected one`);
  }
  if (json) printJson({ exercises: EXERCISES.map((each) => exerciseJson(each, language)) });
  else print(...exerciseListLines(EXERCISES, language));
  return EXIT_CODE.held;
}

function shown(exercise: Exercise, { language, json }: Options): ExitCode {
  if (json) printJson(exerciseJson(exercise, language));
  else print(...exerciseLines(exercise, language));
  return EXIT_CODE.held;
}

/** Never over a file that is there: it may be a student's work. */
function started(
  exercise: Exercise,
  { start = "", path, language, json }: Options & Pick<Asked, "path">,
): ExitCode {
  if (path !== undefined) {
    throw new RequestError(`Cannot grade ${path} and write ${start} at once: expected one of them`);
  }
  if (existsSync(start)) {
    throw new RequestError(`Cannot write ${start}: there is such a file, expected a new name`);
  }
  writeWhole(start, JSON.stringify(exercise.base, undefined, 2));
  if (json) printJson({ exercise: exercise.id, path: start, case: exercise.base });
  else print(...startLines(exercise, start, language));
  return EXIT_CODE.held;
}

async function graded(
  exercise: Exercise,
  path: string,
  { language, json }: Options,
): Promise<ExitCode> {
  const request = readCase(path);
  const { runner } = await loadEngine();
  const grade = gradeCase(exercise, request, (allowed) =>
    runner.runChecked(runner.prepare(allowed), { bounds: GRADED_BOUNDS }),
  );
  const file = { grade, path };
  if (json) printJson(gradeJson(file, language));
  else print(...gradeLines(file, language));
  if (grade.run.run.end === "invariant-broken") return EXIT_CODE.ourBug;
  return grade.isSolved ? EXIT_CODE.held : EXIT_CODE.violated;
}
