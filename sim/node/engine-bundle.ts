// The one bundle that runs: engine, checkers, sweeps and scenarios, and the job file of whoever asked for one. A
// mutant is the same bundle with edits.

import { existsSync } from "node:fs";
import { resolve } from "node:path";
import type { SourceEdit } from "../zoo/source-edit.ts";
import { bundle } from "./bundler.ts";
import { importEngine, type LoadedEngine } from "./loaded-engine.ts";
import { RequestError } from "./request-error.ts";

/** Which bundle it is to be. */
export interface EngineRequest {
  readonly edits?: readonly SourceEdit[];
  /** A job file of the user's: its scenario joins the others, under the path as given. */
  readonly jobFile?: string | undefined;
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
    'export * from "./sim/search/exhaust.ts";',
    'export { FAMILIES, SCENARIOS } from "./scenarios/index.ts";',
  ];
  if (jobFile !== undefined) {
    entry.push(`export * as JOB_FILE from ${JSON.stringify(resolve(jobFile))};`);
  }
  return bundle({ entry: entry.join("\n"), platform: "neutral", edits });
}

/** Whether a name of a scenario is a path to one. */
export function isJobFile(name: string): boolean {
  return /\.[cm]?[jt]s$/.test(name);
}
