// T15: a completed checkpoint commits all that is pending, that of later checkpoints too. Cousin of beam #39991.

import type { Bug } from "../bug.ts";
import { REFUSED_ABORT_IGNORED } from "../defences.ts";
import { OVERLAPPING_CHECKPOINTS } from "../schedules.ts";

export const everythingOpenCommitted: Bug = {
  id: "everything-open-committed",
  ticket: "T15",
  title: "completion of checkpoint n commits everything pending, that of n+1 too",
  story:
    "Whatever the sink has pre-committed becomes visible with any message of completion. " +
    "With two checkpoints under way that is more than the completed one covers, " +
    "and after a crash it comes again.",
  excuse: "Pre-committed is pre-committed, and one loop over all of them forgets none.",
  edits: [
    {
      file: "sim/connectors/two-phase-commit-sink-function.ts",
      find: "      if (covering > checkpoint) continue;\n",
      replace: "",
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
        when: { after: { event: "transaction-committed", place: "log:counts", nth: 2 } },
      },
    ],
    steps:
      "The sink hears of checkpoint 1 when it has pre-committed for 2 as well, commits both, and count-1 throws.",
  },
  checker: "committed-output",
  isShownByOneCrash: true,
  spoils: "output",
};
