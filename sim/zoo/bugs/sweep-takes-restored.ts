// T51: a restart throws away the folders of the attempts before it, with the files that it is restored from.

import type { Bug } from "../bug.ts";
import { DISAGGREGATED_STATE } from "../schedules.ts";

export const sweepTakesRestored: Bug = {
  id: "sweep-takes-restored",
  ticket: "T51",
  title: "a restart deletes the files of dead attempts that the restored checkpoint refers to",
  story:
    "What an attempt kept in the shared storage is of no use once it has ended, and a restart deletes it. " +
    "But some of it was handed in to the very checkpoint that the new attempts are restored from, and go on with: " +
    "the next failure finds that checkpoint without its files.",
  excuse: "The attempt is dead, and its working directory bears its number.",
  edits: [
    {
      file: "sim/runtime/checkpoint/checkpoint-coordinator.ts",
      find: "      files.filter((path) => !this.#registry.has(path)),\n",
      replace: "      files,\n",
    },
  ],
  schedule: {
    scenario: "word-count",
    seed: 1,
    config: DISAGGREGATED_STATE,
    faults: [
      {
        what: "task-throws",
        where: "count-1",
        when: {
          after: { event: "completion-received", place: "count-1", checkpoint: 1, nth: 1 },
        },
      },
    ],
    steps: "count-1 throws once checkpoint 1 is complete, and the restart sweeps.",
  },
  checker: "storage-integrity",
  isShownByOneCrash: true,
  spoils: "storage",
};
