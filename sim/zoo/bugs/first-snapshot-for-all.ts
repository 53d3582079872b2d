// T49: every subtask's operator state is taken from the first subtask's snapshot.

import type { Bug } from "../bug.ts";

export const firstSnapshotForAll: Bug = {
  id: "first-snapshot-for-all",
  ticket: "T49",
  title: "every subtask restores its operator state from the first subtask's snapshot",
  story:
    "Of broadcast state every subtask has a copy, so that one snapshot would do for all. " +
    "The shares of lists are cut from the first snapshot as well, because all of them are asked for in one place: " +
    "each source goes on where the first one was.",
  excuse: "All copies are equal, and reading one file is faster than reading all.",
  edits: [
    {
      file: "sim/runtime/checkpoint/operator-state-assignment.ts",
      find: "      if (handle !== undefined && isNeeded) handles.set(oldSubtask, handle);\n",
      replace:
        "      if (handle !== undefined && isNeeded) handles.set(oldSubtask, old[0] ?? handle);\n",
    },
  ],
  schedule: {
    scenario: "word-count",
    seed: 1,
    config: {},
    faults: [
      {
        what: "task-throws",
        where: "count-1",
        when: {
          after: { event: "completion-received", place: "count-1", checkpoint: 1, nth: 1 },
        },
      },
    ],
    steps: "Checkpoint 1 is complete when count-1 throws.",
  },
  checker: "failure-transparency",
  isShownByOneCrash: true,
  spoils: "cut",
};
