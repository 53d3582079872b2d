// T28: the asynchronous part of an incremental snapshot lists the files that are there by then. Cousin of T25.

import type { Bug } from "../bug.ts";
import { INCREMENTAL_CHECKPOINTS } from "../schedules.ts";

export const filesListedLate: Bug = {
  id: "files-listed-late",
  ticket: "T28",
  title: "an incremental snapshot lists its files only when it is written",
  story:
    "The synchronous part flushes, and the asynchronous part asks the tree for its files. " +
    "Between the two the task works on, and what it flushes meanwhile lies behind the barrier and yet in the snapshot: " +
    "after a crash those records come again and count twice.",
  excuse:
    "Files never change, so that nothing need be held on to; and after the merge there are fewer of them to upload.",
  edits: [
    {
      file: "sim/runtime/state/rocksdb/rocksdb-keyed-state-backend.ts",
      find: "    const files = version.files.toSorted((left, right) => left.file.number - right.file.number);\n",
      replace: `    const present = this.#database.present.files;
    const files = present.toSorted((left, right) => left.file.number - right.file.number);
`,
    },
    {
      file: "sim/runtime/state/rocksdb/rocksdb-keyed-state-backend.ts",
      find: "    { version, nextFileNumber }: HeldContent,\n",
      replace: "    { nextFileNumber }: HeldContent,\n",
    },
  ],
  schedule: {
    scenario: "word-count",
    seed: 1,
    config: {
      ...INCREMENTAL_CHECKPOINTS,
      "state.backend.rocksdb.writebuffer.size": "64b",
      "world.task.async-cost": "25 ms",
    },
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
      "Checkpoint 1 is written slowly, count-1 flushes what it works on meanwhile, and throws once the checkpoint is complete.",
  },
  checker: "failure-transparency",
  isShownByOneCrash: true,
  spoils: "cut",
};
