// FLINK-5063, FLINK-5229, FLINK-5660: what a late acknowledgement brings is deleted by nobody.

import type { Bug } from "../bug.ts";
import { EXPIRING_CHECKPOINTS, INCREMENTAL_CHECKPOINTS, SMALL_JOB } from "../schedules.ts";

export const lateFilesLeft: Bug = {
  id: "late-files-left",
  ticket: "FLINK-5063",
  title: "the files of a late acknowledgement are left behind",
  story:
    "A checkpoint expires, and what has been handed in for it is deleted. A task that acknowledges it only now has written " +
    "its files as well; the coordinator knows no such checkpoint any more and ignores the message. " +
    "The files stay for ever.",
  excuse: "A message about a checkpoint that is over needs no answer.",
  edits: [
    {
      file: "sim/runtime/checkpoint/checkpoint-coordinator.ts",
      find: `      case "refused": {
        const files = filesToDiscard(acknowledgement, isSharing && known !== undefined);
        return [recorded, ...discardState(checkpoint, files), ...this.#discardAtEnd(checkpoint)];
      }
`,
      replace: `      case "refused":
        return [recorded];
`,
    },
  ],
  schedule: {
    scenario: SMALL_JOB,
    seed: 5,
    config: { ...EXPIRING_CHECKPOINTS, ...INCREMENTAL_CHECKPOINTS },
    faults: [],
    steps: "A checkpoint expires before the last task has acknowledged it; no fault is needed.",
  },
  checker: "storage-integrity",
  isShownByOneCrash: false,
  spoils: "storage",
};
