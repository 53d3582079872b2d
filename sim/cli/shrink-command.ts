// `cleancut shrink`: the smallest failing case. It is saved as a case that `run`, `explain` and a regression test take.

import type { Command } from "commander";
import { type Case, scenarioName } from "../harness/case.ts";
import { RequestError } from "../node/request-error.ts";
import { requireOutput, writeWhole } from "../node/whole-file.ts";
import type { CaseMeasure } from "../search/case-measure.ts";
import { faultText } from "../search/fault-text.ts";
import { keptRecords } from "../search/input-records.ts";
import { type ShrinkReport, type ShrinkStep, shrink } from "../search/shrink.ts";
import type { RecordAddress } from "../trace/record-address.ts";
import { commandText } from "./command-text.ts";
import { EXIT_CODE, type ExitCode } from "./exit-code.ts";
import { type FailingTarget, failingTargets } from "./failing-target.ts";
import { savedPath } from "./saved-path.ts";
import { carriedOut } from "./search-run.ts";
import { heading, print, printJson } from "./terminal.ts";

interface Options {
  readonly checker?: string;
  readonly out?: string;
  readonly json?: true;
}

/** Adds the command to the program. */
export function addShrinkCommand(program: Command, end: (code: ExitCode) => void): void {
  program
    .command("shrink")
    .description("make a failing case as small as it can be: its faults, its choices, its data")
    .argument("<failure>", "a trace (.jsonl), a case or a sweep's report (.json)")
    .option("--checker <name>", "the checker that must go on speaking (default: the first)")
    .option("--out <file>", "where the case goes (default: .cleancut/shrunk/<scenario>-<seed>...)")
    .option("--json", "print one JSON object")
    .addHelpText("after", EXAMPLES)
    .action(async (path: string, options: Options) => end(await run(path, options)));
}

const EXAMPLES = `
Examples:
  cleancut shrink .cleancut/failures/word-count-4.json
  cleancut shrink four.jsonl --checker newest-checkpoint --out smallest.json
  cleancut shrink report.json

Of a report, the first failure of each checker is shrunk. What is left is needed: without any one of its
faults, overrides and records the checker is silent. Exit code: 1 a property is violated, as was asked
for, 2 nothing fails, 3 stopped before it was as small as can be.`;

/** A shrunk case, and where it lies. */
interface Shrunk {
  readonly target: FailingTarget;
  readonly report: ShrinkReport;
  readonly path: string;
}

async function run(path: string, options: Options): Promise<ExitCode> {
  if (options.out !== undefined) requireOutput(options.out, path);
  const all: Shrunk[] = [];
  const targets = await failingTargets(path, options.checker);
  const isOnly = targets.length === 1;
  if (!isOnly && options.out !== undefined) {
    const checkers = targets.map(({ failure }) => failure.checker).join(", ");
    throw new RequestError(
      `Cannot shrink ${path} to ${options.out}: found failures of ${checkers}, expected one, choose it with --checker`,
    );
  }
  for (const target of targets) {
    const casePath = options.out ?? defaultPath(target, isOnly);
    // Before the long work: a path that cannot be written is found now, and whoever ends it has the case.
    saveCase(casePath, target.case);
    const { report, isInterrupted } = await shrunk(target);
    if (report !== undefined) {
      saveCase(casePath, report.case);
      all.push({ target, report, path: casePath });
    }
    if (isInterrupted) break;
  }
  if (options.json === true) printJson(jsonOf(all));
  else print(...all.flatMap((each, index) => [...(index > 0 ? [""] : []), ...reportLines(each)]));
  const isFinished = all.filter(({ report }) => report.isMinimal).length === targets.length;
  return isFinished ? EXIT_CODE.violated : EXIT_CODE.unfinished;
}

/** No report if it was interrupted before the first run. */
async function shrunk(
  target: FailingTarget,
): Promise<{ readonly report: ShrinkReport | undefined; readonly isInterrupted: boolean }> {
  const { engine, case: failing, failure, records } = target;
  const request = { case: failing, checker: failure.checker, records };
  const { result, isInterrupted } = await carriedOut(shrink(request), engine, "Shrinking");
  if (result === undefined && !isInterrupted) {
    throw new Error("A case that failed a moment ago now passes");
  }
  return { report: result, isInterrupted };
}

