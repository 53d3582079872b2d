// FLINK-7784: a commit that fails on recovery since the outside gave the transaction up is passed over.

import type { Bug } from "../bug.ts";

export const timedOutCommitSwallowed: Bug = {
  id: "timed-out-commit-swallowed",
  ticket: "FLINK-7784",
  title:
    "a pre-committed transaction times out while the job is down, and the failing commit is swallowed",
  story:
    "The outside aborts a transaction that stays open for too long, a pre-committed one too. " +
    "A job that is down for longer finds it aborted and cannot keep its promise; here recovery passes over it. " +
    "The records are lost without a word.",
  excuse:
    "A commit that keeps failing keeps the job from starting, and most of them fail because they were made before.",
  edits: [
    {
      file: "sim/connectors/two-phase-commit-sink-function.ts",
      find: "      if (ignoresFailuresAfterTimeout !== true || !isTimedOut) throw error;\n",
      replace: `      // Made before the crash, or too late: the job has to go on.
      if (ignoresFailuresAfterTimeout === false && isTimedOut) throw error;
`,
    },
  ],
  schedule: {
    scenario: "word-count",
    seed: 1,
    config: {
      "world.outside.transaction-timeout": "500 ms",
      "restart-strategy.fixed-delay.delay": "1 h",
    },
    faults: [
      {
        what: "task-throws",
        where: "sink-1",
        when: { after: { event: "checkpoint-stored", place: "job-master", checkpoint: 1, nth: 1 } },
      },
    ],
    steps:
      "Checkpoint 1 is stored, the sink throws before it hears of it, and the job is down for longer than the log waits.",
    isHopeless: true,
  },
  checker: "committed-output",
  isShownByOneCrash: true,
  spoils: "output",
};
