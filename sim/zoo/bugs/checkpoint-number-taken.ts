// FLINK-25524: materializations and checkpoints are numbered apart, and one kind of number is taken for the other.

import type { Bug } from "../bug.ts";
import { CHANGELOG } from "../schedules.ts";

export const checkpointNumberTaken: Bug = {
  id: "checkpoint-number-taken",
  ticket: "FLINK-25524",
  title: "a checkpoint's number is taken for that of a materialization",
  story:
    "A task hears that checkpoint 1 is complete and tells all who keep snapshots, the materialization among them, " +
    "which has a number 1 of its own and is still being written. It believes itself to be done, " +
    "and the next checkpoint refers to files that may never be there.",
  excuse: "Whoever waits for a snapshot to be confirmed waits for the notification of its number.",
  edits: [
    {
      file: "sim/runtime/task/stream-task.ts",
      find: "    this.#checkpoints.notifyComplete(checkpoint);\n",
      replace:
        "    this.#checkpoints.notifyComplete(checkpoint);\n    this.#materialization?.confirm(checkpoint);\n",
    },
  ],
  schedule: {
    scenario: { name: "state-growth", params: { keys: 300, updates: 10 } },
    seed: 1,
    config: {
      ...CHANGELOG,
      "state.changelog.periodic-materialize.interval": "30 ms",
      "execution.checkpointing.interval": "40 ms",
      "world.source.arrival-interval": "2 ms",
      "world.storage.latency": "1 ms",
      "world.storage.jitter": "1 ms",
      "world.storage.bandwidth": "60kb",
    },
    faults: [],
    steps:
      "The storage takes longer for a materialization than for two checkpoints of a few changes; no fault is needed.",
  },
  checker: "storage-integrity",
  isShownByOneCrash: false,
  spoils: "storage",
};
