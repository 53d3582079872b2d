// T32: shared files go while the pointer to a checkpoint that needs them is still on its way out.

import type { Bug } from "../bug.ts";
import { INCREMENTAL_CHECKPOINTS, MANY_CHECKPOINTS } from "../schedules.ts";

export const droppingForgotten: Bug = {
  id: "dropping-forgotten",
  ticket: "T32",
  title: "shared files are deleted before the pointer to their checkpoint is gone",
  story:
    "A subsumed checkpoint has left the store, and its pointer is being removed. " +
    "The registry asks the store alone what is the oldest checkpoint, and deletes at once what only the subsumed one needs. " +
    "If the pointer outlives its files, a new leader finds a checkpoint that cannot be read.",
  excuse: "What is subsumed is not in the store any more, so nothing needs its files.",
  edits: [
    {
      file: "sim/runtime/checkpoint/checkpoint-disposal.ts",
      find: "    const kept = [...this.#store.all.map(({ id }) => id), ...this.#cleaner.dropping];\n",
      replace: "    const kept = this.#store.all.map(({ id }) => id);\n",
    },
  ],
  schedule: {
    scenario: "word-count",
    seed: 1,
    config: {
      ...MANY_CHECKPOINTS,
      ...INCREMENTAL_CHECKPOINTS,
      "world.rocksdb.level0-file-num-compaction-trigger": 2,
      "world.storage.jitter": "5 ms",
    },
    faults: [],
    steps: "A file is deleted faster than the pointer; no fault is needed.",
  },
  checker: "storage-integrity",
  isShownByOneCrash: true,
  spoils: "storage",
};
