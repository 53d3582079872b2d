// FLINK-26985: what a job was started from is deleted with the job's own checkpoints.

import type { Bug } from "../bug.ts";
import { INCREMENTAL_CHECKPOINTS } from "../schedules.ts";

export const startedFromTakenForOwn: Bug = {
  id: "started-from-taken-for-own",
  ticket: "FLINK-26985",
  title: "files of the checkpoint that a job was started from are deleted with its own",
  story:
    "A job is started from a checkpoint that it does not claim, and builds on its files. Once enough checkpoints have " +
    "completed, the one it was started from is subsumed like any other, and its files go. What the user kept to start from " +
    "again cannot be read any more",
  excuse: "A checkpoint that the store lets go of is needed by nobody.",
  edits: [
    {
      file: "sim/runtime/checkpoint/checkpoint-disposal.ts",
      find: '    return this.#startedFrom.claimMode === "CLAIM" ? "checkpoint" : "savepoint";\n',
      replace: '    return "checkpoint";\n',
    },
  ],
  schedule: {
    scenario: "rescaling",
    seed: 1,
    config: INCREMENTAL_CHECKPOINTS,
    faults: [
      {
        what: "job-canceled",
        where: "job-master",
        when: { after: { event: "checkpoint-stored", place: "job-master", checkpoint: 2, nth: 1 } },
      },
      {
        what: "job-resumed",
        where: "job-master",
        when: { after: { event: "job-ended", place: "job-master", nth: 1 } },
        resume: { claimMode: "LEGACY" },
      },
    ],
    steps:
      "The job is canceled, and started again from the checkpoint that it left, in mode LEGACY.",
  },
  checker: "storage-integrity",
  isShownByOneCrash: true,
  spoils: "storage",
};
