// `cleancut compare`: runs a scenario under several settings, over its parameters, and lays side by side what
// checkpoints and recoveries cost.

import { setImmediate } from "node:timers/promises";
import type { Command } from "commander";
import { comparisonPage } from "../node/comparison-page.ts";
import type { LoadedEngine } from "../node/loaded-engine.ts";
import { RequestError } from "../node/request-error.ts";
import { requireOutput, writeWhole } from "../node/whole-file.ts";
import type { ConfigValues } from "../runtime/configuration.ts";
import {
  type Axis,
  type ComparedCase,
  type ComparedRun,
  type Comparison,
  comparedCases,
  namedSettings,
} from "../search/compare.ts";
import { rulesOfThumb } from "../search/rule-of-thumb.ts";
import { ruleSentence } from "../search/rule-sentences.ts";
import { figuresOf, MEMORY_MODEL } from "../search/run-figures.ts";
import { chargedCase } from "../search/state-costs.ts";
import type { Language } from "../trace/sentences/sentence.ts";
import { decodeEvents, tracedKinds } from "../trace/trace.ts";
import { commandText } from "./command-text.ts";
import { costLines } from "./comparison-costs.ts";
import { against, over } from "./comparison-options.ts";
import { comparisonLines } from "./comparison-report.ts";
import { EXIT_CODE, type ExitCode } from "./exit-code.ts";
import { listenForInterruption } from "./interruption.ts";
import { setting, wholeNumber } from "./option-values.ts";
import { showProgress } from "./progress.ts";
import { runRequest } from "./run-request.ts";
import { printJson, printLines, tell } from "./terminal.ts";

interface Options {
  readonly set?: ConfigValues;
  readonly against?: readonly ConfigValues[];
  readonly over?: readonly Axis[];
  readonly seed?: number;
  readonly faults?: string;
  readonly heapFactor?: number;
  readonly plot?: string;
  readonly json?: true;
}

/** Adds the command to the program. */
export function addCompareCommand(program: Command, end: (code: ExitCode) => void): void {
  program
    .command("compare")
    .description("measure what checkpoints and recoveries cost under several settings")
    .argument("<scenario>", "a scenario's name, a case's .json file, or a job's .ts file")
    .option("--set <key=value>", "a configuration value; may be given again", setting)
    .option(
      "--against <key=value,...>",
      "values laid over those of --set, to compare with; may be given again",
      against,
    )
    .option(
      "--over <name=values>",
      "a parameter of the scenario: 1000..1000000 in powers of ten, or a list; may be given again",
      over,
    )
    .option(
      "--seed <n>",
      "the seed of all runs (default: 1)",
      wholeNumber("--seed", Number.MIN_SAFE_INTEGER),
    )
    .option("--faults <plan>", "a fault plan, as for run (default: what the scenario shows)")
    .option(
      "--heap-factor <n>",
      `bytes on the heap for a byte of serialized state (default: ${MEMORY_MODEL.heapFactor})`,
      wholeNumber("--heap-factor", 1, 100),
    )
    .option("--plot <page.html>", "write charts as one HTML page, over the first --over")
    .option("--json", "print one JSON object")
    .addHelpText("after", EXAMPLES)
    .action(async (scenario: string, options: Options) => end(await compare(scenario, options)));
}

const EXAMPLES = `
Examples:
  cleancut compare state-growth --set state.backend.type=hashmap \\
    --against state.backend.type=rocksdb \\
    --against state.backend.type=rocksdb,execution.checkpointing.incremental=true \\
    --over keys=1000..1000000 --plot out.html
  cleancut compare state-growth --set state.backend.type=rocksdb \\
    --against execution.checkpointing.incremental=true --over updates=10,100,1000 --over keys=10000,100000
  cleancut compare word-count --set execution.checkpointing.interval=50ms \\
    --against execution.checkpointing.interval=200ms

Times are virtual. Figures are medians over the later half of the completed checkpoints; "longest" is the
time of the longest of them, "on average" the mean of the bytes, "pause" the synchronous part where most
state is, "recovery" the time from the start of a restore until all tasks run, "storage" the most that lay
there. Memory is an estimate: on the heap the state times --heap-factor, with RocksDB two write buffers at
most. What a run is charged for is printed below the figures and may be set. Nothing is judged: that is
what run and sweep are for. Ctrl-C stops after the run in hand.
Exit code: 0 all was measured, 2 the request was wrong, 3 stopped before that, or a run did not come to
rest, 4 a bug of Cleancut itself.`;

/** Recorded as far as is measured; a job that fails again and again comes to an end. */
const COMPARED: ConfigValues = {
  "recording.level": "protocol",
  "restart-strategy.fixed-delay.attempts": 5,
};

