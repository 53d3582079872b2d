// T06: the sink commits checkpoint n when checkpoint n+1 begins, whether or not n is complete.

import type { Bug } from "../bug.ts";
import { REFUSED_ABORT_IGNORED } from "../defences.ts";
import { OVERLAPPING_CHECKPOINTS } from "../schedules.ts";

export const committedAtNextSnapshot: Bug = {
  id: "committed-at-next-snapshot",
  ticket: "T06",
  title: "the sink commits when the next checkpoint begins, not when its own is complete",
  story:
    "A sink that is asked for its next snapshot commits everything that is pending. " +
    "The checkpoint before may still be under way, or given up; after a crash the job goes back behind what is committed, and it comes again.",
  excuse:
    "A message of completion can be lost, and a new checkpoint begins only after the last one has come to its end.",
  edits: [
    {
      file: "sim/connectors/two-phase-commit-sink-function.ts",
      find: `    const checkpoint = context.getCheckpointId();
    const current = this.#current;
`,
      replace: `    const checkpoint = context.getCheckpointId();
    // The one before must be complete; its message may have been lost.
    yield* this.notifyCheckpointComplete(checkpoint - 1);
    const current = this.#current;
`,
    },
    REFUSED_ABORT_IGNORED,
  ],
  schedule: {
    scenario: "word-count",
    seed: 1,
    config: OVERLAPPING_CHECKPOINTS,
    faults: [
      {
        what: "task-throws",
        where: "count-1",
        when: { after: { event: "transaction-committed", place: "log:counts", nth: 1 } },
      },
    ],
    steps:
      "Checkpoint 2 reaches the sink while 1 is still being stored, the sink commits, and count-1 throws.",
  },
  checker: "committed-output",
  isShownByOneCrash: true,
  spoils: "output",
};
