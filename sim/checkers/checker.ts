// What a checker is: a fold over the trace, with a verdict at every prefix. It sees the trace and the job's
// logical graph, never a running engine.

import type { JobDescription, StreamGraph } from "../api/logical-job.ts";
import type { Scenario } from "../api/scenario.ts";
import type { RecordingLevel } from "../kernel/recorder.ts";
import type { TraceEvent } from "../trace/trace-event.ts";

/** What a checker knows of the job besides the trace. */
export interface CheckedJob {
  /** At each vertex with the most subtasks that it has in any submission. */
  readonly description: JobDescription;
  /** By submission, by vertex: how many subtasks there then are. */
  readonly parallelisms: readonly (readonly number[])[];
  /** The logical graph, for what is fixed in it; its functions are not called. */
  readonly graph: StreamGraph;
  /**
   * The graph of a submission with fresh function objects at each call: the reference interpreter takes one a subtask.
   */
  readonly buildGraph: (submission: number) => StreamGraph;
  /** Under AT_LEAST_ONCE doubles are legal, and what speaks of doubles is not checked. */
  readonly checkpointingMode: "EXACTLY_ONCE" | "AT_LEAST_ONCE";
  /** Contents of the outside logs, by log, by partition. */
  readonly logs: ReadonlyMap<string, readonly (readonly unknown[])[]>;
  /** The level the trace was recorded at. */
  readonly level: RecordingLevel;
  readonly isConfluent: boolean;
  /** How the job is meant to end. */
  readonly endsIn: "FINISHED" | "FAILED";
  /** Whether the run's loop came to rest by itself, rather than by reaching a bound. */
  readonly cameToRest: boolean;
  /** How far the run went in virtual time, in microseconds: often long past the last event recorded. If known. */
  readonly ranUntil?: number | undefined;
  /** Committed output of a run without faults: by log, canonical texts of the values. Undefined if not known. */
  readonly failureFreeOutput: ReadonlyMap<string, readonly string[]> | undefined;
  /** The scenario's quantity that is equal in all completed checkpoints, if it has one. */
  readonly conserved?: Scenario["conserved"];
}

/** What a checker says of a trace, or of its beginning. */
export type Verdict =
  | { readonly kind: "holds"; readonly checker: string; readonly sentence: string }
  | {
      readonly kind: "violated";
      readonly checker: string;
      readonly sentence: string;
      /** Indices of the events that prove it, in order. */
      readonly events: readonly number[];
    }
  | { readonly kind: "not-checked"; readonly checker: string; readonly sentence: string };

/** A checker at work on one trace. */
export interface CheckerFold {
  step(event: TraceEvent): void;
  /** What can be said of the events so far. */
  verdict(): Verdict;
  /** What can be said now that the trace is complete. */
  finish(): Verdict;
  /** A fold that goes on from here by itself: what either sees from now on does not reach the other. */
  clone(): CheckerFold;
  /**
   * A hash of what this fold's verdict can still depend on: of folds of equal hash, fed the same events, either all
   * find the claim violated or none does. Positions and times of past events are left out, and so is what a restore
   * has thrown away: folds are best compared after `restore-started`.
   */
  stateHash(): string;
}

/** A claim and how to check it. */
export interface Checker {
  readonly name: string;
  /** The claim, in one sentence. */
  readonly claim: string;
  /** The lowest recording level it can work on. */
  readonly level: RecordingLevel;
  start(job: CheckedJob): CheckerFold;
}
