// T34: the last checkpoint to hand in a file is taken for the last to use it.

import type { Bug } from "../bug.ts";
import { INCREMENTAL_CHECKPOINTS, MANY_CHECKPOINTS } from "../schedules.ts";

export const lastToRegister: Bug = {
  id: "last-to-register",
  ticket: "T34",
  title: "files look unused when their checkpoints are registered in another order",
  story:
    "The registry notes for each file the checkpoint that handed it in last. A new leader takes over two checkpoints, the newest " +
    "first, since that is the one to restore: the files of both look as if the older one had used them last. " +
    "As soon as that one goes, so do they, although the newer one is still kept.",
  excuse:
    "Checkpoints are registered one after the other as they come, so the last one is the newest.",
  edits: [
    {
      file: "sim/runtime/state/shared-state-registry.ts",
      find: "    lastUsedBy: before.lastUsedBy < checkpoint ? checkpoint : before.lastUsedBy,\n",
      replace: "    lastUsedBy: checkpoint,\n",
    },
    {
      file: "sim/runtime/checkpoint/checkpoint-disposal.ts",
      find: `    for (const checkpoint of this.#store.all) {
      registerRecoveredFiles(`,
      replace: `    for (const checkpoint of this.#store.all.toReversed()) {
      registerRecoveredFiles(`,
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
      "state.backend.rocksdb.writebuffer.size": "64b",
    },
    faults: [
      {
        what: "power-loss",
        where: "cluster",
        when: {
          after: { event: "checkpoint-completed", place: "job-master", checkpoint: 9, nth: 1 },
        },
      },
    ],
    steps:
      "Checkpoints 8 and 9 are kept when the power is lost; files are merged before the next one.",
  },
  checker: "storage-integrity",
  isShownByOneCrash: true,
  spoils: "storage",
};
