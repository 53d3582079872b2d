// What became of one case, as shrinking and explaining need it: who speaks of it, and every event.

import type { Fault } from "../api/scenario.ts";
import { CHECKERS } from "../checkers/all-checkers.ts";
import type { Case } from "../harness/case.ts";
import type { CheckedRun, Runner } from "../harness/runner.ts";
import { RECORDING_LEVELS, type RecordingLevel } from "../kernel/recorder.ts";
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

/** Runs a case, here or elsewhere. */
export type RunCase = (request: Case) => Promise<CaseOutcome>;

/** Runs that go on for longer are given up: what a search runs is small, so it turns in circles. */
const BOUNDS = { maxEvents: 1_000_000 };

/** Runs a case and has it judged. Throws named errors for what is wrong with the case. */
export function runCase(runner: Runner, request: Case): CaseOutcome {
  const prepared = runner.prepare(request);
  let checked: CheckedRun;
  try {
    checked = runner.runChecked(prepared, { bounds: BOUNDS });
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

/** The case recorded no further than the checkers need, for runs whose trace nobody keeps. */
export function recordedForCheckers(request: Case): Case {
  return { ...request, config: { ...request.config, [LEVEL_KEY]: CHECKERS_LEVEL } };
}

/** What `checker` says of a run, if it speaks. */
export function failureOf({ failures }: CaseOutcome, checker: string): CaseFailure | undefined {
  return failures.find((failure) => failure.checker === checker);
}

const LEVEL_KEY = OPTIONS.recordingLevel.key;

/** The lowest level on which every checker can work. */
const CHECKERS_LEVEL: RecordingLevel =
  RECORDING_LEVELS[Math.max(...CHECKERS.map(({ level }) => RECORDING_LEVELS.indexOf(level)))] ??
  "network";

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
