// How the job stands with its master, event by event.

import type { TraceEvent } from "./trace-event.ts";

/** The job as its master sees it. */
export interface JobProgress {
  readonly status: string;
  /** Which leadership of the job master, from 0. */
  readonly leadership: number;
  /** The newest checkpoint with a durable pointer; 0 for none. */
  readonly newestCheckpoint: number;
  /** The checkpoint the last start of all tasks used, 0 for none; undefined before the first start. */
  readonly restoredFrom: number | undefined;
  readonly ended: { readonly status: string; readonly reason: string } | undefined;
}

/** A job of which nothing is known yet. */
export const NEW_JOB: JobProgress = {
  status: "CREATED",
  leadership: 0,
  newestCheckpoint: 0,
  restoredFrom: undefined,
  ended: undefined,
};

/** The job after an event at its master. */
export function jobAfter(job: JobProgress, event: TraceEvent): JobProgress {
  switch (event.kind) {
    case "leadership-granted":
      return { ...job, leadership: event.incarnation, newestCheckpoint: event.newestCheckpoint };
    case "job-status-changed":
      return { ...job, status: event.status };
    case "checkpoint-stored":
      return { ...job, newestCheckpoint: event.checkpoint };
    case "restore-started":
      return { ...job, restoredFrom: event.checkpoint };
    case "job-ended":
      return { ...job, ended: { status: event.status, reason: event.reason } };
    default:
      return job;
  }
}
