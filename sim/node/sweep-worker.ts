// One worker of a sweep: loads the bundle once, then runs the seeds it is sent, a batch at a time.

import { parentPort, workerData } from "node:worker_threads";
import type { SeedOutcome } from "../search/sweep.ts";
import type { ConfigValues } from "../runtime/configuration.ts";
import { importEngine } from "./loaded-engine.ts";

/** What a worker is started with. */
export interface SweepWorkerData {
  /** Path of the bundle. */
  readonly engine: string;
  readonly jobFile: string | undefined;
  readonly scenario: string;
  readonly config: ConfigValues;
}

/** The seeds of one batch. */
export type SweepBatch = readonly number[];

/** What became of them, in the same order. */
export type SweepBatchOutcomes = readonly SeedOutcome[];

const { engine: path, jobFile, scenario, config } = workerData as SweepWorkerData;
const engine = await importEngine(path, jobFile);
parentPort?.on("message", (seeds: SweepBatch) => {
  const outcomes: SweepBatchOutcomes = seeds.map((seed) =>
    engine.sweepSeed(engine.runner, { scenario, seed, config }),
  );
  parentPort?.postMessage(outcomes);
});
