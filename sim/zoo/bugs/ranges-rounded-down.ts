// T23: state and records round the borders between subtasks in two ways.

import type { Bug } from "../bug.ts";
import { GOES_ON_WITH_THREE } from "../schedules.ts";

export const rangesRoundedDown: Bug = {
  id: "ranges-rounded-down",
  ticket: "T23",
  title:
    "key groups are rounded in one way when state is shared out and in another when records are",
  story:
    "128 key groups among three subtasks: the border lies between two of them. Records of the group at a border go to the " +
    "subtask before it, its state to the one after it. Among two subtasks there is no such group, so all is well until " +
    "the job is started again with three.",
  excuse: "Whether one rounds up or down hardly matters, as long as no group is left over.",
  edits: [
    {
      file: "sim/runtime/state/key-groups.ts",
      find: `    start: Math.floor((index * maxParallelism + parallelism - 1) / parallelism),
    end: Math.floor(((index + 1) * maxParallelism - 1) / parallelism),
`,
      replace: `    start: Math.floor((index * maxParallelism) / parallelism),
    end: Math.floor(((index + 1) * maxParallelism) / parallelism) - 1,
`,
    },
    {
      file: "sim/runtime/state/key-context.ts",
      find: "    if (located.keyGroup < this.#range.start || located.keyGroup > this.#range.end) {\n",
      replace: "    if (located.keyGroup < 0 || this.#range.start < 0) {\n",
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
