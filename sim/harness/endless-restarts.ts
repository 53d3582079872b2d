// Tells when a job starts over for ever: a hundred restarts, no checkpoint stored between them, and no fault to come. Flink
// would go on like that until someone looks; a run that did so up to its bounds would take minutes to say no more.

import type { Fault } from "../api/scenario.ts";
import { QUIET_TIME } from "../checkers/liveness.ts";
import type { EventObserver } from "../kernel/recorder.ts";
import type { Instant } from "../kernel/virtual-time.ts";
import type { TraceEventKind } from "../trace/trace-event.ts";

/** So many restarts without a checkpoint are endless. What a fault waits for that is tied to an event has come by then. */
const RESTARTS_MAX = 100;

/** What is asked of the run. */
export interface RestartingRun {
  /** The present instant. */
  now(): Instant;
  /** The faults that have not struck. */
  unstruck(): readonly Fault[];
  observe(kind: TraceEventKind, observer: EventObserver): void;
  /** Is called once the job starts over for ever, in time for the liveness checker to judge it. */
  onEndless(): void;
}

/** Begins to count the restarts of a run that is about to start. */
export function watchRestarts(run: RestartingRun): void {
  let restarts = 0;
  let quietSince = run.now();
  run.observe("checkpoint-stored", () => {
    restarts = 0;
  });
  run.observe("fault-struck", () => {
    restarts = 0;
    quietSince = run.now();
  });
  run.observe("restart-scheduled", () => {
    restarts++;
    if (restarts < RESTARTS_MAX || run.now() - quietSince < QUIET_TIME) return;
    if (run.unstruck().some(({ when }) => "at" in when && when.at > run.now())) return;
    run.onEndless();
  });
}
