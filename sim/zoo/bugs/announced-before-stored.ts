// FLINK-31077: tasks are told that a checkpoint is complete before it is stored.

import type { Bug } from "../bug.ts";
import { REFUSED_ABORT_IGNORED } from "../defences.ts";

export const announcedBeforeStored: Bug = {
  id: "announced-before-stored",
  ticket: "FLINK-31077",
  title: "tasks hear of a completed checkpoint before its pointer is durable",
  story:
    "The coordinator has all acknowledgements and the metadata is written, so it tells the tasks, and then stores the pointer. " +
    "Sinks commit; if the power is lost before the pointer is there, the job goes back to the checkpoint before, behind what is committed.",
  excuse:
    "The two do not depend on one another, and telling first saves the length of a write at every commit.",
  edits: [
    {
      file: "sim/runtime/checkpoint/checkpoint-coordinator.ts",
      find: '    return [{ kind: "store-checkpoint", pointer: { checkpoint, metadataPath } }];\n',
      replace: `    return [
      {
        kind: "notify-complete",
        checkpoint,
        timestamp: completed.timestamp,
        tasks: this.#pending.get(checkpoint)?.description.plan.tasksToCommitTo ?? [],
        lastSubsumed: undefined,
      },
      { kind: "store-checkpoint", pointer: { checkpoint, metadataPath } },
    ];
`,
    },
    REFUSED_ABORT_IGNORED,
  ],
  schedule: {
    scenario: "word-count",
    seed: 1,
    config: {},
    faults: [
      {
        what: "power-loss",
        where: "cluster",
        when: { after: { event: "transaction-committed", place: "log:counts", nth: 1 } },
      },
    ],
    steps:
      "The sink has committed checkpoint 1 when the power is lost, and the pointer to it is not there yet.",
  },
  checker: "committed-output",
  isShownByOneCrash: true,
  spoils: "output",
};
