// FLINK-10377, as first mended: a message of completion commits the oldest pending transaction, whichever it is.

import type { Bug } from "../bug.ts";
import { REFUSED_ABORT_IGNORED } from "../defences.ts";

export const committedByPosition: Bug = {
  id: "committed-by-position",
  ticket: "FLINK-10377",
  title: "a message of completion commits by position, not by checkpoint id",
  story:
    "The sink insisted that each message of completion finds its transaction, which out of order it does not. " +
    "The mend takes the oldest one that is pending, without looking at the id: " +
    "a message that comes twice commits what no completed checkpoint covers, and after a crash it comes again.",
  excuse:
    "Checkpoints complete in order, so the oldest pending transaction is the one that is meant.",
  edits: [
    {
      file: "sim/connectors/two-phase-commit-sink-function.ts",
      find: `    for (const [covering, holder] of [...this.#pendingCommits]) {
      if (covering > checkpoint) continue;
`,
      replace: "    for (const [covering, holder] of [...this.#pendingCommits].slice(0, 1)) {\n",
    },
    {
      // The task would keep a second message from its operators.
      file: "sim/runtime/task/stream-task.ts",
      find: "    if (checkpoint <= this.#latestCompleted) return;\n",
      replace: "",
    },
    REFUSED_ABORT_IGNORED,
  ],
  schedule: {
    scenario: "word-count",
    seed: 1,
    config: { "world.storage.latency": "20 ms" },
    faults: [
      {
        what: "message-doubled",
        where: "sink-1",
        when: { after: { event: "checkpoint-stored", place: "job-master", checkpoint: 1, nth: 1 } },
        message: "notify-checkpoint-complete",
        duration: 60_000,
      },
      {
        what: "task-throws",
        where: "count-1",
        when: { after: { event: "transaction-committed", place: "log:counts", nth: 2 } },
      },
    ],
    steps:
      "The sink hears of checkpoint 1 again when it has pre-committed for 2, commits that, and count-1 throws.",
  },
  checker: "committed-output",
  isShownByOneCrash: false,
  spoils: "output",
};
