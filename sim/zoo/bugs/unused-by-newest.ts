// T31: shared files go when the newest checkpoint does without them, although older ones are kept.

import type { Bug } from "../bug.ts";
import { INCREMENTAL_CHECKPOINTS, MANY_CHECKPOINTS } from "../schedules.ts";

export const unusedByNewest: Bug = {
  id: "unused-by-newest",
  ticket: "T31",
  title: "shared files are deleted that only an older retained checkpoint needs",
  story:
    "Two checkpoints are kept. When one completes, the registry is told its id as that from which on files are needed, " +
    "not the id of the oldest kept: a file that was merged into another meanwhile is deleted, " +
    "and the older checkpoint is kept with a hole in it.",
  excuse: "By default one checkpoint is kept, which is the oldest and the newest.",
  edits: [
    {
      file: "sim/runtime/checkpoint/checkpoint-disposal.ts",
      find: "    if (kept.length > 0) return checkpointId(Math.min(...kept));\n",
      replace: "    if (kept.length > 0) return checkpointId(Math.max(...kept));\n",
    },
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
    steps: "Files are merged between checkpoints; no fault is needed.",
  },
  checker: "storage-integrity",
  isShownByOneCrash: true,
  spoils: "storage",
};
