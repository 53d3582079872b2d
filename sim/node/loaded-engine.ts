// A bundle once it is loaded: engine, checkers, scenarios and a runner of them. Apart from the building, since
// workers load what the main thread has built.

import { pathToFileURL } from "node:url";
import type { Scenario } from "../api/scenario.ts";
import type * as bundleEntry from "../harness/bundle.ts";
import { jobScenario } from "../harness/job-scenario.ts";
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

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
