// `cleancut run`: one run, its timeline, what it printed, the verdict of each checker, and the line that repeats it.

import { basename, extname, join } from "node:path";
import type { Command } from "commander";
import type { Run, WatchedWorld } from "../harness/run.ts";
import type { CheckedRun } from "../harness/runner.ts";
import type { LoadedEngine } from "../node/loaded-engine.ts";
import { traceOf, writeTrace } from "../node/trace-recording.ts";
import { requireOutput } from "../node/whole-file.ts";
import { EXIT_CODE, type ExitCode } from "./exit-code.ts";
import { setting, type Until, until, wholeNumber } from "./option-values.ts";
import { withRealRocksDB } from "./real-rocksdb.ts";
import { type EndedRun, hasEnded, jsonOf, reportLines } from "./run-report.ts";
import { type CaseOptions, repeatCommand, runRequest } from "./run-request.ts";
import { printJson, printLines } from "./terminal.ts";

interface Options extends CaseOptions {
  readonly trace?: string;
  readonly until?: Until;
  readonly realRocksdb?: true;
  readonly json?: true;
}

/** Adds the command to the program. */
export function addRunCommand(program: Command, end: (code: ExitCode) => void): void {
  program
    .command("run")
    .description("run a scenario, a case or a job file once, and have it checked")
    .argument("<what>", "a scenario's name, a case's .json file, or a job's .ts file")
    .option(
      "--seed <n>",
      "the seed of all choices (default: 1)",
      wholeNumber("--seed", Number.MIN_SAFE_INTEGER),
    )
    .option(
      "--faults <plan>",
      "a fault plan: its .json file, its name in the scenario, or none (default: what the scenario shows)",
    )
    .option("--set <key=value>", "a configuration value; may be given again", setting)
    .option("--trace <file>", "where the trace goes (default: .cleancut/<what>-<seed>.jsonl)")
    .option(
      "--until <when>",
      "end the run at a virtual time (500, 2s) or after a kind of event",
      until,
    )
    .option(
      "--real-rocksdb",
      "hold keyed state in the real RocksDB, too, and compare at each snapshot; the run stays the same",
    )
    .option("--json", "print one JSON object")
    .addHelpText("after", EXAMPLES)
    .action(async (what: string, options: Options) => end(await run(what, options)));
}

const EXAMPLES = `
Examples:
  cleancut run listing
  cleancut run word-count --seed 7
  cleancut run word-count --seed 7 --faults none
  cleancut run word-count --faults plan.json --set execution.checkpointing.interval=50ms
  cleancut run failing-case.json --json
  cleancut run ./my-job.ts --until checkpoint-completed
  cleancut run word-count --set state.backend.type=rocksdb --real-rocksdb

Exit code: 0 all held, 1 a property was violated, 2 the request was wrong, 3 the run did not finish
within its bound, 4 a bug of Cleancut itself.`;

async function run(what: string, options: Options): Promise<ExitCode> {
  const { engine, request } = await runRequest(what, options);
  const { runner } = engine;
  if (options.trace !== undefined) requireOutput(options.trace, what);
  const job = runner.prepare(request);
  const limit = limitOf(options.until);
  const finished =
    options.realRocksdb === true
      ? withRealRocksDB(job, (databases) => runner.run(job, { ...limit, databases }))
      : runner.run(job, limit);
  const trace = traceOf(finished);
  const path = options.trace ?? defaultPath(what, job.case.seed);
  if (trace !== undefined) writeTrace(path, trace);
  const ended: EndedRun = {
    ...checkedOf(finished, engine),
    claims: new Map(engine.CHECKERS.map(({ name, claim }) => [name, claim])),
    trace: trace === undefined ? undefined : path,
    repeat: repeatCommand(what, { ...options, seed: job.case.seed }),
  };
  if (options.json === true) printJson(jsonOf(ended));
  else printLines(reportLines(ended));
  return exitCodeOf(ended);
}

/** With recording off there is nothing to judge, and no verdict. */
function checkedOf(run: Run, engine: LoadedEngine): CheckedRun {
  return run.job.level === "off" ? { run, events: [], verdicts: [] } : engine.runner.judge(run);
}

function limitOf(limit: Until | undefined): Parameters<LoadedEngine["runner"]["run"]>[1] {
  switch (limit?.kind) {
    case undefined:
      return {};
    case "time":
      return { bounds: { until: limit.instant } };
    case "event": {
      const { event } = limit;
      return { watch: (world: WatchedWorld) => world.observe(event, () => world.stop()) };
    }
  }
}

function defaultPath(what: string, seed: number): string {
  const name = basename(what, extname(what)).replaceAll(/[^\w.-]+/g, "-");
  return join(".cleancut", `${name}-${seed}.jsonl`);
}

function exitCodeOf({ run, verdicts }: CheckedRun): ExitCode {
  if (run.end === "invariant-broken") return EXIT_CODE.ourBug;
  if (verdicts.some(({ kind }) => kind === "violated")) return EXIT_CODE.violated;
  return hasEnded(run) ? EXIT_CODE.held : EXIT_CODE.unfinished;
}
