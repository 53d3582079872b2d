// Runs seeds on an engine with one bug built in, or on the engine as it is: each mutant in workers of its own, which
// live as long as the same one is asked for.

import type { Worker } from "node:worker_threads";
import type { SeedOutcome, SeedRequest } from "../search/sweep.ts";
import type { Bug } from "../zoo/bug.ts";
import { engineBundle } from "./engine-bundle.ts";
import { sweepWorkerScript } from "./parallel-sweep.ts";
import type { SweepWorkerData } from "./sweep-worker.ts";
import { answerOf, startWorker } from "./worker-pool.ts";

/** Workers of one mutant at a time. */
export class MutantWorkers {
  readonly #count: number;
  #bug: string | undefined = undefined;
  #workers: readonly Worker[] = [];

  /** `count` workers share the seeds of one call. */
  constructor(count: number) {
    this.#count = count;
  }

  /** Runs seeds on the engine with a bug's edits, or as it is. The outcomes are in the order of the requests. */
  async run(
    bug: Bug | undefined,
    requests: readonly SeedRequest[],
  ): Promise<readonly SeedOutcome[]> {
    if (this.#workers.length === 0 || this.#bug !== bug?.id) await this.#start(bug);
    const share = Math.ceil(requests.length / this.#workers.length);
    const outcomes = await Promise.all(
      this.#workers.map(async (worker, index) => {
        const own = requests.slice(index * share, (index + 1) * share);
        if (own.length === 0) return [];
        return (await answerOf(worker, own)) as readonly SeedOutcome[];
      }),
    );
    return outcomes.flat();
  }

  async close(): Promise<void> {
    await Promise.all(this.#workers.map((worker) => worker.terminate()));
    this.#workers = [];
  }

  async #start(bug: Bug | undefined): Promise<void> {
    await this.close();
    const engine = await engineBundle({ edits: bug?.edits ?? [] });
    const script = await sweepWorkerScript();
    const workerData: SweepWorkerData = { engine, jobFile: undefined };
    this.#workers = Array.from({ length: this.#count }, () => startWorker({ script, workerData }));
    this.#bug = bug?.id;
  }
}
