// arroyo #224: what is to be committed is known in memory only, and a restored sink answers that all is committed.

import type { Bug } from "../bug.ts";

export const committablesInMemory: Bug = {
  id: "committables-in-memory",
  ticket: "arroyo#224",
  title: "a restarted sink has no handle to what it pre-committed, and says that it is committed",
  story:
    "Phase two of the commit works from a list in the sink's memory. " +
    "A sink that is restarted between the checkpoint and its commit has no such list, finds nothing to do and goes on: " +
    "what was pre-committed is never committed.",
  excuse:
    "The list is empty again a moment later, when the checkpoint is complete; saving it seemed a waste.",
  edits: [
    {
      file: "sim/connectors/two-phase-commit-sink-function.ts",
      find: "        pendingCommitTransactions: [...this.#pendingCommits.values()],\n",
      replace: "        pendingCommitTransactions: [], // They are about to be committed.\n",
    },
  ],
  schedule: {
    scenario: "word-count",
    seed: 1,
    config: {},
    faults: [
      {
        what: "task-throws",
        where: "sink-1",
        when: { after: { event: "checkpoint-stored", place: "job-master", checkpoint: 1, nth: 1 } },
      },
    ],
    steps:
      "Checkpoint 1 is stored, and the sink throws before it hears of it; the restored sink has nothing to commit.",
  },
  checker: "newest-checkpoint",
  isShownByOneCrash: true,
  spoils: "output",
};
