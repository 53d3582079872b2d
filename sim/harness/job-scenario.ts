// A job's file as a scenario: what it exports, with what it leaves out filled in. Nobody has checked its types, so
// whatever is wrong with it is said in one sentence.

import { ScenarioError } from "../api/graph-builder.ts";
import type { Scenario } from "../api/scenario.ts";
import { SCENARIO_DEFAULTS } from "../api/scenario-defaults.ts";

/**
 * The one scenario that a job file exports, under the file's path. What it leaves out is filled in. Throws a
 * {@link ScenarioError} for a file that is none; so does its `build()`.
 */
export function jobScenario(
  exported: { readonly [name: string]: unknown },
  jobFile: string,
): Scenario {
  const found = [...new Set(Object.values(exported).filter(isScenarioLike))];
  const [scenario] = found;
  if (scenario === undefined || found.length > 1) {
    throw new ScenarioError(
      `Cannot run ${jobFile}: it exports ${found.length} scenarios, expected exactly one object with a build() function`,
    );
  }
  requireLogs(scenario.logs ?? {}, jobFile);
  return {
    title: jobFile.replace(/^.*[\\/]/, "").replace(/\.[^.]*$/, ""),
    ...SCENARIO_DEFAULTS,
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
  throw new ScenarioError(
    `Cannot run ${jobFile}: its build() returned ${textOf(environment)}, expected the StreamExecutionEnvironment it has set up`,
  );
}

function environmentOf(scenario: ScenarioLike, jobFile: string): unknown {
  try {
    return scenario.build();
  } catch (error) {
    if (error instanceof Error && error.name === "ScenarioError") throw error;
    throw new ScenarioError(`Cannot run ${jobFile}: its build() threw: ${textOf(error)}`);
  }
}

function isEnvironmentLike(value: unknown): value is ReturnType<Scenario["build"]> {
  return typeof value === "object" && value !== null && "streamGraph" in value;
}

/** Nobody has checked the types of a job file. */
function requireLogs(logs: unknown, jobFile: string): void {
  const isRecord = typeof logs === "object" && logs !== null && !Array.isArray(logs);
  if (!isRecord) {
    throw new ScenarioError(
      `Cannot run ${jobFile}: its logs are ${textOf(logs)}, expected an object with the partitions of each log`,
    );
  }
  for (const [log, partitions] of Object.entries(logs)) {
    if (Array.isArray(partitions) && partitions.every(Array.isArray)) continue;
    throw new ScenarioError(
      `Cannot run ${jobFile}: its log "${log}" is ${JSON.stringify(partitions)}, expected a list of partitions, each a list of records`,
    );
  }
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
