// FLINK-4731: of the snapshots that a subtask is restored from only the last one counts.

import type { Bug } from "../bug.ts";
import { GOES_ON_WITH_THREE } from "../schedules.ts";

export const lastSnapshotOnly: Bug = {
  id: "last-snapshot-only",
  ticket: "FLINK-4731",
  title: "of two snapshots to restore from, only the last one's key groups are kept",
  story:
    "The middle one of three subtasks takes key groups from both of two old ones. Each snapshot that is read replaces what " +
    "was read before it. Half of the keys begin anew, and nothing says so",
  excuse: "A subtask is restored from its snapshot.",
  edits: [
    {
      file: "sim/runtime/checkpoint/state-assignment.ts",
      find: "    keyed: shares.flatMap(({ oldSubtask }) => old[oldSubtask]?.keyed ?? []),\n",
      replace:
        "    keyed: shares.slice(-1).flatMap(({ oldSubtask }) => old[oldSubtask]?.keyed ?? []),\n",
    },
  ],
  schedule: {
    scenario: "rescaling",
    seed: 1,
    config: {},
    faults: GOES_ON_WITH_THREE,
    steps: "The job is stopped with a savepoint and started again with three subtasks.",
  },
  checker: "committed-output",
  isShownByOneCrash: true,
  spoils: "output",
};
