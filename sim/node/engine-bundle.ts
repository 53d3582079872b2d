// The one bundle that runs: engine, checkers and scenarios, and the job file of whoever asked for one. A mutant is
// the same bundle with edits.

import { existsSync } from "node:fs";
import { basename, extname, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import type { Scenario } from "../api/scenario.ts";
import type * as bundleEntry from "../harness/bundle.ts";
import type * as sweep from "../search/sweep.ts";
import type { SourceEdit } from "../zoo/source-edit.ts";
import { bundle } from "./bundler.ts";
import { RequestError } from "./request-error.ts";
import { sha256 } from "./sha256.ts";

/** What a loaded bundle gives. */
export type Engine = typeof bundleEntry &
  typeof sweep & { readonly SCENARIOS: readonly Scenario[] };

/** Which bundle it is to be. */
export interface EngineRequest {
  readonly edits?: readonly SourceEdit[];
  /** A job file of the user's: its scenario joins the others, under the path as given. */
  readonly jobFile?: string | undefined;
}

/** A bundle that is loaded, and a runner of all its scenarios. */
export interface LoadedEngine extends Engine {
  readonly runner: InstanceType<Engine["Runner"]>;
}

/** Builds the bundle, or finds it built, and loads it. Throws a {@link RequestError} for a job file that is none. */
export async function loadEngine(request: EngineRequest = {}): Promise<LoadedEngine> {
  return importEngine(await engineBundle(request), request.jobFile);
}

/** The path of the bundle. */
export function engineBundle({ edits = [], jobFile }: EngineRequest): Promise<string> {
  if (jobFile !== undefined && !existsSync(jobFile)) {
    throw new RequestError(`Cannot run ${jobFile}: there is no such file`);
  }
  const entry = [
    'export * from "./sim/harness/bundle.ts";',
    'export * from "./sim/search/sweep.ts";',
    'export { SCENARIOS } from "./scenarios/index.ts";',
  ];
  if (jobFile !== undefined) {
    entry.push(`export * as JOB_FILE from ${JSON.stringify(resolve(jobFile))};`);
  }
  return bundle({ entry: entry.join("\n"), platform: "neutral", edits });
}

/** Loads a bundle that {@link engineBundle} has built, with the same job file. */
export async function importEngine(path: string, jobFile?: string): Promise<LoadedEngine> {
  const engine = (await importBundle(path, jobFile)) as BundleModule;
  const scenarios =
    jobFile === undefined
      ? engine.SCENARIOS
      : [...engine.SCENARIOS, jobScenario(engine.JOB_FILE ?? {}, jobFile)];
  return { ...engine, SCENARIOS: scenarios, runner: new engine.Runner(scenarios, sha256) };
}

/** Whether a name of a scenario is a path to one. */
export function isJobFile(name: string): boolean {
  return /\.[cm]?[jt]s$/.test(name);
}

type BundleModule = Engine & { readonly JOB_FILE?: { readonly [name: string]: unknown } };

async function importBundle(path: string, jobFile: string | undefined): Promise<unknown> {
  const loading = import(pathToFileURL(path).href);
  if (jobFile === undefined) return loading;
  return loading.catch((error: unknown) => {
    throw new RequestError(`Cannot run ${jobFile}: it threw while it was loaded: ${textOf(error)}`);
  });
}

/** The one scenario that a job file exports, under the file's path. What it leaves out is filled in. */
function jobScenario(exported: { readonly [name: string]: unknown }, jobFile: string): Scenario {
  const found = [...new Set(Object.values(exported).filter(isScenarioLike))];
  const [scenario] = found;
  if (scenario === undefined || found.length > 1) {
    throw new RequestError(
      `Cannot run ${jobFile}: it exports ${found.length} scenarios, expected exactly one object with a build() function`,
    );
  }
  return {
    title: basename(jobFile, extname(jobFile)),
    group: "own",
    description: "",
    config: {},
    logs: {},
    faults: [],
    plans: {},
    isConfluent: false,
    endsIn: "FINISHED",
    sometimes: [],
    ...scenario,
    name: jobFile,
    build: () => built(scenario, jobFile),
  };
}

type ScenarioLike = Pick<Scenario, "build"> & Partial<Scenario>;

function isScenarioLike(value: unknown): value is ScenarioLike {
  return (
    typeof value === "object" &&
    value !== null &&
    "build" in value &&
    typeof value.build === "function"
  );
}

/** What the job file's own code throws is no bug of ours. */
function built(scenario: ScenarioLike, jobFile: string): ReturnType<Scenario["build"]> {
  try {
    return scenario.build();
  } catch (error) {
    if (error instanceof Error && error.name === "ScenarioError") throw error;
    throw new RequestError(`Cannot run ${jobFile}: its build() threw: ${textOf(error)}`);
  }
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
