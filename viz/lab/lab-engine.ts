// The engine as the page sees it: it takes a case and gives what running it came to. Behind it is the real engine in
// a worker of its own.

import type { Case, Verdict } from "../../sim/harness/bundle.ts";
import type { Trace } from "../../sim/trace/trace.ts";

/** Runs cases in the page. */
export interface LabEngine {
  /** What it can run, once it has started. */
  scenarios(): Promise<readonly LabScenario[]>;
  /** Runs a case to its end and has it judged. Rejects with a {@link CaseRefusal} for a case it cannot run. */
  run(request: Case): Promise<LabRun>;
}

/** A run in the page. */
export interface LabRun {
  readonly trace: Trace;
  readonly verdicts: readonly Verdict[];
}

/** A scenario to choose. */
export interface LabScenario {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  /** Names of its fault plans. */
  readonly plans: readonly string[];
}

/** A case that cannot be run: one sentence says what is wrong with it. */
export class CaseRefusal extends Error {
  override readonly name = "CaseRefusal";
}
