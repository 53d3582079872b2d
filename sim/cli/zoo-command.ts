// `cleancut zoo`: the kill matrix. Each bug is built into an engine of its own, and the checker named for it has to
// find it.

import { type Command, Option } from "commander";
import { MutantWorkers } from "../node/mutant-workers.ts";
import { defaultJobs } from "../node/parallel-sweep.ts";
import { requireOutput, writeWhole } from "../node/whole-file.ts";
import { requireBug } from "../node/zoo-edits.ts";
import { BUGS } from "../zoo/all-bugs.ts";
import type { Bug } from "../zoo/bug.ts";
import { zooPage } from "../zoo/bug-page.ts";
import { fillKillMatrix, type KillMatrix, STRATEGIES, type Strategy } from "../zoo/kill-matrix.ts";
import { killMatrixLines, problemsOf } from "../zoo/kill-report.ts";
import { commandText } from "./command-text.ts";
import { EXIT_CODE, type ExitCode } from "./exit-code.ts";
import { listenForInterruption } from "./interruption.ts";
import { wholeNumber } from "./option-values.ts";
import { coloured, print, printJson, tell } from "./terminal.ts";

interface Options {
  readonly bug?: readonly string[];
  readonly strategy?: readonly Strategy[];
  readonly seeds: number;
  readonly jobs?: number;
  readonly json?: true;
  readonly writeDocs?: string;
}

/** Adds the command to the program. */
export function addZooCommand(program: Command, end: (code: ExitCode) => void): void {
  program
    .command("zoo")
    .description(
      "build known bugs into the engine, one at a time, and see which checker finds each",
    )
    .option("--bug <id...>", "only these bugs, by id or ticket")
    .addOption(
      new Option("--strategy <name...>", "only these ways to look for a bug").choices(STRATEGIES),
    )
    .option(
      "--seeds <n>",
      "seeds of a sweep; runs without faults are at most 50",
      wholeNumber("--seeds", 1),
      300,
    )
    .option("--jobs <n>", "worker threads (default: one a processor)", wholeNumber("--jobs", 1))
    .option("--json", "print one JSON object")
    .option("--write-docs <path>", "also write the page of all bugs, with the matrix")
    .addHelpText("after", EXAMPLES)
    .action(async (options: Options) => end(await zoo(options)));
}

const EXAMPLES = `
Examples:
  cleancut zoo
  cleancut zoo --bug ${BUGS[0]?.id ?? "id"} --seeds 500
  cleancut zoo --strategy known exhaust
  cleancut zoo --json > matrix.json
  cleancut zoo --write-docs docs/zoo.md

Strategies: failure-free runs without faults; sweep draws faults for each seed; exhaust loses the power, and
lets each machine die, at every point of one run; known runs the bug's smallest known schedule. Ctrl-C stops
and prints what is known by then.
Exit code: 0 every bug is found and the engine as it is is clean, 1 not so, 3 stopped before that was known.`;

async function zoo(options: Options): Promise<ExitCode> {
  const bugs = options.bug === undefined ? BUGS : options.bug.map(requireBug);
  if (options.writeDocs !== undefined) requireOutput(options.writeDocs);
  const workers = new MutantWorkers(options.jobs ?? defaultJobs());
  const interruption = listenForInterruption();
  try {
    const matrix = await fillKillMatrix(
      {
        bugs,
        strategies: STRATEGIES.filter((name) => options.strategy?.includes(name) ?? true),
        seeds: options.seeds,
        isStopped: () => interruption.isRequested,
        onCell: (bug, strategy) => tell(`${nameOf(bug)}: ${strategy}`),
      },
      workers,
    );
    const problems = problemsOf(matrix);
    if (options.json === true) printJson({ ...matrix, problems });
    else print(...matrixLines(matrix, bugs, problems));
    if (options.writeDocs !== undefined && !matrix.isPartial) {
      writeWhole(options.writeDocs, zooPage(bugs, matrix));
    }
    if (problems.length > 0) return EXIT_CODE.violated;
    return matrix.isPartial ? EXIT_CODE.unfinished : EXIT_CODE.held;
  } finally {
    interruption.release();
    await workers.close();
  }
}

function nameOf(bug: Bug | undefined): string {
  return bug === undefined ? "the engine as it is" : `${bug.ticket} ${bug.id}`;
}

function matrixLines(
  matrix: KillMatrix,
  bugs: readonly Bug[],
  problems: readonly string[],
): readonly string[] {
  const stories = bugs.length === 1 ? bugs.flatMap(storyLines) : [];
  return [...stories, ...killMatrixLines(matrix), "", ...verdictLines(matrix, problems)];
}

function verdictLines(matrix: KillMatrix, problems: readonly string[]): readonly string[] {
  if (problems.length > 0) {
    return problems.map((problem) => `${coloured("✗", "red")} ${problem}`);
  }
  if (matrix.isPartial)
    return ["Stopped before the matrix was full; so far all is as it should be."];
  return [
    `${coloured("✓", "green")} Every bug is found by the checker named for it, and the engine as it is is clean.`,
  ];
}

function storyLines({ title, story, excuse, id, schedule }: Bug): readonly string[] {
  return [
    title,
    `  ${story}`,
    `  Why one would write it: ${excuse}`,
    `  Its smallest known schedule: ${schedule.steps}`,
    `  See it: a case with "edits": ["${id}"], ${commandText("run", "case.json")}`,
    "",
  ];
}
