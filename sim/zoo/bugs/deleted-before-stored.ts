// T21: the old checkpoint is deleted to make room before the new one is stored. Cousin of FLINK-31077.

import type { Bug } from "../bug.ts";

export const deletedBeforeStored: Bug = {
  id: "deleted-before-stored",
  ticket: "T21",
  title: "the old checkpoint is deleted before the new one is durable in the store",
  story:
    "The coordinator drops what the new checkpoint will push out as soon as its metadata is written, " +
    "while the pointer to the new one is still on its way. A loss of power in between leaves none: " +
    "the job begins again from nothing, with the outputs of the old checkpoint already visible.",
  excuse: "The store keeps one checkpoint, so room is made before the next one goes in.",
  edits: [
    {
      file: "sim/runtime/checkpoint/checkpoint-coordinator.ts",
      find: `    return [{ kind: "store-checkpoint", pointer: { checkpoint, metadataPath } }];
`,
      replace: `    // Room is made first, so that there are never more than are to be kept.
    return [
      ...this.#store.subsumedBy(completed).flatMap((command) => this.#disposal.subsume(command)),
      { kind: "store-checkpoint", pointer: { checkpoint, metadataPath } },
    ];
`,
    },
    {
      file: "sim/runtime/checkpoint/checkpoint-coordinator.ts",
      find: "    const commands = this.#complete(completed, this.#store.add(completed), now);\n",
      replace: `    this.#store.add(completed);
    const commands = this.#complete(completed, [], now);
`,
    },
  ],
  schedule: {
    scenario: "word-count",
    seed: 1,
    config: {},
    faults: [
      {
        what: "power-loss",
        where: "cluster",
        when: {
          after: { event: "checkpoint-subsumed", place: "job-master", checkpoint: 1, nth: 1 },
        },
      },
    ],
    steps:
      "The pointer to checkpoint 1 is gone and the one to 2 is not there yet when the power is lost.",
  },
  checker: "newest-checkpoint",
  isShownByOneCrash: true,
  spoils: "storage",
};
