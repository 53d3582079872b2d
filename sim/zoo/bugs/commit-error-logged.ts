// FLINK-24773: an error of a commit is logged, and the sink goes on.

import type { Bug } from "../bug.ts";

export const commitErrorLogged: Bug = {
  id: "commit-error-logged",
  ticket: "FLINK-24773",
  title: "an error of a commit is logged, and the job goes on",
  story:
    "The checkpoint is complete and the commit fails: here the log gave the transaction up since the message of completion was late. " +
    "The sink notes the error and goes on as if it had committed. The records are lost without a word, where a failing job would have told.",
  excuse:
    "The checkpoint is complete already; failing the task would not bring the transaction back.",
  edits: [
    {
      file: "sim/connectors/two-phase-commit-sink-function.ts",
      find: "    if (firstError !== undefined) throw firstError;\n",
      replace: "    // The checkpoint is complete: nothing to be gained by a failure.\n",
    },
  ],
  schedule: {
    scenario: "word-count",
    seed: 1,
    config: {
      "world.outside.transaction-timeout": "120 ms",
      "restart-strategy.fixed-delay.delay": "1 h",
    },
    faults: [
      {
        what: "message-delayed",
        where: "sink-1",
        when: { after: { event: "checkpoint-stored", place: "job-master", checkpoint: 1, nth: 1 } },
        message: "notify-checkpoint-complete",
        duration: 500_000,
      },
    ],
    steps: "The sink hears of checkpoint 1 after the log has given its transaction up.",
    isHopeless: true,
  },
  checker: "committed-output",
  isShownByOneCrash: false,
  spoils: "output",
};
