// T38: the states of an operator's subtasks are listed in the order in which they were acknowledged.

import type { Bug } from "../bug.ts";

export const statesByArrival: Bug = {
  id: "states-by-arrival",
  ticket: "T38",
  title: "subtasks get each other's state when they acknowledge in another order",
  story:
    "The coordinator lists the states of an operator as they come in, and a restore gives the first to the first subtask. " +
    "If the second subtask was faster, each is given the other's state; it finds none of its own key groups in it and starts empty.",
  excuse: "Acknowledgements came in the order of the subtasks whenever anyone looked.",
  edits: [
    {
      file: "sim/runtime/checkpoint/pending-checkpoint.ts",
      find: `    for (const task of this.description.plan.tasksToWaitFor) {
      const states = must(
        this.#acknowledged.get(keyOf(task)),
        () => \`acknowledgement of \${task.task}\`,
      );
      const found = states.find((state) => state.operatorId === operator.operatorId);
      if (found !== undefined) subtasks[task.subtaskIndex] = found.state;
    }
`,
      replace: `    let subtaskIndex = 0;
    for (const states of this.#acknowledged.values()) {
      const found = states.find((state) => state.operatorId === operator.operatorId);
      if (found !== undefined) subtasks[subtaskIndex++] = found.state;
    }
`,
    },
  ],
  schedule: {
    scenario: "word-count",
    seed: 1,
    config: { "world.network.jitter": "10 ms" },
    faults: [
      {
        what: "task-throws",
        where: "count-1",
        when: {
          after: { event: "completion-received", place: "count-1", checkpoint: 2, nth: 1 },
        },
      },
    ],
    steps:
      "count-2 has acknowledged checkpoint 2 before count-1 did, which throws once it is complete.",
  },
  checker: "failure-transparency",
  isShownByOneCrash: true,
  spoils: "cut",
};
