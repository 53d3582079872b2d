// `cleancut sweep`: many seeds of one scenario or of all, each under faults that it draws, over worker threads. What
// fails is saved as a case and a trace.

import { type Command, Option } from "commander";
import type { Scenario } from "../api/scenario.ts";
import { SWARM_PROFILES, type SwarmProfile } from "../faults/swarm-plan.ts";
import { type Case, scenarioName } from "../harness/case.ts";
import { engineBundle, isJobFile } from "../node/engine-bundle.ts";
import { importEngine, type LoadedEngine } from "../node/loaded-engine.ts";
import { defaultJobs, sweepInParallel } from "../node/parallel-sweep.ts";
import { RequestError } from "../node/request-error.ts";
import { traceOf, writeTrace } from "../node/trace-recording.ts";
import { requireOutput, writeWhole } from "../node/whole-file.ts";
import type { ConfigValues } from "../runtime/configuration.ts";
import { coverageTableLines } from "../search/coverage-table.ts";
import type { SeedOutcome, SweepFailure, SweepReport } from "../search/sweep.ts";
import { commandText } from "./command-text.ts";
import { EXIT_CODE, type ExitCode } from "./exit-code.ts";
import { type Interruption, listenForInterruption } from "./interruption.ts";
import { realTimeMs, type SeedRange, seedRange, setting, wholeNumber } from "./option-values.ts";
import { showProgress } from "./progress.ts";
import { savedPath } from "./saved-path.ts";
import { coloured, heading, print, printJson } from "./terminal.ts";

interface Options {
  readonly seeds?: SeedRange;
  /** Milliseconds. */
  readonly for?: number;
  readonly jobs?: number;
  readonly set?: ConfigValues;
  readonly swarm?: SwarmProfile;
  readonly out?: string;
  readonly json?: true;
}

/** Adds the command to the program. */
export function addSweepCommand(program: Command, end: (code: ExitCode) => void): void {
  program
    .command("sweep")
    .description("run many seeds of a scenario, each under faults it draws, and check every run")
    .argument("<scenario>", "a scenario's name, a job's .ts file, or \"all\" for every scenario")
    .option("--seeds <a..b>", "the seeds (default: 1..100, or with --for from 1 on)", seedRange)
    .option("--for <time>", "stop after this much real time: 30s, 10m, 1h", realTimeMs)
    .option("--jobs <n>", "worker threads (default: one a processor)", wholeNumber("--jobs", 1))
    .addOption(
      new Option(
        "--swarm [profile]",
        "draw a configuration too, and a plan of half of the kinds of fault; beyond the promise if asked",
      )
        .preset("inside")
        .argParser(swarmProfile),
    )
    .option("--set <key=value>", "a configuration value; may be given again", setting)
    .option("--out <file>", "where the report goes, as JSON")
    .option("--json", "print the report as one JSON object")
    .addHelpText("after", EXAMPLES)
    .action(async (name: string, options: Options) => end(await sweep(name, options)));
}

const EXAMPLES = `
Examples:
  cleancut sweep word-count
  cleancut sweep word-count --seeds 1..5000 --out report.json
  cleancut sweep ./my-job.ts --for 10m --jobs 2
  cleancut sweep all --swarm --seeds 1..1000
  cleancut sweep bank --swarm beyond --out report.json

Each failing run is saved under .cleancut/failures/ as a case and a trace.
Exit code: 0 all held, 1 a property was violated, 3 stopped before the last seed, 4 an invariant broke.`;

const DEFAULT_SEEDS: SeedRange = { first: 1, last: 100 };
/** What stands for every scenario. */
const ALL = "all";

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

/** A report as it is written. */
type SavedReport = Omit<SweepReport, "failures"> & {
  readonly failures: readonly SavedFailure[];
  readonly profile?: SwarmProfile;
  /** Of a sweep of all scenarios: the report of each, whose failures stand above. */
  readonly scenarios?: readonly Omit<SweepReport, "failures">[];
};

