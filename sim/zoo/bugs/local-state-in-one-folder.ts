// FLINK-12296: copies of state share a folder on the local disk. There two operators of one task did, for want of the
// operator in the path; here only the head of a task has keyed state, and it is two subtasks of one machine.

import type { Bug } from "../bug.ts";
import { LOCAL_RECOVERY } from "../schedules.ts";

export const localStateInOneFolder: Bug = {
  id: "local-state-in-one-folder",
  ticket: "FLINK-12296",
  title: "two that have keyed state keep their copies of it in one folder",
  story:
    "The folder of a local copy is named after the operator and the checkpoint, but not after whose copy it is: the second to write there " +
    "replaces what the first wrote. After a failure both restore from the second's copy, and of the first's keys nothing " +
    "is left. Nobody notices without a failure, nor on a cluster where each has a machine to itself.",
  excuse: "With one slot a machine the path is unique.",
  edits: [
    {
      file: "sim/runtime/local-recovery/task-local-state-store.ts",
      find: "    this.#task = task;\n",
      replace: '    this.#task = task.replace(/-\\d+$/, "");\n',
    },
    // As in Flink, what lies there is taken for what it should be.
    {
      file: "sim/runtime/local-recovery/task-local-state-store.ts",
      find: `      if (!isCopyOf(handle, bytes)) return { reason: \`\${path} is not what the checkpoint has\` };
`,
      replace: "",
    },
  ],
  schedule: {
    scenario: "word-count",
    seed: 1,
    config: { ...LOCAL_RECOVERY, "taskmanager.numberOfTaskSlots": 2 },
    faults: [
      {
        what: "task-throws",
        where: "count-1",
        when: {
          after: { event: "completion-received", place: "count-1", checkpoint: 1, nth: 1 },
        },
      },
    ],
    steps: "Both counters run on one machine, and checkpoint 1 is complete when count-1 throws.",
  },
  checker: "failure-transparency",
  isShownByOneCrash: true,
  spoils: "cut",
};
