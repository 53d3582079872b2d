// T27: an incremental snapshot refers to the files that are there, and what is still in memory is in none.

import type { Bug } from "../bug.ts";
import { INCREMENTAL_CHECKPOINTS } from "../schedules.ts";

export const memtableNotFlushed: Bug = {
  id: "memtable-not-flushed",
  ticket: "T27",
  title: "an incremental snapshot leaves out what is still in memory",
  story:
    "The snapshot names the files of the tree as they are. The newest entries are not in a file yet, " +
    "only in the memtable, which nobody has flushed: after a crash those keys are back at what the files last had.",
  excuse:
    "Files never change, so that a list of them is a snapshot; and a flush makes one small file more each time.",
  edits: [
    {
      file: "sim/runtime/state/rocksdb/rocksdb-keyed-state-backend.ts",
      find: `    this.#database.flush();
    const held = this.#database.hold();
`,
      replace: "    const held = this.#database.hold();\n",
    },
  ],
  schedule: {
    scenario: "word-count",
    seed: 1,
    config: { ...INCREMENTAL_CHECKPOINTS, "state.backend.rocksdb.writebuffer.size": "256b" },
    faults: [
      {
        what: "task-throws",
        where: "count-1",
        when: {
          after: { event: "completion-received", place: "count-1", checkpoint: 2, nth: 1 },
        },
      },
    ],
    steps:
      "Some counts are in files and some in memory at checkpoint 2; count-1 throws once it is complete.",
  },
  checker: "failure-transparency",
  isShownByOneCrash: true,
  spoils: "cut",
};
