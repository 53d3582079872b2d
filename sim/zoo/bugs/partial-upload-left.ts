// FLINK-30461, FLINK-25511: what was uploaded for a checkpoint that is given up half way stays.

import type { Bug } from "../bug.ts";
import { EXPIRING_CHECKPOINTS, INCREMENTAL_CHECKPOINTS, SMALL_JOB } from "../schedules.ts";

export const partialUploadLeft: Bug = {
  id: "partial-upload-left",
  ticket: "FLINK-30461",
  title: "files uploaded for a checkpoint that is given up half way are left behind",
  story:
    "A snapshot has several files, and its checkpoint is given up when some are written and some are not. " +
    "The coordinator has never heard of them, and the task forgets the snapshot: nobody deletes them.",
  excuse:
    "What belongs to a checkpoint is deleted by the coordinator when it gives the checkpoint up.",
  edits: [
    {
      file: "sim/runtime/checkpoint/subtask-checkpoint.ts",
      find: "    for (const path of running.files) this.#environment.deleteFile(path);\n",
      replace: "",
    },
  ],
  schedule: {
    scenario: SMALL_JOB,
    seed: 1,
    config: { ...EXPIRING_CHECKPOINTS, ...INCREMENTAL_CHECKPOINTS },
    faults: [],
    steps: "A checkpoint expires when a task has written one of its files; no fault is needed.",
  },
  checker: "storage-integrity",
  isShownByOneCrash: false,
  spoils: "storage",
};