async function sweep(name: string, options: Options): Promise<ExitCode> {
  if (options.out !== undefined) requireOutput(options.out, name);
  const jobFile = isJobFile(name) ? name : undefined;
  const path = await engineBundle({ jobFile });
  const engine = await importEngine(path, jobFile);
  const config = options.set ?? {};
  const scenarios =
    name === ALL ? engine.SCENARIOS : [engine.runner.prepare({ scenario: name, config }).scenario];
  const interruption = listenForInterruption();
  const outcomes = await outcomesOf(scenarios, { path, jobFile, engine, options, interruption });
  const reports = engine.reportsOf(scenarios, outcomes);
  const report = savedReport(name, { reports, engine, options });
  // First what cannot be lost: the file may not be writable.
  if (options.json === true) printJson(report);
  else print(...reportLines(report, options));
  if (options.out !== undefined) writeWhole(options.out, JSON.stringify(report, undefined, 2));
  return exitCodeOf(report, interruption.isRequested);
}

async function outcomesOf(
  scenarios: readonly Scenario[],
  request: {
    readonly path: string;
    readonly jobFile: string | undefined;
    readonly engine: LoadedEngine;
    readonly options: Options;
    readonly interruption: Interruption;
  },
): Promise<readonly SeedOutcome[]> {
  const { path, jobFile, engine, options, interruption } = request;
  const seeds = seedsOf(options);
  const due = options.for === undefined ? undefined : performance.now() + options.for;
  const count = (seeds.last - seeds.first + 1) * scenarios.length;
  const [only] = scenarios.length === 1 ? scenarios : [];
  const progress = showProgress(only?.name ?? ALL, seeds === ENDLESS_SEEDS ? undefined : count);
  let failing = 0;
  try {
    return await sweepInParallel({
      ...{ engine: path, jobFile, scenarios: scenarios.map(({ name }) => name), seeds },
      config: options.set ?? {},
      swarm: options.swarm,
      jobs: options.jobs ?? defaultJobs(),
      isStopped: () => interruption.isRequested || (due !== undefined && performance.now() > due),
      onProgress: (done) => {
        failing += done.filter((outcome) => engine.failuresOf(outcome).length > 0).length;
        progress.advance(done.length, failing === 0 ? "" : `${failing} failed`);
      },
    });
  } finally {
    progress.finish();
    interruption.release();
  }
}

function seedsOf(options: Options): SeedRange {
  return options.seeds ?? (options.for === undefined ? DEFAULT_SEEDS : ENDLESS_SEEDS);
}

function savedReport(
  name: string,
  swept: {
    readonly reports: readonly SweepReport[];
    readonly engine: LoadedEngine;
    readonly options: Options;
  },
): SavedReport {
  const { reports, engine, options } = swept;
  const [only] = reports;
  const report = name === ALL || only === undefined ? engine.mergeReports(reports) : only;
  return {
    ...saved(report, engine),
    ...(options.swarm === undefined ? {} : { profile: options.swarm }),
    ...(name === ALL ? { scenarios: reports.map(({ failures: _, ...rest }) => rest) } : {}),
  };
}

/** The report, with each failing run saved as a case and, of the first ones, as a trace. */
function saved(report: SweepReport, engine: LoadedEngine): SavedReport {
  const places = new Map<string, Pick<SavedFailure, "case" | "trace">>();
  const failures = report.failures.map(({ case: failing, ...failure }): SavedFailure => {
    const path = failurePath(failing, "json");
    const place = places.get(path) ?? {
      case: saveCase(failing, path),
      ...(places.size < SAVED_TRACES ? saveTrace(failing, engine) : {}),
    };
    places.set(path, place);
    return { ...failure, ...place };
  });
  return { ...report, failures };
}

function saveCase(failing: Required<Case>, path: string): string {
  writeWhole(path, JSON.stringify(failing, undefined, 2));
  return path;
}

/** Runs the case once more for its trace. An exception that ended it the first time leaves none. */
function saveTrace(failing: Required<Case>, { runner }: LoadedEngine): Pick<SavedFailure, "trace"> {
  try {
    const bounds = { maxEvents: SAVED_EVENTS };
    const run = runner.run(runner.prepare(failing), { bounds });
    const trace = traceOf(run);
    if (trace === undefined || run.end === "event-bound") return {};
    const path = failurePath(failing, "jsonl");
    writeTrace(path, trace);
    return { trace: path };
  } catch (error) {
    if (error instanceof Error && error.name === "RequestError") throw error;
    return {};
  }
}

