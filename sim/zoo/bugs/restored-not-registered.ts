// FLINK-6964: a new leader does not register the files of the checkpoints it takes over.

import type { Bug } from "../bug.ts";
import { INCREMENTAL_CHECKPOINTS } from "../schedules.ts";

export const restoredNotRegistered: Bug = {
  id: "restored-not-registered",
  ticket: "FLINK-6964",
  title: "the files of a restored checkpoint are unknown to the registry",
  story:
    "A new leader takes over the completed checkpoints, but only what is handed in from now on gets into its registry. " +
    "The tasks build on the files they were restored from, which the registry has never heard of: " +
    "no checkpoint completes any more.",
  excuse: "Tasks hand in every file that they use, so the registry fills by itself.",
  edits: [
    {
      file: "sim/runtime/checkpoint/checkpoint-disposal.ts",
      find: `    for (const checkpoint of this.#store.all) {
      registerRecoveredFiles(this.#registry, checkpoint, this.#claimModeOf(checkpoint));
    }
`,
      replace: "",
    },
  ],
  schedule: {
    scenario: "word-count",
    seed: 1,
    config: {
      ...INCREMENTAL_CHECKPOINTS,
      // The one that cannot complete expires soon, and fails the job: it starts over, for ever.
      "execution.checkpointing.timeout": "500 ms",
    },
    faults: [
      {
        what: "power-loss",
        where: "cluster",
        when: {
          after: { event: "checkpoint-completed", place: "job-master", checkpoint: 1, nth: 1 },
        },
      },
    ],
    steps: "The power is lost once checkpoint 1 is complete.",
  },
  checker: "liveness",
  isShownByOneCrash: true,
  spoils: "cut",
};
