// T47: a restored tree has all its files in level 0, where the number of a file says how new it is.

import type { Bug } from "../bug.ts";
import { INCREMENTAL_CHECKPOINTS, MANY_CHECKPOINTS } from "../schedules.ts";

export const levelsNotRestored: Bug = {
  id: "levels-not-restored",
  ticket: "T47",
  title: "old entries that were merged late come back as the newest",
  story:
    "The files of a snapshot are put into level 0 and merged again later. In level 0 a file with a higher number is newer; " +
    "but a merge into a deep level gives old entries a high number. After a restore they hide newer ones.",
  excuse: "Where a file lies only decides how fast it is found, and merges put it right.",
  edits: [
    {
      file: "sim/runtime/state/rocksdb/rocksdb-keyed-state-backend.ts",
      find: "    this.#database.adopt({ files: filesOf(manifest, files), nextFileNumber });\n",
      replace: `    const restored = filesOf(manifest, files).map(({ file }) => ({ level: 0, file }));
    this.#database.adopt({ files: restored, nextFileNumber });
`,
    },
  ],
  schedule: {
    scenario: "word-count",
    seed: 5,
    config: {
      ...MANY_CHECKPOINTS,
      ...INCREMENTAL_CHECKPOINTS,
      "world.rocksdb.level0-file-num-compaction-trigger": 2,
      "state.backend.rocksdb.compaction.level.max-size-level-base": "100b",
      "state.backend.rocksdb.compaction.level.target-file-size-base": "100b",
    },
    faults: [
      {
        what: "task-throws",
        where: "count-2",
        when: {
          after: { event: "completion-received", place: "count-2", checkpoint: 8, nth: 1 },
        },
      },
    ],
    steps: "The files of checkpoint 8 lie in several levels when count-2 throws.",
  },
  checker: "reachable-snapshot",
  isShownByOneCrash: false,
  spoils: "cut",
};
