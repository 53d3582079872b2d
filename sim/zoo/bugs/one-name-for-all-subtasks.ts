// T37: the subtasks of an operator write their files under the same names.

import type { Bug } from "../bug.ts";
import { HASHES_UNCHECKED } from "../defences.ts";
import { INCREMENTAL_CHECKPOINTS } from "../schedules.ts";

export const oneNameForAllSubtasks: Bug = {
  id: "one-name-for-all-subtasks",
  ticket: "T37",
  title: "two subtasks upload different files under one name",
  story:
    "The path of a shared file has the checkpoint, the attempt, the operator and the file's own name in it, but not the subtask. " +
    "Subtasks number their files alike: one overwrites the other's, and the registry takes both for the same file. " +
    "After a crash one of them finds the other's keys, and none of its own.",
  excuse: "Every part of the name was asked for by somebody, and with one subtask it is unique.",
  edits: [
    {
      file: "sim/runtime/checkpoint/subtask-checkpoint.ts",
      find: `\`chk-\${checkpoint}-\${place.name}-\${number}-\${operatorId}-\${name}\``,
      replace: `\`chk-\${checkpoint}-\${number}-\${operatorId}-\${name}\``,
    },
    {
      file: "sim/runtime/checkpoint/subtask-checkpoint.ts",
      find: `      const { place, number } = this.#at;
      // No other`,
      replace: `      const { number } = this.#at;
      // No other`,
    },
    ...HASHES_UNCHECKED,
  ],
  schedule: {
    scenario: "word-count",
    seed: 1,
    config: INCREMENTAL_CHECKPOINTS,
    faults: [
      {
        what: "task-throws",
        where: "count-1",
        when: {
          after: { event: "completion-received", place: "count-1", checkpoint: 2, nth: 1 },
        },
      },
    ],
    steps: "Checkpoint 2 is complete when count-1 throws.",
  },
  checker: "failure-transparency",
  isShownByOneCrash: true,
  spoils: "storage",
};
