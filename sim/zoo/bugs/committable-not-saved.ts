// T19: the transaction that a checkpoint covers is not in that checkpoint. Cousin of arroyo #224.

import type { Bug } from "../bug.ts";

export const committableNotSaved: Bug = {
  id: "committable-not-saved",
  ticket: "T19",
  title: "the pending committable is not part of the sink's checkpoint",
  story:
    "The sink pre-commits its transaction and saves its state, and only then notes the transaction as one to be committed. " +
    "If it crashes after the checkpoint is complete and before the commit, the restored sink knows nothing of the transaction. " +
    "Its records are never committed, and no source replays them.",
  excuse:
    "A transaction seems pending only once the snapshot that covers it has been taken, so it is noted last.",
  edits: [
    {
      file: "sim/connectors/two-phase-commit-sink-function.ts",
      find: `    if (current !== undefined) {
      yield* waitFor(this.preCommit(current.handle));
      this.#pendingCommits.set(checkpoint, current);
      this.#current = undefined;
    }
    if (!this.#isFinished) this.#current = yield* this.#begin();
`,
      replace: `    if (current !== undefined) {
      yield* waitFor(this.preCommit(current.handle));
      this.#current = undefined;
    }
    if (!this.#isFinished) this.#current = yield* this.#begin();
`,
    },
    {
      file: "sim/connectors/two-phase-commit-sink-function.ts",
      find: `        userContext: this.#userContext,
      },
    ]);
  }
`,
      replace: `        userContext: this.#userContext,
      },
    ]);
    if (current !== undefined) this.#pendingCommits.set(checkpoint, current);
  }
`,
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
