// FLINK-35379: a file that a checkpoint uses again is not counted as used by it.

import type { Bug } from "../bug.ts";
import { REUSED_FILES_HANDED_IN } from "../defences.ts";
import { INCREMENTAL_CHECKPOINTS } from "../schedules.ts";

export const reuseNotCounted: Bug = {
  id: "reuse-not-counted",
  ticket: "FLINK-35379",
  title: "a file that is used again does not count as used",
  story:
    "Flink's merged files were let go by the checkpoint that wrote them, though later ones had used them again. " +
    "Here the registry notes the first checkpoint that hands in a file and no other: once that one is subsumed the file is deleted, " +
    "and the newest checkpoint refers to nothing.",
  excuse: "The file is known, so there is nothing to register.",
  edits: [
    {
      file: "sim/runtime/state/shared-state-registry.ts",
      find: "    lastUsedBy: before.lastUsedBy < checkpoint ? checkpoint : before.lastUsedBy,\n",
      replace: "",
    },
    REUSED_FILES_HANDED_IN,
  ],
  schedule: {
    scenario: "word-count",
    seed: 1,
    config: INCREMENTAL_CHECKPOINTS,
    faults: [],
    steps: "Checkpoint 2 uses a file of checkpoint 1, which it subsumes; no fault is needed.",
  },
  checker: "storage-integrity",
  isShownByOneCrash: true,
  spoils: "storage",
};
