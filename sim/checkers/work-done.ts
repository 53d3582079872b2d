// Whether a job has come to the end of its input, after which nothing may be missing.

import type { EventOf } from "../trace/trace-event.ts";

/** Whether a job that ended has worked off all its input, rather than being stopped, canceled or failed. */
export function hasWorkedOff({ status, reason }: EventOf<"job-ended">): boolean {
  return status === "FINISHED" && reason === "";
}
