// T14: a completed checkpoint commits its own transaction and no earlier one. Cousin of FLINK-10377.

import type { Bug } from "../bug.ts";

export const onlyItsOwnCommitted: Bug = {
  id: "only-its-own-committed",
  ticket: "T14",
  title: "completion of checkpoint n commits n only, not all that it covers",
  story:
    "The sink commits the transaction of the very checkpoint it hears of. " +
    "Where a message of completion was lost, or a checkpoint given up after the sink had pre-committed, " +
    "a transaction stays behind that no later message names: a hole in the output.",
  excuse:
    "Every checkpoint has its transaction and its message of completion: they belong together.",
  edits: [
    {
      file: "sim/connectors/two-phase-commit-sink-function.ts",
      find: "      if (covering > checkpoint) continue;\n",
      replace: "      if (covering !== checkpoint) continue;\n",
    },
  ],
  schedule: {
    scenario: "word-count",
    seed: 1,
    config: {
      "execution.checkpointing.interval": "30 ms",
      "execution.checkpointing.max-concurrent-checkpoints": 2,
      "execution.checkpointing.tolerable-failed-checkpoints": 10,
    },
    faults: [
      {
        what: "message-lost",
        where: "sink-1",
        when: {
          after: { event: "checkpoint-stored", place: "job-master", checkpoint: 1, nth: 1 },
        },
        message: "notify-checkpoint-complete",
      },
    ],
    steps:
      "The sink never hears that checkpoint 1 is complete; checkpoint 2 leaves its transaction alone.",
  },
  checker: "newest-checkpoint",
  isShownByOneCrash: false,
  spoils: "output",
};
