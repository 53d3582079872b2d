// FLINK-5667: a task that ends deletes snapshots that it has acknowledged.

import type { Bug } from "../bug.ts";
import { INCREMENTAL_CHECKPOINTS } from "../schedules.ts";

export const acknowledgedDiscarded: Bug = {
  id: "acknowledged-discarded",
  ticket: "FLINK-5667",
  title: "a task that is canceled deletes what it has acknowledged",
  story:
    "A task that ends cleans up the snapshots that are still its own, and one is its own until its checkpoint is known to be complete. " +
    "The acknowledgement is out by then: the coordinator completes the checkpoint, and the files it refers to are deleted.",
  excuse: "Until the checkpoint is complete nobody else looks after the files.",
  edits: [
    {
      file: "sim/runtime/checkpoint/subtask-checkpoint.ts",
      find: `    this.#running.delete(checkpoint);
    const async = micros(`,
      replace: "    const async = micros(",
    },
    {
      file: "sim/runtime/checkpoint/subtask-checkpoint.ts",
      find: "    for (const uploads of this.#uploads.values()) uploads.confirm(checkpoint);\n",
      replace: `    for (const uploads of this.#uploads.values()) uploads.confirm(checkpoint);
    for (const known of [...this.#running.keys()]) {
      if (known <= checkpoint) this.#running.delete(known);
    }
`,
    },
  ],
  schedule: {
    scenario: "word-count",
    seed: 1,
    config: INCREMENTAL_CHECKPOINTS,
    faults: [
      {
        what: "task-throws",
        where: "count-1",
        when: { after: { event: "checkpoint-stored", place: "job-master", checkpoint: 1, nth: 1 } },
      },
    ],
    steps: "Checkpoint 1 is stored, and count-1 throws before it hears of it.",
  },
  checker: "storage-integrity",
  isShownByOneCrash: true,
  spoils: "storage",
};
