// One worker of the zoo: loads the bundle of its mutant once, then runs seeds, or tries one crash at every point.

import { parentPort, workerData } from "node:worker_threads";
import type { Case } from "../harness/case.ts";
import type { Crash } from "../search/exhaust.ts";
import type { SeedOutcome, SeedRequest } from "../search/sweep.ts";
import type { CrashOutcome } from "../zoo/kill-matrix.ts";
import { importEngine } from "./loaded-engine.ts";

/** What a worker is started with. */
export interface MutantWorkerData {
  /** Path of the mutant's bundle. */
  readonly engine: string;
}

/** What a worker can be asked for. */
export type MutantRequest =
  /** Answered with a {@link SeedOutcome} for each, in order. */
  | { readonly kind: "seeds"; readonly requests: readonly SeedRequest[] }
  /** Answered with every crash that can be tried, as a list of {@link Crash}. */
  | { readonly kind: "list-crashes"; readonly case: Case }
  /** Answered with a {@link CrashOutcome}. */
  | { readonly kind: "exhaust"; readonly case: Case; readonly crash: Crash };

const engine = await importEngine((workerData as MutantWorkerData).engine);

parentPort?.on("message", (request: MutantRequest) => {
  parentPort?.postMessage(answerTo(request));
});

function answerTo(
  request: MutantRequest,
): readonly SeedOutcome[] | readonly Crash[] | CrashOutcome {
  switch (request.kind) {
    case "seeds":
      return request.requests.map((seed) => engine.sweepSeed(engine.runner, seed));
    case "list-crashes":
      return engine.crashesOf(engine.runner, request.case);
    case "exhaust":
      return exhausted(request.case, request.crash);
  }
}

/** Whatever a mutant throws is an outcome. */
function exhausted(request: Case, crash: Crash): CrashOutcome {
  try {
    const options = { isAudit: false, second: "none" } as const;
    const certificate = engine.exhaust(engine.runner, request, crash, options);
    const { points, findings } = certificate;
    return { points, findings, breakdown: undefined };
  } catch (error) {
    const isInvariant = error instanceof Error && error.name === "InvariantViolation";
    const breakdown = isInvariant ? "invariant" : "exception";
    return { points: 0, findings: [], breakdown };
  }
}
