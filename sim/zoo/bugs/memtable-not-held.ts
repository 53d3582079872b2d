// T46: a snapshot holds the files of a tree and not its memtable, which the task goes on writing to. Cousin of T25.

import type { Bug } from "../bug.ts";

export const memtableNotHeld: Bug = {
  id: "memtable-not-held",
  ticket: "T46",
  title: "the memtable of a full snapshot is changed while it is being written",
  story:
    "A full snapshot is written from the files of the instant and from the memtable. Files never change; the memtable does, " +
    "and the task writes to the very one that the snapshot has hold of: what it counts after the barrier is in the snapshot.",
  excuse: "A version of the tree cannot change, since files cannot.",
  edits: [
    {
      file: "sim/runtime/state/rocksdb/lsm-tree.ts",
      find: "    this.#isMemtableHeld = true;\n",
      replace: "",
    },
  ],
  schedule: {
    scenario: "word-count",
    seed: 1,
    config: { "state.backend.type": "rocksdb", "world.task.async-cost": "25 ms" },
    faults: [
      {
        what: "task-throws",
        where: "count-1",
        when: {
          after: { event: "completion-received", place: "count-1", checkpoint: 1, nth: 1 },
        },
      },
    ],
    steps:
      "Checkpoint 1 is written slowly, count-1 works on a record meanwhile, and throws once the checkpoint is complete.",
  },
  checker: "failure-transparency",
  isShownByOneCrash: true,
  spoils: "cut",
};
