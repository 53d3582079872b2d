// `cleancut sweep`: many seeds of one scenario, each under faults that it draws, over worker threads. What fails is
// saved as a case and a trace.

import { join } from "node:path";
import type { Command } from "commander";
import type { Case } from "../harness/case.ts";
import { engineBundle, isJobFile } from "../node/engine-bundle.ts";
import { importEngine, type LoadedEngine } from "../node/loaded-engine.ts";
import { defaultJobs, sweepInParallel } from "../node/parallel-sweep.ts";
import { traceOf, writeTrace } from "../node/trace-recording.ts";
import { writeWhole } from "../node/whole-file.ts";
import type { ConfigValues } from "../runtime/configuration.ts";
import type { SeedOutcome, SweepFailure, SweepReport } from "../search/sweep.ts";
import { commandText } from "./command-text.ts";
import { EXIT_CODE, type ExitCode } from "./exit-code.ts";
import { listenForInterruption } from "./interruption.ts";
import { realTimeMs, type SeedRange, seedRange, setting, wholeNumber } from "./option-values.ts";
import { showProgress } from "./progress.ts";
import { coloured, heading, print, printJson } from "./terminal.ts";

interface Options {
  readonly seeds?: SeedRange;
  /** Milliseconds. */
  readonly for?: number;
  readonly jobs?: number;
  readonly set?: ConfigValues;
  readonly out?: string;
  readonly json?: true;
}

/** Adds the command to the program. */
export function addSweepCommand(program: Command, end: (code: ExitCode) => void): void {
  program
    .command("sweep")
    .description("run many seeds of a scenario, each under faults it draws, and check every run")
    .argument("<scenario>", "a scenario's name, or a job's .ts file")
    .option("--seeds <a..b>", "the seeds (default: 1..100, or with --for from 1 on)", seedRange)
    .option("--for <time>", "stop after this much real time: 30s, 10m, 1h", realTimeMs)
    .option("--jobs <n>", "worker threads (default: one a processor)", wholeNumber("--jobs", 1))
    .option("--set <key=value>", "a configuration value; may be given again", setting)
    .option("--out <file>", "where the report goes, as JSON")
    .option("--json", "print the report as one JSON object")
    .addHelpText("after", EXAMPLES)
    .action(async (scenario: string, options: Options) => end(await sweep(scenario, options)));
}

const EXAMPLES = `
Examples:
  cleancut sweep word-count
  cleancut sweep word-count --seeds 1..5000 --out report.json
  cleancut sweep ./my-job.ts --for 10m --jobs 2

Each failing run is saved under .cleancut/failures/ as a case and a trace.
Exit code: 0 all held, 1 a property was violated, 3 stopped before the last seed, 4 an invariant broke.`;

const DEFAULT_SEEDS: SeedRange = { first: 1, last: 100 };
const ENDLESS_SEEDS: SeedRange = { first: 1, last: Number.MAX_SAFE_INTEGER - 1 };

/** From so many runs on, what a scenario asks to happen sometimes must have happened. */
const EXPECTING_RUNS = 500;

/** Of so many failing runs a trace is saved; of the others the case says enough. */
const SAVED_TRACES = 20;

/** A run with more events than that turns in circles, and its trace would only be large. */
const SAVED_EVENTS = 300_000;

/** A failure as the report has it: where its case and its trace lie. */
interface SavedFailure extends Omit<SweepFailure, "case"> {
  readonly case: string;
  readonly trace?: string;
}

type SavedReport = Omit<SweepReport, "failures"> & { readonly failures: readonly SavedFailure[] };

async function sweep(scenario: string, options: Options): Promise<ExitCode> {
  const jobFile = isJobFile(scenario) ? scenario : undefined;
  const path = await engineBundle({ jobFile });
  const engine = await importEngine(path, jobFile);
  const config = options.set ?? {};
  const { scenario: found } = engine.runner.prepare({ scenario, config });
  const seeds = options.seeds ?? (options.for === undefined ? DEFAULT_SEEDS : ENDLESS_SEEDS);
  const interruption = listenForInterruption();
  const due = options.for === undefined ? undefined : performance.now() + options.for;
  const total = seeds === ENDLESS_SEEDS ? undefined : seeds.last - seeds.first + 1;
  const progress = showProgress(scenario, total);
  let failing = 0;
  const outcomes = await sweepInParallel({
    ...{ engine: path, jobFile, scenario, config, seeds },
    jobs: options.jobs ?? defaultJobs(),
    isStopped: () => interruption.isRequested || (due !== undefined && performance.now() > due),
    onProgress: (done) => {
      failing += done.filter((outcome) => engine.failuresOf(outcome).length > 0).length;
      progress.advance(done.length, failing === 0 ? "" : `${failing} failed`);
    },
  });
  progress.finish();
  interruption.release();
  const report = saved(engine.mergeOutcomes(found, outcomes), engine);
  if (options.out !== undefined)
    writeWhole(options.out, `${JSON.stringify(report, undefined, 2)}\n`);
  if (options.json === true) printJson(report);
  else print(...reportLines(report, outcomes, options.out));
  return exitCodeOf(report, interruption.isRequested);
}

