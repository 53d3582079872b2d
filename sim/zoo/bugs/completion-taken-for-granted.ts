// T13: the sink saves only its last transaction, as if every message of completion had arrived.

import type { Bug } from "../bug.ts";

export const completionTakenForGranted: Bug = {
  id: "completion-taken-for-granted",
  ticket: "T13",
  title: "the message of completion is taken for reliable",
  story:
    "The sink's state holds the transaction just pre-committed; the one before is taken for committed. " +
    "If the message of its completion was lost and the job restarts before the next commit, nobody remembers it: its records are lost.",
  excuse: "By the time of the next snapshot the message has long arrived.",
  edits: [
    {
      file: "sim/connectors/two-phase-commit-sink-function.ts",
      find: "        pendingCommitTransactions: [...this.#pendingCommits.values()],\n",
      replace: "        pendingCommitTransactions: [...this.#pendingCommits.values()].slice(-1),\n",
    },
  ],
  schedule: {
    scenario: "word-count",
    seed: 1,
    config: {
      "execution.checkpointing.interval": "20 ms",
      "execution.checkpointing.max-concurrent-checkpoints": 4,
      "execution.checkpointing.tolerable-failed-checkpoints": 10,
      "world.network.latency": "30 ms",
    },
    faults: [
      {
        what: "message-lost",
        where: "sink-1",
        when: { after: { event: "checkpoint-stored", place: "job-master", checkpoint: 1, nth: 1 } },
        message: "notify-checkpoint-complete",
      },
      {
        what: "task-throws",
        where: "sink-1",
        when: { after: { event: "checkpoint-stored", place: "job-master", checkpoint: 2, nth: 1 } },
      },
    ],
    steps: "The sink never hears of checkpoint 1, and throws when 2 is stored.",
  },
  checker: "newest-checkpoint",
  isShownByOneCrash: true,
  spoils: "output",
};
