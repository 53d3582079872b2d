// T04: a task acknowledges its snapshot when it has begun to write it. Cousin of FLINK-5667.

import type { Bug } from "../bug.ts";

export const acknowledgedBeforeDurable: Bug = {
  id: "acknowledged-before-durable",
  ticket: "T04",
  title: "a snapshot is acknowledged before it is durable",
  story:
    "A task acknowledges as soon as the files of its snapshot are on their way to the storage. " +
    "The coordinator completes the checkpoint, and if the task's machine dies before the last file is written, " +
    "there is a completed checkpoint that nobody can restore.",
  excuse:
    "Writing is the slowest part of a checkpoint, and a write hardly ever fails: why should the coordinator wait for it?",
  edits: [
    {
      file: "sim/runtime/checkpoint/subtask-checkpoint.ts",
      find: `    if (running.filesToWrite === 0) this.#acknowledge(checkpoint, running);
  }

  /** A file of the snapshot`,
      replace: `    // The files are on their way; the coordinator need not wait for them.
    this.#acknowledge(checkpoint, running);
  }

  /** A file of the snapshot`,
    },
  ],
  schedule: {
    scenario: "word-count",
    seed: 1,
    config: {
      "execution.checkpointing.data-inline-threshold": "0 b",
      "world.storage.jitter": "100 ms",
    },
    faults: [
      {
        what: "power-loss",
        where: "cluster",
        when: { after: { event: "checkpoint-stored", place: "job-master", checkpoint: 1, nth: 1 } },
      },
    ],
    steps:
      "Every write takes its own time; the power is lost when checkpoint 1 is stored and one of its files is not yet written.",
  },
  checker: "storage-integrity",
  isShownByOneCrash: true,
  spoils: "storage",
};
