// T41: timers are in the snapshot, and a restore does not put them back in order. Cousin of FLINK-4651.

import type { Bug } from "../bug.ts";

export const timersNotRestored: Bug = {
  id: "timers-not-restored",
  ticket: "T41",
  title: "the order of timers is not made again after a restore",
  story:
    "Timers are keyed state, and keyed state is restored. The queue that tells which is next is not: it begins empty, " +
    "and what was set before the crash never fires.",
  excuse: "The state backend restores all state, timers included.",
  edits: [
    {
      file: "sim/runtime/task/stream-operator.ts",
      find: "    if (restored !== undefined) timers.restore();\n",
      replace: "",
    },
  ],
  schedule: {
    scenario: "inactivity-timer",
    seed: 1,
    config: {},
    faults: [
      {
        what: "task-throws",
        where: "sessions-1",
        when: {
          after: { event: "completion-received", place: "sessions-1", checkpoint: 2, nth: 1 },
        },
      },
    ],
    steps: "Sessions are open at checkpoint 2, after which sessions-1 throws.",
  },
  checker: "failure-transparency",
  isShownByOneCrash: true,
  spoils: "output",
};
