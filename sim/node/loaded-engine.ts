// A bundle once it is loaded: engine, checkers, scenarios and a runner of them. Apart from the building, since
// workers load what the main thread has built.

import { basename, extname } from "node:path";
import { pathToFileURL } from "node:url";
import type { Scenario } from "../api/scenario.ts";
import type * as bundleEntry from "../harness/bundle.ts";
import type { ScenarioFamilies } from "../harness/runner.ts";
import type * as exhaust from "../search/exhaust.ts";
import type * as sweep from "../search/sweep.ts";
import { RequestError } from "./request-error.ts";
import { sha256 } from "./sha256.ts";

/** What a loaded bundle gives. */
export type Engine = typeof bundleEntry &
  typeof sweep &
  typeof exhaust & {
    readonly SCENARIOS: readonly Scenario[];
    readonly FAMILIES: ScenarioFamilies;
  };

/** A bundle that is loaded, and a runner of all its scenarios. */
export interface LoadedEngine extends Engine {
  readonly runner: InstanceType<Engine["Runner"]>;
}

/** Loads a bundle that {@link engineBundle} has built, with the same job file. */
export async function importEngine(path: string, jobFile?: string): Promise<LoadedEngine> {
  const engine = (await importBundle(path, jobFile)) as BundleModule;
  const scenarios =
    jobFile === undefined
      ? engine.SCENARIOS
      : [...engine.SCENARIOS, jobScenario(engine.JOB_FILE ?? {}, jobFile)];
  return {
    ...engine,
    SCENARIOS: scenarios,
    runner: new engine.Runner(scenarios, sha256, { families: engine.FAMILIES }),
  };
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
  requireLogs(scenario.logs ?? {}, jobFile);
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

/** What the job file's own code throws is no bug of ours, nor is what it forgets to return. */
function built(scenario: ScenarioLike, jobFile: string): ReturnType<Scenario["build"]> {
  const environment = environmentOf(scenario, jobFile);
  if (isEnvironmentLike(environment)) return environment;
  throw new RequestError(
    `Cannot run ${jobFile}: its build() returned ${textOf(environment)}, expected the StreamExecutionEnvironment it has set up`,
  );
}

function environmentOf(scenario: ScenarioLike, jobFile: string): unknown {
  try {
    return scenario.build();
  } catch (error) {
    if (error instanceof Error && error.name === "ScenarioError") throw error;
    throw new RequestError(`Cannot run ${jobFile}: its build() threw: ${textOf(error)}`);
  }
}

function isEnvironmentLike(value: unknown): value is ReturnType<Scenario["build"]> {
  return typeof value === "object" && value !== null && "streamGraph" in value;
}

/** Nobody has checked the types of a job file. */
function requireLogs(logs: unknown, jobFile: string): void {
  const isRecord = typeof logs === "object" && logs !== null && !Array.isArray(logs);
  if (!isRecord) {
    throw new RequestError(
      `Cannot run ${jobFile}: its logs are ${textOf(logs)}, expected an object with the partitions of each log`,
    );
  }
  for (const [log, partitions] of Object.entries(logs)) {
    if (Array.isArray(partitions) && partitions.every(Array.isArray)) continue;
    throw new RequestError(
      `Cannot run ${jobFile}: its log "${log}" is ${JSON.stringify(partitions)}, expected a list of partitions, each a list of records`,
    );
  }
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
