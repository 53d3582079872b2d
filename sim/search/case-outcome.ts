// What became of one case, as shrinking and explaining need it: who speaks of it, and every event.

import type { Fault } from "../api/scenario.ts";
import { CHECKERS } from "../checkers/all-checkers.ts";
import type { Case } from "../harness/case.ts";
import type { CheckedRun, Runner } from "../harness/runner.ts";
import { RECORDING_LEVELS, type RecordingLevel } from "../kernel/recorder.ts";
import type { RunBounds } from "../kernel/simulation.ts";
import { OPTIONS } from "../runtime/configuration.ts";
import type { TraceEvent } from "../trace/trace-event.ts";

/** Someone's objection to a run. */
export interface CaseFailure {
  /** A checker; or "end", "invariant", "exception" for a run that did not come to rest by itself. */
  readonly checker: string;
  readonly sentence: string;
  /** Indices of the events that prove it, in order. */
  readonly events: readonly number[];
}

/** What became of a case. */
export interface CaseOutcome {
  /** The strongest claim's first. */
  readonly failures: readonly CaseFailure[];
  readonly events: readonly TraceEvent[];
  /** Faults of the plan that never struck. */
  readonly unstruck: readonly Fault[];
  /** Overrides whose choice never came up. */
  readonly unusedOverrides: readonly string[];
}

/** Runs that go on for longer are given up: what a search runs is small, so it turns in circles. */
const BOUNDS = { maxEvents: 1_000_000 };

/** Runs a case, in time or whatever order things happen in, and has it judged. Throws named errors for what is wrong with the case. */
export function runCase(
  runner: Runner,
  request: Case,
  bounds: Partial<RunBounds> = BOUNDS,
  mode: "timed" | "untimed" = "timed",
): CaseOutcome {
  const prepared = runner.prepare(request);
  let checked: CheckedRun;
  try {
    checked = runner.runChecked(prepared, { bounds, mode });
  } catch (error) {
    if (!(error instanceof Error) || error.name === "ChoiceError") throw error;
    const sentence = `${error.name}: ${error.message}`;
    const failures = [{ checker: "exception", sentence, events: [] }];
    return { failures, events: [], unstruck: prepared.faults, unusedOverrides: [] };
  }
  const { run, events } = checked;
  return {
    failures: failuresOf(checked),
    events,
    unstruck: run.unstruckFaults,
    unusedOverrides: run.unusedOverrides,
  };
}

/** The case recorded just far enough for `checker` and for a look at records, for runs whose trace nobody keeps. */
export function recordedFor(request: Case, checker: string): Case {
  const level = CHECKERS.find(({ name }) => name === checker)?.level;
  // Of a checker of the user's only the case's own level is known to be enough.
  if (level === undefined && !BREAKDOWNS.has(checker)) return request;
  const needed = Math.max(rankOf("records"), rankOf(level));
  const config = { ...request.config, [LEVEL_KEY]: RECORDING_LEVELS[needed] ?? "network" };
  return { ...request, config };
}

/** The case as it is recorded, or further where `checker` needs it. */
export function recordedAtLeastFor(request: Case, checker: string): Case {
  const enough = recordedFor(request, checker);
  const isEnough = rankOf(request.config?.[LEVEL_KEY]) >= rankOf(enough.config?.[LEVEL_KEY]);
  return isEnough ? request : enough;
}

const LEVEL_KEY = OPTIONS.recordingLevel.key;

/** How far a level goes; -1 for what is none. */
function rankOf(level: unknown): number {
  return RECORDING_LEVELS.indexOf(level as RecordingLevel);
}

/** What `checker` says of a run, if it speaks. */
export function failureOf({ failures }: CaseOutcome, checker: string): CaseFailure | undefined {
  return failures.find((failure) => failure.checker === checker);
}

/** Who speaks of a run that did not come to rest by itself. */
const BREAKDOWNS: ReadonlySet<string> = new Set(["end", "invariant", "exception"]);

function failuresOf({ run, verdicts }: CheckedRun): readonly CaseFailure[] {
  const violations = verdicts.flatMap((verdict) => {
    if (verdict.kind !== "violated") return [];
    const { checker, sentence, events } = verdict;
    return [{ checker, sentence, events }];
  });
  if (run.end === "idle") return violations;
  const last = run.eventCount === 0 ? [] : [run.eventCount - 1];
  if (run.end === "invariant-broken") {
    const sentence = run.brokenInvariant ?? "An invariant broke";
    return [...violations, { checker: "invariant", sentence, events: last }];
  }
  const sentence = `The run did not come to rest (${run.end}), the job is ${run.jobStatus}`;
  return [...violations, { checker: "end", sentence, events: last }];
}
