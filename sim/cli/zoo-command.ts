// `cleancut zoo`: the kill matrix. Each bug is built into an engine of its own, and the checker named for it has to
// find it.

import type { Command } from "commander";
import { MutantWorkers } from "../node/mutant-workers.ts";
import { defaultJobs } from "../node/parallel-sweep.ts";
import { requireBug } from "../node/zoo-edits.ts";
import { BUGS } from "../zoo/all-bugs.ts";
import type { Bug } from "../zoo/bug.ts";
import {
  fillKillMatrix,
  type KillMatrix,
  killMatrixLines,
  problemsOf,
} from "../zoo/kill-matrix.ts";
import { commandText } from "./command-text.ts";
import { EXIT_CODE, type ExitCode } from "./exit-code.ts";
import { listenForInterruption } from "./interruption.ts";
import { wholeNumber } from "./option-values.ts";
import { coloured, print, printJson, tell } from "./terminal.ts";

interface Options {
  readonly bug?: readonly string[];
  readonly seeds: number;
  readonly jobs?: number;
  readonly json?: true;
}

/** Adds the command to the program. */
export function addZooCommand(program: Command, end: (code: ExitCode) => void): void {
  program
    .command("zoo")
    .description(
      "build known bugs into the engine, one at a time, and see which checker finds each",
    )
    .option("--bug <id...>", "only these bugs, by id or ticket")
    .option(
      "--seeds <n>",
      "seeds of a sweep, and of runs without faults",
      wholeNumber("--seeds", 1),
      100,
    )
    .option("--jobs <n>", "worker threads (default: one a processor)", wholeNumber("--jobs", 1))
    .option("--json", "print one JSON object")
    .addHelpText("after", EXAMPLES)
    .action(async (options: Options) => end(await zoo(options)));
}

const EXAMPLES = `
Examples:
  cleancut zoo
  cleancut zoo --bug ${BUGS[0]?.id ?? "id"} --seeds 500
  cleancut zoo --json > matrix.json

Exit code: 0 every bug is found and the engine as it is is clean, 1 not so.`;

async function zoo(options: Options): Promise<ExitCode> {
  const bugs = options.bug === undefined ? BUGS : options.bug.map(requireBug);
  const workers = new MutantWorkers(options.jobs ?? defaultJobs());
  const interruption = listenForInterruption();
  try {
    let current: string | undefined;
    const matrix = await fillKillMatrix({ bugs, seeds: options.seeds }, (bug, requests) => {
      if (interruption.isRequested) throw new Interrupted(`Stopped at ${nameOf(bug)}`);
      if (current !== nameOf(bug)) tell(`Running ${nameOf(bug)}`);
      current = nameOf(bug);
      return workers.run(bug, requests);
    });
    const problems = problemsOf(matrix);
    if (options.json === true) printJson({ ...matrix, problems });
    else print(...matrixLines(matrix, bugs, problems));
    return problems.length === 0 ? EXIT_CODE.held : EXIT_CODE.violated;
  } catch (error) {
    if (!(error instanceof Interrupted)) throw error;
    tell(error.message);
    return EXIT_CODE.unfinished;
  } finally {
    interruption.release();
    await workers.close();
  }
}

/** The user has had enough before the matrix was full. */
class Interrupted extends Error {
  override readonly name = "Interrupted";
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
  const verdicts =
    problems.length === 0
      ? [
          `${coloured("✓", "green")} Every bug is found by the checker named for it, and the engine as it is is clean.`,
        ]
      : problems.map((problem) => `${coloured("✗", "red")} ${problem}`);
  return [...stories, ...killMatrixLines(matrix), "", ...verdicts];
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
