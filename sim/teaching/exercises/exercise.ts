// A marked exercise: a case to start from, what of it may be changed, and what a run of it has to show. Whether it
// shows it is read off the trace and the checkers' verdicts alone, so that any run that does is a solution.

import type { Verdict } from "../../checkers/checker.ts";
import type { Case } from "../../harness/case.ts";
import type { TraceEvent } from "../../trace/trace-event.ts";
import type { Localized } from "../localized.ts";

/** An exercise. */
export interface Exercise {
  /** Kebab-case and unique: the word after `cleancut grade`. */
  readonly id: string;
  readonly title: Localized;
  readonly task: Localized;
  readonly hint: Localized;
  /** What the student starts from. It does not solve the exercise. */
  readonly base: StartingCase;
  readonly allowed: Allowance;
  /** What a solution shows. Besides, every solution's job comes to its end and no checker objects. */
  readonly criteria: readonly Criterion[];
}

/** A case with all that an exercise settles. */
export type StartingCase = Case & Required<Pick<Case, "seed" | "config" | "faults">>;

/** What of the starting case may be changed; everything else stays. */
export interface Allowance {
  /** The kinds of fault that may be planned. */
  readonly faults: readonly string[];
  readonly faultsMax: number;
  /** The options that may be set, by key. */
  readonly config: readonly string[];
}

/** One thing that a run has to show. */
export interface Criterion {
  /** The claim, as a sentence. */
  readonly says: Localized;
  /** Whether the claim holds of a run that was recorded in full, and what was found there. */
  readonly holds: (run: ExerciseRun) => Finding;
}

/** What was found of a criterion. */
export interface Finding {
  readonly isMet: boolean;
  /** One sentence, whether the criterion is met or not. */
  readonly found: Localized;
}

/** What there is to know of a run: its end, its trace, and what the checkers say of it. */
export interface ExerciseRun {
  readonly run: {
    /** How the run's loop ended; "idle" is by itself. */
    readonly end: string;
    readonly jobStatus: string;
  };
  readonly events: readonly TraceEvent[];
  readonly verdicts: readonly Verdict[];
}

/** A case that cannot be graded: it changes what has to stay. */
export class ExerciseError extends Error {
  override readonly name = "ExerciseError";
}
