// T16: a given-up checkpoint has its transaction aborted, though a later checkpoint covers it.

import type { Bug } from "../bug.ts";

export const abortDropsCovered: Bug = {
  id: "abort-drops-covered",
  ticket: "T16",
  title: "the notice of an aborted checkpoint aborts a transaction that a later checkpoint covers",
  story:
    "The sink hears that a checkpoint was given up and aborts the transaction that it had pre-committed for it. " +
    "But the sources do not go back for a given-up checkpoint: the next one covers those records, and they are lost.",
  excuse: "A transaction belongs to its checkpoint, and what was given up will not be committed.",
  edits: [
    {
      file: "sim/connectors/two-phase-commit-sink-function.ts",
      find: "  notifyCheckpointAborted(_checkpoint: number): Hook {}\n",
      replace: `  *notifyCheckpointAborted(checkpoint: number): Asking<void> {
    const holder = this.#pendingCommits.get(checkpoint);
    this.#pendingCommits.delete(checkpoint);
    if (holder !== undefined) yield* waitFor(this.abort(holder.handle));
  }
`,
    },
  ],
  schedule: {
    scenario: "word-count",
    seed: 1,
    config: {
      "execution.checkpointing.timeout": "80 ms",
      "execution.checkpointing.tolerable-failed-checkpoints": 3,
    },
    faults: [
      {
        what: "message-lost",
        where: "count-1",
        when: { after: { event: "snapshot-taken", place: "count-1", checkpoint: 1, nth: 1 } },
        message: "acknowledge-checkpoint",
      },
    ],
    steps:
      "An acknowledgement of checkpoint 1 is lost, the checkpoint is given up, and the sink drops what 2 covers.",
  },
  checker: "committed-output",
  isShownByOneCrash: false,
  spoils: "output",
};
