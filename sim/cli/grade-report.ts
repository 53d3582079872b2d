// What `cleancut grade` says of exercises and of a graded case: for people as lines, for machines as one object.

import type { CheckedRun } from "../harness/runner.ts";
import { faultText } from "../search/fault-text.ts";
import { allowanceText } from "../teaching/exercises/allowance.ts";
import type { Exercise } from "../teaching/exercises/exercise.ts";
import { type Grade, SOUND } from "../teaching/exercises/grade.ts";
import type { Localized } from "../teaching/localized.ts";
import type { Language } from "../trace/sentences/sentence.ts";
import { commandText } from "./command-text.ts";
import { heading, verdictMark } from "./terminal.ts";

/** All exercises, one each two lines. */
export function exerciseListLines(
  exercises: readonly Exercise[],
  language: Language,
): readonly string[] {
  const width = Math.max(...exercises.map(({ id }) => id.length));
  return [
    heading(WORDS.exercises[language]),
    ...exercises.map(({ id, title }) => `  ${id.padEnd(width)}  ${title[language]}`),
    "",
    `${WORDS.readOne[language]} ${commandText("grade")} <exercise>`,
  ];
}

/** One exercise: what is asked, what may be changed, and how to go on. */
export function exerciseLines(exercise: Exercise, language: Language): readonly string[] {
  const { id, title, task, hint, allowed, criteria } = exercise;
  return [
    heading(title[language]),
    `  ${task[language]}`,
    `  ${allowanceText(allowed)[language]}`,
    "",
    heading(WORDS.marked[language]),
    ...[...criteria, SOUND].map(({ says }) => `  - ${says[language]}`),
    "",
    `${WORDS.hint[language]}  ${hint[language]}`,
    `${WORDS.start[language]}  ${commandText("grade", id, "--start", "case.json")}`,
    `${WORDS.grade[language]}  ${commandText("grade", id, "case.json")}`,
  ];
}

/** What is said when the starting case of an exercise has been written to `path`. */
export function startLines(
  { id, title, task, allowed }: Exercise,
  path: string,
  language: Language,
): readonly string[] {
  return [
    heading(title[language]),
    `  ${task[language]}`,
    `  ${allowanceText(allowed)[language]}`,
    "",
    `${WORDS.written[language]}  ${path}`,
    `${WORDS.look[language]}  ${commandText("run", path)}`,
    `${WORDS.grade[language]}  ${commandText("grade", id, path)}`,
  ];
}

/** An exercise for machines. */
export function exerciseJson(exercise: Exercise, language: Language): unknown {
  const { id, title, task, hint, base, allowed, criteria } = exercise;
  return {
    id,
    title: title[language],
    task: task[language],
    hint: hint[language],
    base,
    allowed,
    criteria: [...criteria, SOUND].map(({ says }) => says[language]),
  };
}

/** A graded case, and the file it is in. */
export interface GradedFile {
  readonly grade: Grade<CheckedRun>;
  readonly path: string;
}

/** The report for people. Its last line is the result. */
export function gradeLines({ grade, path }: GradedFile, language: Language): readonly string[] {
  const { exercise, marks, run, isSolved } = grade;
  return [
    heading(exercise.title[language]),
    `  ${exercise.task[language]}`,
    "",
    ...marks.flatMap(({ isMet, says, found }) => [
      `${verdictMark(isMet ? "holds" : "violated")} ${says[language]}`,
      `    ${found[language]}`,
    ]),
    "",
    ...verdictLines(run, language),
    "",
    ...run.run.unstruckFaults.map((fault) => `${WORDS.neverStruck[language]}  ${faultText(fault)}`),
    ...(isSolved ? [] : [`${WORDS.hint[language]}  ${exercise.hint[language]}`]),
    `${WORDS.look[language]}  ${commandText("run", path)}`,
    heading((isSolved ? WORDS.solved : WORDS.notSolved)[language]),
  ];
}

/** The report for machines. */
export function gradeJson({ grade, path }: GradedFile, language: Language): unknown {
  const { exercise, marks, run, isSolved } = grade;
  return {
    exercise: exercise.id,
    title: exercise.title[language],
    isSolved,
    marks: marks.map(({ isMet, says, found }) => ({
      isMet,
      says: says[language],
      found: found[language],
    })),
    verdicts: run.verdicts.map(({ checker, kind, sentence }) => ({
      checker,
      holds: kind === "not-checked" ? null : kind === "holds",
      sentence,
    })),
    end: run.run.end,
    jobStatus: run.run.jobStatus,
    unstruckFaults: run.run.unstruckFaults,
    digest: run.run.digest,
    case: run.run.job.case,
    look: commandText("run", path),
  };
}

/** The checkers speak English only. */
function verdictLines({ verdicts }: CheckedRun, language: Language): readonly string[] {
  const width = Math.max(0, ...verdicts.map(({ checker }) => checker.length));
  return [
    heading(WORDS.verdicts[language]),
    ...verdicts.map(
      ({ kind, checker, sentence }) => `${verdictMark(kind)} ${checker.padEnd(width)}  ${sentence}`,
    ),
  ];
}

const WORDS = {
  exercises: { en: "Exercises", zh: "练习" },
  readOne: { en: "Read one with:", zh: "查看题目：" },
  marked: { en: "What is marked", zh: "评分标准" },
  hint: { en: "Hint ", zh: "提示" },
  written: { en: "Case ", zh: "文件" },
  start: { en: "Start", zh: "开始" },
  grade: { en: "Grade", zh: "评分" },
  verdicts: { en: "Verdicts", zh: "检查器的结论" },
  neverStruck: { en: "Never struck:", zh: "从未发生：" },
  look: { en: "Look ", zh: "回看" },
  solved: { en: "solved", zh: "已解决" },
  notSolved: { en: "not solved yet", zh: "尚未解决" },
} as const satisfies { readonly [word: string]: Localized };
