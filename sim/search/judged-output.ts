// How far a run must be recorded for a search to find anything in it. Below that level the checkers of the output
// look at nothing, and a search that asked nobody would say that all is well.

import { levelFor } from "../checkers/all-checkers.ts";
import { committedOutput } from "../checkers/committed-output.ts";
import { failureTransparency } from "../checkers/failure-transparency.ts";
import type { PreparedJob } from "../harness/prepared-job.ts";
import { RECORDING_LEVELS } from "../kernel/recorder.ts";
import { ConfigurationError } from "../runtime/config-option.ts";
import { OPTIONS } from "../runtime/configuration.ts";

const LEVEL = levelFor([failureTransparency, committedOutput]);

/** Throws a {@link ConfigurationError} for a job that is recorded too little for its output to be judged. */
export function requireJudgedOutput({ level }: PreparedJob): void {
  if (RECORDING_LEVELS.indexOf(level) >= RECORDING_LEVELS.indexOf(LEVEL)) return;
  throw new ConfigurationError(
    `Cannot search with "${OPTIONS.recordingLevel.key}": found "${level}", on which no checker judges the output, expected at least "${LEVEL}"`,
  );
}
