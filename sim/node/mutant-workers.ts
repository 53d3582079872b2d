// Runs an engine with one bug built in, or the engine as it is: each mutant in workers of its own, which live as long
// as the same one is asked for.

import type { Worker } from "node:worker_threads";
import type { Case } from "../harness/case.ts";
import type { Crash } from "../search/exhaust.ts";
import type { SeedOutcome, SeedRequest } from "../search/sweep.ts";
import type { Bug } from "../zoo/bug.ts";
import type { CrashOutcome, MutantRunner } from "../zoo/kill-matrix.ts";
import { bundle } from "./bundler.ts";
import { engineBundle } from "./engine-bundle.ts";
import type { MutantRequest, MutantWorkerData } from "./mutant-worker.ts";
import { answerOf, startWorker } from "./worker-pool.ts";

/** Workers of one mutant at a time. */
export class MutantWorkers implements MutantRunner {
  readonly #count: number;
  /** The mutant's id; "" is the engine as it is. */
  #mutant: string | undefined = undefined;
  #workers: readonly Worker[] = [];

  /** `count` workers share the work of one call. */
  constructor(count: number) {
    this.#count = count;
  }

  async runSeeds(
    bug: Bug | undefined,
    requests: readonly SeedRequest[],
  ): Promise<readonly SeedOutcome[]> {
    const workers = await this.#workersOf(bug);
    const share = Math.ceil(requests.length / workers.length);
    const outcomes = await Promise.all(
      workers.map(async (worker, index) => {
        const own = requests.slice(index * share, (index + 1) * share);
        if (own.length === 0) return [];
        const answer = await asked(worker, { kind: "seeds", requests: own });
        return answer as readonly SeedOutcome[];
      }),
    );
    return outcomes.flat();
  }

  async exhaust(
    bug: Bug | undefined,
    request: Case,
    isEnough: (outcome: CrashOutcome) => boolean,
  ): Promise<readonly CrashOutcome[]> {
    const workers = await this.#workersOf(bug);
    const [first] = workers;
    if (first === undefined) return [];
    const crashes = (await asked(first, { kind: "list-crashes", case: request })) as Crash[];
    const outcomes: CrashOutcome[] = [];
    while (crashes.length > 0 && !outcomes.some(isEnough)) {
      const batch = crashes.splice(0, workers.length);
      const answers = await Promise.all(
        workers.map(async (worker, index) => {
          const crash = batch[index];
          if (crash === undefined) return [];
          const exhaust = { kind: "exhaust", case: request, crash } as const;
          return [(await asked(worker, exhaust)) as CrashOutcome];
        }),
      );
      outcomes.push(...answers.flat());
    }
    // What was tried beside the first that is enough hangs on how many workers there are.
    const enough = outcomes.findIndex(isEnough);
    return enough < 0 ? outcomes : outcomes.slice(0, enough + 1);
  }

  async close(): Promise<void> {
    await Promise.all(this.#workers.map((worker) => worker.terminate()));
    this.#workers = [];
    this.#mutant = undefined;
  }

  async #workersOf(bug: Bug | undefined): Promise<readonly Worker[]> {
    const mutant = bug?.id ?? "";
    if (this.#mutant === mutant) return this.#workers;
    await this.close();
    const workerData: MutantWorkerData = {
      engine: await engineBundle({ edits: bug?.edits ?? [] }),
    };
    const entry = 'import "./sim/node/mutant-worker.ts";';
    const script = await bundle({ entry, platform: "node" });
    this.#workers = Array.from({ length: this.#count }, () => startWorker({ script, workerData }));
    this.#mutant = mutant;
    return this.#workers;
  }
}

function asked(worker: Worker, request: MutantRequest): Promise<unknown> {
  return answerOf(worker, request);
}
