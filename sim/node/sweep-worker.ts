// One worker of a sweep: loads its bundle once, then runs the seeds it is asked for, a batch at a time.

import { parentPort, workerData } from "node:worker_threads";
import type { SeedOutcome, SeedRequest } from "../search/sweep.ts";
import { importEngine } from "./loaded-engine.ts";

/** What a worker is started with. */
export interface SweepWorkerData {
  /** Path of the bundle. */
  readonly engine: string;
  readonly jobFile: string | undefined;
}

/** The seeds of one batch. */
export type SweepBatch = readonly SeedRequest[];

/** What became of them, in the same order. */
export type SweepBatchOutcomes = readonly SeedOutcome[];

const { engine: path, jobFile } = workerData as SweepWorkerData;
const engine = await importEngine(path, jobFile);
parentPort?.on("message", (requests: SweepBatch) => {
  const outcomes: SweepBatchOutcomes = requests.map((request) =>
    engine.sweepSeed(engine.runner, request),
  );
  parentPort?.postMessage(outcomes);
});
