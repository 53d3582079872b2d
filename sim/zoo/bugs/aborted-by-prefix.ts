// T18: a restored sink aborts all open transactions under its name before it commits. Cousin of FLINK-7978.

import type { Bug } from "../bug.ts";
import { REFUSED_COMMIT_IGNORED } from "../defences.ts";

export const abortedByPrefix: Bug = {
  id: "aborted-by-prefix",
  ticket: "T18",
  title: "on recovery the sink aborts by prefix first, the pre-committed transactions too",
  story:
    "A restored sink cleans up what is open under its name before it looks at its own state. " +
    "A transaction whose checkpoint was completed, and which only waited for its commit, goes with the rest.",
  excuse:
    "What the last attempt left open is nobody's, so a restored sink begins with a clean slate.",
  edits: [
    {
      file: "sim/connectors/transactional-log-sink.ts",
      find: "      if (Number(number) <= restored) continue; // Pre-committed: it is in a restored state.\n",
      replace: "",
    },
    REFUSED_COMMIT_IGNORED,
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
      "Checkpoint 1 is stored and the sink throws before it hears of it; the restored sink aborts what it should commit.",
  },
  checker: "committed-output",
  isShownByOneCrash: true,
  spoils: "output",
};
