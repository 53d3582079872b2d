// What the page and the engine's worker say to each other.

import type { Case } from "../../sim/harness/bundle.ts";
import type { LabRun, LabScenario } from "./lab-engine.ts";

/** From the page: run this. */
export interface LabRequest {
  /** Numbers requests, so that answers find theirs. */
  readonly id: number;
  readonly request: Case;
}

/** From the worker: first what it can run, then an answer to each request. */
export type LabAnswer =
  | { readonly kind: "ready"; readonly scenarios: readonly LabScenario[] }
  | { readonly kind: "ran"; readonly id: number; readonly run: LabRun }
  /** The case cannot be run; `sentence` says why. */
  | { readonly kind: "refused"; readonly id: number; readonly sentence: string };
