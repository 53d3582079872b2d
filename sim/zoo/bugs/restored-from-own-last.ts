// T10: a task goes on from the snapshot it saved last, whether or not that checkpoint was ever completed.

import type { Bug } from "../bug.ts";
import { REFUSED_ABORT_IGNORED, REFUSED_COMMIT_IGNORED } from "../defences.ts";

export const restoredFromOwnLast: Bug = {
  id: "restored-from-own-last",
  ticket: "T10",
  title: "a task is restored from its own last snapshot, not from the last completed checkpoint",
  story:
    "A machine remembers the state that each of its tasks saved last, and gives it to the task's next attempt. " +
    "Where the last checkpoint was not completed, tasks on other machines go on from the one before: the cut is mixed.",
  excuse:
    "The state is still here, newer than the one to be restored, and need not be fetched again (local recovery).",
  edits: [
    {
      file: "sim/runtime/cluster/task-manager.ts",
      find: 'import type { TaskRef } from "../checkpoint/task-ref.ts";\n',
      replace: `import { assignOperatorState } from "../checkpoint/operator-state-assignment.ts";
import type { TaskRef } from "../checkpoint/task-ref.ts";
`,
    },
    {
      file: "sim/runtime/cluster/task-manager.ts",
      find: "  #waitingRequests: PartitionRequest[] = [];\n  #leadership",
      replace: `  /** What each task saved last: no need to fetch it again. */
  readonly #localStates = new Map<string, NonNullable<TaskDeployment["restore"]>["operators"]>();
  #waitingRequests: PartitionRequest[] = [];
  #leadership`,
    },
    {
      file: "sim/runtime/cluster/task-manager.ts",
      find: "    const assembled = this.#assembly.assemble(deployment, incarnation, reports);\n",
      replace: `    const operators = this.#localStates.get(task);
    const local =
      deployment.restore === undefined || operators === undefined
        ? deployment
        : { ...deployment, restore: { ...deployment.restore, operators } };
    const assembled = this.#assembly.assemble(local, incarnation, reports);
`,
    },
    {
      file: "sim/runtime/cluster/task-manager.ts",
      find: "      acknowledge: (checkpoint, states, metrics) => {\n",
      replace: `      acknowledge: (checkpoint, states, metrics) => {
        const saved = states.flatMap(({ operatorId, state }) => {
          if (state === undefined) return [];
          const keyed = state.keyed === undefined ? [] : [state.keyed];
          const [operator] = assignOperatorState([state.operator], 1);
          return [{ operatorId, state: { keyed, operator } }];
        });
        this.#localStates.set(task, saved);
`,
    },
    REFUSED_ABORT_IGNORED,
    REFUSED_COMMIT_IGNORED,
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
          after: { event: "checkpoint-acknowledged", place: "source-1", checkpoint: 2, nth: 1 },
        },
      },
    ],
    steps:
      "source-1 has acknowledged checkpoint 2 when count-1 throws; source-1 goes on from 2, the others from 1.",
  },
  checker: "failure-transparency",
  isShownByOneCrash: true,
  spoils: "cut",
};
