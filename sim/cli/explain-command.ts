// `cleancut explain`: why a case fails, in a few numbered sentences.

import type { Command } from "commander";
import { type Explanation, type ExplanationSentence, explain } from "../search/explain.ts";
import { shrink } from "../search/shrink.ts";
import { timeText } from "../trace/duration-text.ts";
import { commandText } from "./command-text.ts";
import { EXIT_CODE, type ExitCode } from "./exit-code.ts";
import { type FailingTarget, failingTargets } from "./failing-target.ts";
import { carriedOut } from "./search-run.ts";
import { coloured, heading, print, printJson } from "./terminal.ts";

interface Options {
  readonly checker?: string;
  readonly shrink?: true;
  readonly json?: true;
}

/** Adds the command to the program. */
export function addExplainCommand(program: Command, end: (code: ExitCode) => void): void {
  program
    .command("explain")
    .description("tell in a few sentences why a case fails, and what it would not fail without")
    .argument("<failure>", "a trace (.jsonl), a case or a sweep's report (.json)")
    .option("--checker <name>", "the checker whose objection is explained (default: the first)")
    .option("--shrink", "make the case as small as it can be first, and explain that")
    .option("--json", "print one JSON object")
    .addHelpText("after", EXAMPLES)
    .action(async (path: string, options: Options) => end(await run(path, options)));
}

const EXAMPLES = `
Examples:
  cleancut explain .cleancut/failures/word-count-4.jsonl
  cleancut explain .cleancut/shrunk/word-count-4.json
  cleancut explain four.jsonl --shrink --checker newest-checkpoint

What is marked as needed was left out of the case, and the checker was silent. Of a report, the first
failure of each checker is explained. Exit code: 1 a property is violated, as was asked for, 2 nothing
fails, 3 stopped before all was tried.`;

/** An explained case. */
interface Explained {
  readonly target: FailingTarget;
  readonly explanation: Explanation;
}

async function run(path: string, options: Options): Promise<ExitCode> {
  const all: Explained[] = [];
  let isInterrupted = false;
  for (const found of await failingTargets(path, options.checker)) {
    const target = options.shrink === true ? await smallest(found) : found;
    const { engine, case: failing, failure, records } = target;
    const request = { case: failing, checker: failure.checker, records };
    const { result, isInterrupted: isStopped } = await carriedOut(
      explain(request),
      engine,
      "Explaining",
    );
    isInterrupted ||= isStopped;
    if (result !== undefined) all.push({ target, explanation: result });
  }
  if (options.json === true) printJson(jsonOf(all));
  else
    print(
      ...all.flatMap((each, index) => [
        ...(index > 0 ? [""] : []),
        ...explanationLines(each, path),
      ]),
    );
  return isInterrupted ? EXIT_CODE.unfinished : EXIT_CODE.violated;
}

async function smallest(target: FailingTarget): Promise<FailingTarget> {
  const { engine, case: failing, failure, records } = target;
  const request = { case: failing, checker: failure.checker, records };
  const { result } = await carriedOut(shrink(request), engine, "Shrinking");
  return result === undefined ? target : { ...target, case: result.case };
}

function jsonOf(all: readonly Explained[]): unknown {
  const results = all.map(({ target, explanation }) => ({
    scenario: target.case.scenario,
    seed: target.case.seed,
    ...explanation,
    case: target.case,
  }));
  return results.length === 1 ? results[0] : { results };
}

function explanationLines({ target, explanation }: Explained, path: string): readonly string[] {
  const { scenario, seed, edits } = target.case;
  const { checker, sentence, sentences, unnecessary, runs } = explanation;
  const name = typeof scenario === "string" ? scenario : scenario.name;
  const builtIn = edits.length === 0 ? "" : `, with ${edits.join(", ")} built in`;
  return [
    `${heading(name)}, seed ${seed}${builtIn}: ${checker} speaks`,
    `  ${sentence}`,
    "",
    heading("Why"),
    ...sentences.flatMap((each, index) => sentenceLines(each, { number: index + 1, checker })),
    "",
    ...unnecessary.map((what) => `Not needed by itself: ${what}`),
    ...(unnecessary.length === 0
      ? []
      : [`Smaller first: ${commandText("explain", path, "--shrink")}`]),
    `Found in ${runs} runs.`,
  ];
}

function sentenceLines(
  { kind, text, event }: ExplanationSentence,
  { number, checker }: { readonly number: number; readonly checker: string },
): readonly string[] {
  const when = event === undefined ? "" : `${timeText(event.time)}  `;
  const where = event === undefined ? "" : ` (event ${event.index})`;
  const line = `${`${number}.`.padStart(5)} ${when}${text}${where}`;
  if (kind === "event") return [line];
  return [line, `      ${coloured("needed", "bold")}: without this ${kind} ${checker} is silent`];
}
