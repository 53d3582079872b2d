// What `run` is asked for, as a case: a scenario's name, a case's file or a job's file, with the options laid over
// it. Also how the same request is typed again.

import { existsSync } from "node:fs";
import type { Fault, Scenario } from "../api/scenario.ts";
import type { Case } from "../harness/case.ts";
import { readCase, readFaultPlan } from "../node/case-file.ts";
import { isJobFile, loadEngine } from "../node/engine-bundle.ts";
import type { LoadedEngine } from "../node/loaded-engine.ts";
import { RequestError } from "../node/request-error.ts";
import { editsOf } from "../node/zoo-edits.ts";
import type { ConfigValues } from "../runtime/configuration.ts";
import { commandText } from "./command-text.ts";
import type { Until } from "./option-values.ts";

/** The options that change a case. */
export interface CaseOptions {
  readonly seed?: number;
  readonly faults?: string;
  readonly set?: ConfigValues;
}

/** A case, and an engine that knows its scenario and has its edits. */
export interface RunRequest {
  readonly engine: LoadedEngine;
  readonly request: Case;
}

/** Unless something else is said, a run is recorded as fully as can be. */
const RUN_LEVEL: ConfigValues = { "recording.level": "network" };

/** The case that `target` and `options` stand for. Throws named errors for what is not there. */
export async function runRequest(target: string, options: CaseOptions): Promise<RunRequest> {
  const base: Case = target.endsWith(".json") ? readCase(target) : { scenario: target };
  const engine = await engineFor(base);
  const request = {
    ...base,
    config: { ...RUN_LEVEL, ...base.config, ...options.set },
    ...(options.seed === undefined ? {} : { seed: options.seed }),
  };
  const { plans, shownPlan } = engine.runner.scenarioOf(base.scenario);
  // A case says all that happens in it; a scenario alone is asked to show what it is there for.
  const plan = options.faults ?? (target.endsWith(".json") ? undefined : shownPlan);
  if (plan === undefined) return { engine, request };
  return { engine, request: { ...request, faults: faultsOf(plan, plans) } };
}

/** An engine in which a case can run: with its edits, and with its job's file if its scenario is one. */
export function engineFor({ scenario, edits = [] }: Case): Promise<LoadedEngine> {
  const jobFile = typeof scenario === "string" && isJobFile(scenario) ? scenario : undefined;
  return loadEngine({ edits: editsOf(edits), jobFile });
}

/** The command that repeats a run. */
export function repeatCommand(
  target: string,
  options: CaseOptions & {
    readonly seed: number;
    readonly until?: Until;
    readonly realRocksdb?: true;
  },
): string {
  const { seed, faults, set = {}, until, realRocksdb } = options;
  const settings = Object.entries(set).flatMap(([key, value]) => ["--set", `${key}=${value}`]);
  const plan = faults === undefined ? [] : ["--faults", faults];
  const limit = until === undefined ? [] : ["--until", until.typed];
  const databases = realRocksdb === undefined ? [] : ["--real-rocksdb"];
  const choices = [...plan, ...settings, ...limit, ...databases];
  return commandText("run", target, "--seed", String(seed), ...choices);
}

function faultsOf(text: string, plans: Scenario["plans"]): readonly Fault[] {
  const plan = Object.hasOwn(plans, text) ? plans[text] : undefined;
  if (plan !== undefined) return plan;
  if (text === "none") return [];
  if (text.endsWith(".json") || existsSync(text)) return readFaultPlan(text);
  const names = [...Object.keys(plans), "none"].map((name) => `"${name}"`).join(", ");
  throw new RequestError(
    `Cannot find the fault plan "${text}": there are ${names}, and no file of that name`,
  );
}