async function compare(scenario: string, options: Options): Promise<ExitCode> {
  const { plot, over: axes = [] } = options;
  const [axis, ...others] = axes;
  if (plot !== undefined && axis === undefined) {
    throw new RequestError(
      `Cannot plot to ${plot}: found no --over, expected one for the charts' axis`,
    );
  }
  if (plot !== undefined) requireOutput(plot, scenario);
  const { faults, seed, set = {} } = options;
  const { engine, request } = await runRequest(scenario, {
    ...(seed === undefined ? {} : { seed }),
    ...(faults === undefined ? {} : { faults }),
    set: COMPARED,
  });
  const settings = namedSettings(
    [{}, ...(options.against ?? [])].map((config) => ({ ...set, ...config })),
  );
  const base = chargedCase(request, engine.runner.scenarioOf(request.scenario).config);
  const comparison: Comparison = { base, settings, axes };
  const cases = comparedCases(comparison);
  // What is wrong with any case is said before the first takes its time.
  const [first] = cases.map((one) => engine.runner.prepare(one.request));
  const measured = await measuredRuns(engine, cases, options.heapFactor);
  const { runs, end } = measured;
  const command = commandText("compare", scenario, ...wordsOf(options));
  const labels = settings.map(({ label }) => label);
  const title = `${scenario}: ${labels.join(", ")}`;
  const unmeasured = cases.slice(runs.length).map(({ at, setting: { label } }) => ({ at, label }));
  const thumb = rulesOfThumb(comparison, runs);
  const rulesIn = (language: Language): readonly string[] =>
    thumb.map((rule) => ruleSentence(rule, language));
  const costsIn = (language: Language): readonly string[] =>
    first === undefined ? [] : costLines(first.configuration, language, options.heapFactor);
  if (plot !== undefined && axis !== undefined) {
    const page = await comparisonPage({
      title,
      command,
      rules: { en: rulesIn("en"), zh: rulesIn("zh") },
      costs: { en: costsIn("en"), zh: costsIn("zh") },
      settings: labels,
      axes: [axis, ...others],
      runs,
      unmeasured: unmeasured.length,
    });
    writeWhole(plot, page);
  }
  const told = { title, command, rules: rulesIn("en"), costs: costsIn("en") };
  if (options.json === true) {
    printJson({
      scenario,
      seed: seed ?? 1,
      axes,
      ...told,
      settings,
      runs: runs.map(jsonOf),
      unmeasured,
      plot,
    });
  } else {
    printLines(comparisonLines({ axes, runs, unmeasured, plot, ...told }));
  }
  return end;
}

/** The options as they are typed again; those that change nothing of what is measured are left out. */
function wordsOf({ set = {}, against: lists = [], over: axes = [], ...rest }: Options): string[] {
  const pairs = (config: ConfigValues): string[] =>
    Object.entries(config).map(([key, value]) => `${key}=${value}`);
  const { seed, faults, heapFactor } = rest;
  return [
    ...pairs(set).flatMap((pair) => ["--set", pair]),
    ...lists.flatMap((config) => ["--against", pairs(config).join(",")]),
    ...axes.flatMap(({ name, values }) => ["--over", `${name}=${values.join(",")}`]),
    ...(seed === undefined ? [] : ["--seed", String(seed)]),
    ...(faults === undefined ? [] : ["--faults", faults]),
    ...(heapFactor === undefined ? [] : ["--heap-factor", String(heapFactor)]),
  ];
}

/** Runs the cases one by one; after Ctrl-C, as far as they had come. */
async function measuredRuns(
  engine: LoadedEngine,
  cases: readonly ComparedCase[],
  heapFactor: number | undefined,
): Promise<{ readonly runs: readonly ComparedRun[]; readonly end: ExitCode }> {
  const runs: ComparedRun[] = [];
  let end: ExitCode = EXIT_CODE.held;
  const progress = showProgress("compare", cases.length);
  const interruption = listenForInterruption();
  try {
    for (const one of cases) {
      // Lets Ctrl-C in, also one that came during the run before.
      await setImmediate();
      if (interruption.isRequested) break;
      const { isAtRest, isBroken, ...run } = measuredRun(engine, one, heapFactor);
      runs.push(run);
      if (isBroken) end = EXIT_CODE.ourBug;
      else if (!isAtRest && end === EXIT_CODE.held) end = EXIT_CODE.unfinished;
      progress.advance(1, `${Object.values(one.at).join(" ")} ${one.setting.label}`);
    }
  } finally {
    progress.finish();
    interruption.release();
  }
  const isCut = runs.length < cases.length && end === EXIT_CODE.held;
  return { runs, end: isCut ? EXIT_CODE.unfinished : end };
}

function measuredRun(
  { runner, TRACE_EVENT_KINDS }: LoadedEngine,
  { at, setting: used, request }: ComparedCase,
  heapFactor: number | undefined,
): ComparedRun & { readonly isAtRest: boolean; readonly isBroken: boolean } {
  const job = runner.prepare(request);
  const run = runner.run(job);
  if (run.brokenInvariant !== undefined) tell(run.brokenInvariant);
  const events = decodeEvents(run.blocks, tracedKinds(TRACE_EVENT_KINDS));
  const model = { ...MEMORY_MODEL, ...(heapFactor === undefined ? {} : { heapFactor }) };
  return {
    at,
    setting: used,
    jobStatus: run.jobStatus,
    digest: run.digest,
    figures: figuresOf(events, job.configuration, model),
    isAtRest: run.end === "idle",
    isBroken: run.end === "invariant-broken",
  };
}

function jsonOf({ at, setting: { label }, jobStatus, digest, figures }: ComparedRun): unknown {
  return { at, setting: label, jobStatus, digest, ...figures };
}