/** The report, with each failing run saved as a case and, of the first ones, as a trace. */
function saved(report: SweepReport, engine: LoadedEngine): SavedReport {
  const places = new Map<number, Pick<SavedFailure, "case" | "trace">>();
  const failures = report.failures.map(({ case: failing, ...failure }): SavedFailure => {
    const place = places.get(failure.seed) ?? {
      case: saveCase(failing, report.scenario),
      ...(places.size < SAVED_TRACES ? saveTrace(failing, report.scenario, engine) : {}),
    };
    places.set(failure.seed, place);
    return { ...failure, ...place };
  });
  return { ...report, failures };
}

function saveCase(failing: Required<Case>, scenario: string): string {
  const path = failurePath(scenario, failing.seed, "json");
  writeWhole(path, JSON.stringify(failing, undefined, 2));
  return path;
}

/** Runs the case once more for its trace. An exception that ended it the first time leaves none. */
function saveTrace(
  failing: Required<Case>,
  scenario: string,
  { runner }: LoadedEngine,
): Pick<SavedFailure, "trace"> {
  try {
    const bounds = { maxEvents: SAVED_EVENTS };
    const run = runner.run(runner.prepare(failing), { bounds });
    const trace = traceOf(run);
    if (trace === undefined || run.end === "event-bound") return {};
    const path = failurePath(scenario, failing.seed, "jsonl");
    writeTrace(path, trace);
    return { trace: path };
  } catch (error) {
    if (error instanceof Error && error.name === "RequestError") throw error;
    return {};
  }
}

function failurePath(scenario: string, seed: number, ending: string): string {
  const name = scenario.replaceAll(/[^\w-]+/g, "-").replaceAll(/^-|-$/g, "");
  return join(".cleancut", "failures", `${name}-${seed}.${ending}`);
}

function exitCodeOf(report: SavedReport, isInterrupted: boolean): ExitCode {
  const failed = new Set(report.failures.map(({ checker }) => checker));
  if (failed.has("invariant") || failed.has("exception")) return EXIT_CODE.ourBug;
  if ([...failed].some((checker) => checker !== "end")) return EXIT_CODE.violated;
  if (failed.has("end") || isInterrupted) return EXIT_CODE.unfinished;
  return isProvingTooLittle(report) ? EXIT_CODE.violated : EXIT_CODE.held;
}

function isProvingTooLittle({ runs, missing }: SavedReport): boolean {
  return missing.length > 0 && runs >= EXPECTING_RUNS;
}

function reportLines(
  report: SavedReport,
  outcomes: readonly SeedOutcome[],
  out: string | undefined,
): readonly string[] {
  const { scenario, runs, failedRuns, claim, coverage, missing, unstruck } = report;
  const [first, last] = [outcomes[0]?.seed, outcomes.at(-1)?.seed];
  const mark = failedRuns === 0 ? coloured("✓", "green") : coloured("✗", "red");
  return [
    `${heading(scenario)}, ${runs} runs${runs === 0 ? "" : `, seeds ${first}..${last}`}`,
    "",
    `${mark} ${claim}`,
    ...failureLines(report),
    "",
    heading("What happened in them"),
    ...countLines(coverage.sometimes),
    ...missing.map((name) => `  ${"never".padStart(7)}  ${name}`),
    ...(isProvingTooLittle(report)
      ? ["  The sweep proves too little: what the scenario asks for sometimes never happened."]
      : []),
    heading("Faults that struck, by kind"),
    ...countLines(coverage.faults),
    `  ${String(unstruck).padStart(7)}  planned, but never struck`,
    heading("Faults that struck, by what the task was doing"),
    ...countLines(coverage.phases),
    ...(out === undefined ? [] : ["", `Report  ${out}`]),
  ];
}

const SHOWN_FAILURES = 10;

function failureLines({ failures, violations }: SavedReport): readonly string[] {
  if (failures.length === 0) return [];
  const shown = failures
    .slice(0, SHOWN_FAILURES)
    .flatMap((failure) => [
      `  Seed ${failure.seed}, ${failure.checker}: ${failure.sentence}`,
      `    ${commandText("run", failure.case)}`,
      ...(failure.trace === undefined ? [] : [`    trace ${failure.trace}`]),
    ]);
  const rest = failures.length - SHOWN_FAILURES;
  return [
    ...Object.entries(violations).map(([checker, count]) => `  ${checker}: ${count}`),
    "",
    ...shown,
    ...(rest > 0 ? [`  and ${rest} more`] : []),
  ];
}

function countLines(counts: { readonly [name: string]: number }): readonly string[] {
  return Object.entries(counts)
    .sort(([, one], [, other]) => other - one)
    .map(([name, count]) => `  ${String(count).padStart(7)}  ${name}`);
}
