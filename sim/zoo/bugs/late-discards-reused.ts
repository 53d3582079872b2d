// T22: an acknowledgement that comes too late takes the files with it that it only uses again.

import type { Bug } from "../bug.ts";
import { INCREMENTAL_CHECKPOINTS } from "../schedules.ts";

export const lateDiscardsReused: Bug = {
  id: "late-discards-reused",
  ticket: "T22",
  title: "the files of a late acknowledgement are deleted, and with them those it only refers to",
  story:
    "A task acknowledges a checkpoint that has expired. Nobody will restore it, and all its files are deleted: " +
    "those written for it, and also those of the last completed checkpoint, which it built on.",
  excuse: "Whatever an unwanted acknowledgement brings is garbage, and garbage has to go.",
  edits: [
    {
      file: "sim/runtime/checkpoint/checkpoint-coordinator.ts",
      find: "        const files = filesToDiscard(acknowledgement, isSharing && known !== undefined);\n",
      replace: "        const files = filesToDiscard(known ?? acknowledgement, false);\n",
    },
  ],
  schedule: {
    scenario: "word-count",
    seed: 1,
    config: {
      ...INCREMENTAL_CHECKPOINTS,
      "execution.checkpointing.timeout": "80 ms",
      "execution.checkpointing.tolerable-failed-checkpoints": 100,
    },
    faults: [
      {
        what: "message-delayed",
        where: "count-1",
        message: "acknowledge-checkpoint",
        when: { after: { event: "snapshot-taken", place: "count-1", checkpoint: 2, nth: 1 } },
        duration: 90_000,
      },
    ],
    steps: "Checkpoint 2 expires while the acknowledgement of count-1 is on its way.",
  },
  checker: "storage-integrity",
  isShownByOneCrash: false,
  spoils: "storage",
};
