// T48: positions are union state, and every source goes on with all of them.

import type { Bug } from "../bug.ts";

export const unionUnfiltered: Bug = {
  id: "union-unfiltered",
  ticket: "T48",
  title: "every subtask takes all elements of union state for its own",
  story:
    "The positions of a source are kept as union state, so that after a change of parallelism any subtask can find any of them. " +
    "A restore gives all positions to every subtask, and none of them picks its own: every partition is read by all.",
  excuse: "What the backend gives a subtask at a restore is that subtask's state.",
  edits: [
    {
      file: "sim/runtime/task/stream-operator.ts",
      find: "    const splits = [...this.#operatorState.getListState(SPLITS).get()];\n",
      replace: "    const splits = [...this.#operatorState.getUnionListState(SPLITS).get()];\n",
    },
    {
      file: "sim/runtime/task/stream-operator.ts",
      find: "    const list: ListState<SourceSplit> = this.#operatorState.getListState(SPLITS);\n",
      replace:
        "    const list: ListState<SourceSplit> = this.#operatorState.getUnionListState(SPLITS);\n",
    },
  ],
  schedule: {
    scenario: "word-count",
    seed: 1,
    config: {},
    faults: [
      {
        what: "task-throws",
        where: "count-1",
        when: {
          after: { event: "completion-received", place: "count-1", checkpoint: 1, nth: 1 },
        },
      },
    ],
    steps: "Checkpoint 1 is complete when count-1 throws.",
  },
  checker: "failure-transparency",
  isShownByOneCrash: true,
  spoils: "output",
};
