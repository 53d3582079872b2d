// T50: with disaggregated state a merge deletes its inputs, whoever refers to them. Cousin of T31.

import type { Bug } from "../bug.ts";
import { DISAGGREGATED_STATE, MANY_CHECKPOINTS } from "../schedules.ts";

export const mergeDeletesHandedIn: Bug = {
  id: "merge-deletes-handed-in",
  ticket: "T50",
  title: "a merge deletes files in the shared storage that a completed checkpoint refers to",
  story:
    "The files of the tree lie in the shared storage, and checkpoints refer to them there. When two have been merged into one " +
    "the tree needs them no more, and as on a local disk it deletes them: " +
    "the checkpoint from which the job would be recovered is left with a hole in it.",
  excuse: "The database made the files, so that the database deletes them.",
  edits: [
    {
      file: "sim/runtime/state/forst/working-directory.ts",
      find: '    if (state === "stored" && !isHandedIn) this.#storage.delete(path);\n',
      replace: '    if (state === "stored") this.#storage.delete(path);\n',
    },
  ],
  schedule: {
    scenario: "word-count",
    seed: 1,
    config: {
      ...MANY_CHECKPOINTS,
      ...DISAGGREGATED_STATE,
      "world.rocksdb.level0-file-num-compaction-trigger": 2,
    },
    faults: [],
    steps: "Files are merged between checkpoints; no fault is needed.",
  },
  checker: "storage-integrity",
  isShownByOneCrash: true,
  spoils: "storage",
};