function defaultPath({ case: failing, failure }: FailingTarget, isOnly: boolean): string {
  const words = [scenarioName(failing), failing.seed, ...(isOnly ? [] : [failure.checker])];
  return savedPath("shrunk", words, "json");
}

function saveCase(path: string, saved: Required<Case>): void {
  writeWhole(path, JSON.stringify(saved, undefined, 2));
}

function jsonOf(all: readonly Shrunk[]): unknown {
  const results = all.map(({ report, path }) => ({
    scenario: report.case.scenario,
    seed: report.case.seed,
    ...report,
    path,
    repeat: commandText("run", path),
  }));
  return results.length === 1 ? results[0] : { results };
}

function reportLines({ target, report, path }: Shrunk): readonly string[] {
  const { checker, sentence, case: smallest, before, after, runs, steps, isMinimal } = report;
  const { seed, faults, overrides, edits } = smallest;
  const builtIn = edits.length === 0 ? "" : `, with ${edits.join(", ")} built in`;
  return [
    `${heading(scenarioName(smallest))}, seed ${seed}${builtIn}: ${checker} still speaks`,
    `  ${sentence}`,
    "",
    heading(`${isMinimal ? "Shrunk" : "Shrunk so far"}, in ${runs} runs`),
    ...stepLines(steps, before),
    `  ${sizesText(before)}`,
    `  -> ${sizesText(after)}`,
    "",
    heading(isMinimal ? "Nothing of this can go" : "What is left"),
    ...(faults.length === 0
      ? ["  no fault at all"]
      : faults.map((fault) => `  ${faultText(fault)}`)),
    ...overrides.map(({ key, value }) => `  the choice ${key} fixed at ${value}`),
    ...dataLines(smallest, target.records),
    "",
    `Case    ${path}`,
    `Repeat  ${commandText("run", path)}`,
    `Why     ${commandText("explain", path)}`,
  ];
}

/** Steps of one kind in a row as one line. */
function stepLines(steps: readonly ShrinkStep[], before: CaseMeasure): readonly string[] {
  const last = steps.filter(({ what }, index) => steps[index + 1]?.what !== what);
  let from = before;
  return last.map(({ what, measure, runs }) => {
    const change = changeText(from, measure);
    from = measure;
    return `  after ${String(runs).padStart(4)} runs  ${what}${change}`;
  });
}

function changeText(from: CaseMeasure, to: CaseMeasure): string {
  const changed = SIZE_NAMES.filter(([size]) => from[size] !== to[size]);
  const texts = changed.map(([size, name]) => `${from[size]} -> ${counted(to[size], name)}`);
  return texts.length === 0 ? "" : `: ${texts.join(", ")}`;
}

function sizesText(measure: CaseMeasure): string {
  return SIZE_NAMES.filter(([size]) => size !== "values" || measure.values > 0)
    .map(([size, name]) => counted(measure[size], name))
    .join(", ");
}

function counted(count: number, name: string): string {
  return `${count} ${name}${count === 1 ? "" : "s"}`;
}

const SIZE_NAMES = [
  ["faults", "fault"],
  ["overrides", "override"],
  ["records", "record"],
  ["values", "edited value"],
] as const satisfies readonly (readonly [keyof CaseMeasure, string])[];

/** Which records are left, by partition. */
function dataLines({ data }: Required<Case>, records: readonly RecordAddress[]): readonly string[] {
  const offsets = new Map<string, number[]>();
  for (const { source, partition, offset } of keptRecords(records, data)) {
    const log = `${source}/${partition}`;
    offsets.set(log, [...(offsets.get(log) ?? []), offset]);
  }
  return [...offsets].map(([log, kept]) => {
    const whole = records.filter(
      ({ source, partition }) => `${source}/${partition}` === log,
    ).length;
    const which = kept.length === whole ? `all ${whole}` : `${kept.length} of ${whole}`;
    return `  records of ${log}: ${which}${kept.length === whole ? "" : ` (${rangesText(kept)})`}`;
  });
}

/** Whole numbers in rising order: `0-3, 7`. */
function rangesText(numbers: readonly number[]): string {
  const ranges: [number, number][] = [];
  for (const number of numbers) {
    const last = ranges.at(-1);
    if (last !== undefined && last[1] === number - 1) last[1] = number;
    else ranges.push([number, number]);
  }
  return ranges.map(([from, to]) => (from === to ? String(from) : `${from}-${to}`)).join(", ");
}
