// Every checker there is, how far a trace must be recorded for them, and the one pass in which they all read it.

import { RECORDING_LEVELS, type RecordingLevel } from "../kernel/recorder.ts";
import type { TraceEvent } from "../trace/trace-event.ts";
import type { CheckedJob, Checker, Verdict } from "./checker.ts";
import { committedOutput } from "./committed-output.ts";
import { conservation } from "./conservation.ts";
import { consistentCut } from "./consistent-cut.ts";
import { failureTransparency } from "./failure-transparency.ts";
import { liveness } from "./liveness.ts";
import { newestCheckpoint } from "./newest-checkpoint.ts";
import { provenance } from "./provenance.ts";
import { reachableSnapshot } from "./reachable-snapshot.ts";
import { restoredState } from "./restored-state.ts";
import { singleWriter } from "./single-writer.ts";
import { storageIntegrity } from "./storage-integrity.ts";

/** Every checker, the strongest claim first. */
export const CHECKERS: readonly Checker[] = [
  failureTransparency,
  committedOutput,
  consistentCut,
  reachableSnapshot,
  restoredState,
  provenance,
  newestCheckpoint,
  storageIntegrity,
  singleWriter,
  liveness,
  conservation,
];

/** The lowest level on which each of `checkers` can work. */
export function levelFor(checkers: readonly Checker[]): RecordingLevel {
  const needed = checkers.map(({ level }) => RECORDING_LEVELS.indexOf(level));
  return RECORDING_LEVELS[Math.max(...needed)] ?? "network";
}

/** What each of `checkers` says of a complete trace, in their order. */
export function check(
  job: CheckedJob,
  events: Iterable<TraceEvent>,
  checkers: readonly Checker[] = CHECKERS,
): readonly Verdict[] {
  const folds = checkers.map((checker) => checker.start(job));
  for (const event of events) for (const fold of folds) fold.step(event);
  return folds.map((fold) => fold.finish());
}
