// The answer of a checker that cannot work on a trace: it says so and why, and never that its claim holds.

import { RECORDING_LEVELS } from "../kernel/recorder.ts";
import { stateHashOf } from "../kernel/state-hash.ts";
import type { CheckedJob, Checker, CheckerFold, Verdict } from "./checker.ts";

/** A fold that looks at nothing and says why. */
export function notChecked(checker: string, reason: string): CheckerFold {
  const verdict = doubtful(checker, reason);
  const fold: CheckerFold = {
    step: () => {},
    verdict: () => verdict,
    finish: () => verdict,
    clone: () => fold,
    stateHash: () => stateHashOf(reason),
  };
  return fold;
}

/** The verdict of a checker that found, on the way, that it cannot know. */
export function doubtful(checker: string, reason: string): Verdict {
  return { kind: "not-checked", checker, sentence: `Not checked: ${reason}` };
}

/**
 * Why a trace says too little for a checker; undefined if it says enough. `atLeastOnce` is why it says too little
 * under AT_LEAST_ONCE checkpointing, if it does.
 */
export function lackOf(
  checker: Checker,
  job: CheckedJob,
  { atLeastOnce }: { readonly atLeastOnce?: string } = {},
): string | undefined {
  if (!isRecorded(job, checker.level)) {
    return `the trace was recorded at level "${job.level}", which is below "${checker.level}"`;
  }
  return job.checkpointingMode === "AT_LEAST_ONCE" ? atLeastOnce : undefined;
}

/** Whether events of `level` are in the trace. */
export function isRecorded(job: CheckedJob, level: CheckedJob["level"]): boolean {
  return RECORDING_LEVELS.indexOf(job.level) >= RECORDING_LEVELS.indexOf(level);
}
