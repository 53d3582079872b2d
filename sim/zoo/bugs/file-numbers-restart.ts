// T29: a restored tree numbers its files from 1 again, and names of files come twice. Cousin of FLINK-24611.

import type { Bug } from "../bug.ts";
import { HASHES_UNCHECKED } from "../defences.ts";
import { INCREMENTAL_CHECKPOINTS, MANY_CHECKPOINTS } from "../schedules.ts";

export const fileNumbersRestart: Bug = {
  id: "file-numbers-restart",
  ticket: "T29",
  title: "a restored tree gives names of files a second time",
  story:
    "A tree that is made from restored files begins to number its own at 1, like any new tree. " +
    "A new file then bears the name of a restored one: it is taken for older than that one, and the next snapshot does not " +
    "upload it, since a file of this name is in the checkpoint it builds on.",
  excuse: "The files come along in the snapshot, and the number of the next one is no state.",
  edits: [
    {
      file: "sim/runtime/state/rocksdb/rocksdb-keyed-state-backend.ts",
      find: "    const { nextFileNumber } = manifest;\n",
      replace: "    const nextFileNumber = 1;\n",
    },
    ...HASHES_UNCHECKED,
  ],
  schedule: {
    scenario: "word-count",
    seed: 1,
    config: {
      ...MANY_CHECKPOINTS,
      ...INCREMENTAL_CHECKPOINTS,
      "world.rocksdb.level0-file-num-compaction-trigger": 100,
      "recording.level": "state",
    },
    faults: [
      {
        what: "task-throws",
        where: "count-1",
        when: {
          after: { event: "completion-received", place: "count-1", checkpoint: 5, nth: 1 },
        },
      },
    ],
    steps:
      "The counters have several files at checkpoint 5, and count-1 throws once it is complete.",
  },
  checker: "reachable-snapshot",
  isShownByOneCrash: true,
  spoils: "cut",
};
