// T05: the sink commits as soon as it has pre-committed.

import type { Bug } from "../bug.ts";
import { REFUSED_ABORT_IGNORED } from "../defences.ts";

export const committedAtPreCommit: Bug = {
  id: "committed-at-pre-commit",
  ticket: "T05",
  title: "the sink commits at the pre-commit",
  story:
    "When its snapshot is taken the sink makes the transaction visible at once. " +
    "If the checkpoint does not complete, the job goes back behind records that readers have seen already, and they come again.",
  excuse:
    "The records are safe outside once they are flushed, so readers need not wait any longer.",
  edits: [
    {
      file: "sim/connectors/two-phase-commit-sink-function.ts",
      find: `      yield* waitFor(this.preCommit(current.handle));
      this.#pendingCommits.set(checkpoint, current);
`,
      replace: `      yield* waitFor(this.preCommit(current.handle));
      yield* waitFor(this.commit(current.handle)); // Flushed, so readers may see it.
      this.#pendingCommits.set(checkpoint, current);
`,
    },
    REFUSED_ABORT_IGNORED,
  ],
  schedule: {
    scenario: "word-count",
    seed: 1,
    config: {},
    faults: [
      {
        what: "task-throws",
        where: "count-1",
        when: { after: { event: "snapshot-taken", place: "sink-1", checkpoint: 2, nth: 1 } },
      },
    ],
    steps:
      "The sink has taken its snapshot of checkpoint 2, count-1 throws, and the job goes back to checkpoint 1.",
  },
  checker: "committed-output",
  isShownByOneCrash: true,
  spoils: "output",
};
