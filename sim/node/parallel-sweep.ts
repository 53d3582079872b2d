// A sweep over worker threads: the seeds go out in order, the outcomes come back as they may, and the report is of
// their set, so that it does not depend on how many workers there were.

import { availableParallelism } from "node:os";
import type { SwarmProfile } from "../faults/swarm-plan.ts";
import type { ConfigValues } from "../runtime/configuration.ts";
import type { SeedOutcome, SeedRequest } from "../search/sweep.ts";
import { bundle } from "./bundler.ts";
import type { SweepBatchOutcomes, SweepWorkerData } from "./sweep-worker.ts";
import { workThrough } from "./worker-pool.ts";

/** Which seeds, of what, and when to stop. */
export interface ParallelSweep extends SweepWorkerData {
  /** Each seed is taken through all of them before the next, so that a sweep that is stopped has seen all alike. */
  readonly scenarios: readonly string[];
  readonly config: ConfigValues;
  readonly seeds: { readonly first: number; readonly last: number };
  /** Draws the cases of a swarm. */
  readonly swarm?: SwarmProfile | undefined;
  readonly jobs: number;
  readonly isStopped: () => boolean;
  /** Told after each batch of outcomes. */
  readonly onProgress: (outcomes: SweepBatchOutcomes) => void;
}

/** Runs the seeds, or those that it got to before it was stopped. The outcomes are in the order of the seeds and scenarios. */
export async function sweepInParallel(sweep: ParallelSweep): Promise<readonly SeedOutcome[]> {
  const { engine, jobFile, scenarios, seeds, jobs, isStopped, onProgress } = sweep;
  const outcomes: SeedOutcome[] = [];
  const workers = Math.min(jobs, (seeds.last - seeds.first + 1) * scenarios.length);
  const work = {
    items: requestsOf(sweep),
    onResults: (results: SweepBatchOutcomes) => {
      for (const outcome of results) outcomes.push(outcome);
      onProgress(results);
    },
  };
  const script = await sweepWorkerScript();
  const workerData: SweepWorkerData = { engine, jobFile };
  await workThrough({ script, workerData, workers }, work, isStopped);
  const order = new Map(scenarios.map((scenario, index) => [scenario, index]));
  const placeOf = ({ case: { scenario } }: SeedOutcome): number => order.get(String(scenario)) ?? 0;
  return outcomes.sort((one, other) => one.seed - other.seed || placeOf(one) - placeOf(other));
}

/** The bundle of a sweep's workers. */
function sweepWorkerScript(): Promise<string> {
  return bundle({ entry: 'import "./sim/node/sweep-worker.ts";', platform: "node" });
}

/** How many workers there are unless something else is said. */
export function defaultJobs(): number {
  return availableParallelism();
}

function* requestsOf(sweep: ParallelSweep): Generator<SeedRequest, void> {
  const { scenarios, config, seeds, swarm } = sweep;
  const common = { config, ...(swarm === undefined ? {} : { swarm }) };
  for (let seed = seeds.first; seed <= seeds.last; seed++) {
    for (const scenario of scenarios) yield { scenario, seed, ...common };
  }
}
