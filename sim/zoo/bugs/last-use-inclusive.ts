// T33: the registry also forgets what the oldest retained checkpoint was the last to use.

import type { Bug } from "../bug.ts";
import { REUSED_FILES_HANDED_IN } from "../defences.ts";
import { INCREMENTAL_CHECKPOINTS, MANY_CHECKPOINTS } from "../schedules.ts";

export const lastUseInclusive: Bug = {
  id: "last-use-inclusive",
  ticket: "T33",
  title: "what the oldest retained checkpoint was the last to use is deleted",
  story:
    "A file goes when the checkpoint that last used it is not newer than the oldest retained one. " +
    "Off by one: the oldest retained one needs it itself.",
  excuse: "Unused from this checkpoint on, said the name of the method.",
  edits: [
    {
      file: "sim/runtime/state/shared-state-registry.ts",
      find: "      if (lastUsedBy < lowestRetained) {\n",
      replace: "      if (lastUsedBy <= lowestRetained) {\n",
    },
    REUSED_FILES_HANDED_IN,
  ],
  schedule: {
    scenario: "word-count",
    seed: 1,
    config: {
      ...MANY_CHECKPOINTS,
      ...INCREMENTAL_CHECKPOINTS,
      "execution.checkpointing.num-retained": 2,
      "world.rocksdb.level0-file-num-compaction-trigger": 2,
    },
    faults: [],
    steps: "Files are merged between two checkpoints that are both kept; no fault is needed.",
  },
  checker: "storage-integrity",
  isShownByOneCrash: true,
  spoils: "storage",
};