function failurePath(failing: Required<Case>, ending: "json" | "jsonl"): string {
  return savedPath("failures", [scenarioName(failing), failing.seed], ending);
}

function exitCodeOf(report: SavedReport, isInterrupted: boolean): ExitCode {
  const failed = new Set(report.failures.map(({ checker }) => checker));
  if (failed.has("invariant") || failed.has("exception")) return EXIT_CODE.ourBug;
  if ([...failed].some((checker) => checker !== "end")) return EXIT_CODE.violated;
  if (failed.has("end") || isInterrupted) return EXIT_CODE.unfinished;
  return isProvingTooLittle(report) ? EXIT_CODE.violated : EXIT_CODE.held;
}

/** Beyond the promise plans are about damage, and what scenarios ask for is about the rest. */
function isProvingTooLittle({ profile, scenarios, ...report }: SavedReport): boolean {
  if (profile === "beyond") return false;
  return (scenarios ?? [report]).some(
    ({ runs, missing }) => missing.length > 0 && runs >= EXPECTING_RUNS,
  );
}

function reportLines(report: SavedReport, options: Options): readonly string[] {
  const { scenario, runs, failedRuns, claim, coverage, unstruck, refusals, profile } = report;
  const seeds = seedsOf(options);
  const range = seeds === ENDLESS_SEEDS ? `${seeds.first} on` : `${seeds.first}..${seeds.last}`;
  const mark = failedRuns === 0 ? coloured("✓", "green") : coloured("✗", "red");
  return [
    `${heading(scenario)}, ${runs} runs, seeds ${range}${profile === undefined ? "" : `, swarm ${profile} the promise`}`,
    "",
    `${mark} ${claim}`,
    ...(profile === "beyond" ? [REFUSAL_IS_KEPT, `  ${refusals} jobs refused to go on`] : []),
    ...failureLines(report),
    ...scenarioLines(report),
    "",
    heading("What happened in them"),
    ...countLines(coverage.sometimes),
    ...missingLines(report),
    heading("Faults that struck, by kind and by what the tasks they met were doing"),
    ...coverageTableLines(report.table).map((line) => `  ${line}`),
    `  ${unstruck} more planned, but never struck`,
    ...(options.out === undefined ? [] : ["", `Report  ${options.out}`]),
  ];
}

const REFUSAL_IS_KEPT =
  "  A job that ends FAILED and names what is damaged keeps the promise, as long as it has committed nothing wrong";

function scenarioLines({ scenarios }: SavedReport): readonly string[] {
  if (scenarios === undefined) return [];
  return [
    "",
    heading("Scenarios"),
    ...scenarios.map(({ scenario, runs, failedRuns, refusals }) => {
      const failed = failedRuns === 0 ? "" : `, ${failedRuns} failed`;
      const refused = refusals === 0 ? "" : `, ${refusals} refused`;
      return `  ${String(runs).padStart(7)}  ${scenario}${failed}${refused}`;
    }),
  ];
}

function missingLines(report: SavedReport): readonly string[] {
  if (report.profile === "beyond") return [];
  const lines = (report.scenarios ?? [report]).flatMap(({ scenario, missing }) => {
    const whose = report.scenarios === undefined ? "" : `, in ${scenario}`;
    return missing.map((name) => `  ${"never".padStart(7)}  ${name}${whose}`);
  });
  const verdict =
    "  The sweep proves too little: what the scenario asks for sometimes never happened.";
  return isProvingTooLittle(report) ? [...lines, verdict] : lines;
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

function swarmProfile(text: string): SwarmProfile {
  const found = SWARM_PROFILES.find((profile) => profile === text);
  if (found !== undefined) return found;
  throw new RequestError(`Cannot take --swarm "${text}": expected ${SWARM_PROFILES.join(" or ")}`);
}
