// `cleancut explain`: why a case fails, in a few numbered sentences.

import type { Command } from "commander";
import { scenarioName } from "../harness/case.ts";
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
  for (const target of await failingTargets(path, options.checker)) {
    const { explained, ...end } = await explainedTarget(target, options);
    if (explained !== undefined) all.push(explained);
    isInterrupted = end.isInterrupted;
    if (isInterrupted) break;
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

/** No explanation if it was interrupted before there was one. */
async function explainedTarget(
  found: FailingTarget,
  options: Options,
): Promise<{ readonly explained: Explained | undefined; readonly isInterrupted: boolean }> {
  const { target, isInterrupted } =
    options.shrink === true ? await smallest(found) : { target: found, isInterrupted: false };
  if (isInterrupted) return { explained: undefined, isInterrupted };
  const { engine, case: failing, failure, records } = target;
  const request = { case: failing, checker: failure.checker, records };
  const { result, ...end } = await carriedOut(explain(request), engine, "Explaining");
  return { explained: result && { target, explanation: result }, ...end };
}

async function smallest(
  found: FailingTarget,
): Promise<{ readonly target: FailingTarget; readonly isInterrupted: boolean }> {
  const { engine, case: failing, failure, records } = found;
  const request = { case: failing, checker: failure.checker, records };
  const { result, isInterrupted } = await carriedOut(shrink(request), engine, "Shrinking");
  const target = result === undefined ? found : { ...found, case: result.case };
  return { target, isInterrupted };
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
  const { seed, edits } = target.case;
  const { checker, sentence, sentences, unnecessary, runs } = explanation;
  const builtIn = edits.length === 0 ? "" : `, with ${edits.join(", ")} built in`;
  return [
    `${heading(scenarioName(target.case))}, seed ${seed}${builtIn}: ${checker} speaks`,
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
