// A sweep over worker threads: the seeds go out in order, the outcomes come back as they may, and the report is of
// their set, so that it does not depend on how many workers there were.

import { availableParallelism } from "node:os";
import type { SeedOutcome } from "../search/sweep.ts";
import { bundle } from "./bundler.ts";
import type { SweepBatchOutcomes, SweepWorkerData } from "./sweep-worker.ts";
import { workThrough } from "./worker-pool.ts";

/** Which seeds, of what, and when to stop. */
export interface ParallelSweep extends SweepWorkerData {
  readonly seeds: { readonly first: number; readonly last: number };
  readonly jobs: number;
  readonly isStopped: () => boolean;
  /** Told after each batch of outcomes. */
  readonly onProgress: (outcomes: SweepBatchOutcomes) => void;
}

/** Runs the seeds, or those that it got to before it was stopped. The outcomes are in the order of the seeds. */
export async function sweepInParallel(sweep: ParallelSweep): Promise<readonly SeedOutcome[]> {
  const { seeds, jobs, isStopped, onProgress, ...workerData } = sweep;
  const entry = 'import "./sim/node/sweep-worker.ts";';
  const script = await bundle({ entry, platform: "node" });
  const outcomes: SeedOutcome[] = [];
  const count = seeds.last - seeds.first + 1;
  const work = {
    items: seedsOf(seeds),
    onResults: (results: SweepBatchOutcomes) => {
      for (const outcome of results) outcomes.push(outcome);
      onProgress(results);
    },
  };
  await workThrough({ script, workerData, workers: Math.min(jobs, count) }, work, isStopped);
  return outcomes.sort((one, other) => one.seed - other.seed);
}

/** How many workers there are unless something else is said. */
export function defaultJobs(): number {
  return availableParallelism();
}

function* seedsOf({ first, last }: ParallelSweep["seeds"]): Generator<number, void> {
  for (let seed = first; seed <= last; seed++) yield seed;
}
