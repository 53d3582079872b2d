// FLINK-6284: recovered checkpoints are sorted by their ids as text, and 9 comes after 10.

import type { Bug } from "../bug.ts";
import { REFUSED_ABORT_IGNORED } from "../defences.ts";

export const sortedAsText: Bug = {
  id: "sorted-as-text",
  ticket: "FLINK-6284",
  title: 'checkpoint "9" is taken for newer than "10"',
  story:
    "The store of completed checkpoints reads them back in the order of their names. " +
    "As text 10 comes before 9, so that a new leader takes 9 for the newest: " +
    "the transactions of 10 are committed, the sources go back to 9, and records come twice.",
  excuse:
    "The names are the ids, and a list sorted by name is sorted by id; it was, for a long time.",
  edits: [
    {
      file: "sim/runtime/checkpoint/completed-checkpoint-store.ts",
      find: "    this.#checkpoints = sortById(checkpoints);\n",
      replace:
        "    this.#checkpoints = checkpoints.toSorted((a, b) => (String(a.id) < String(b.id) ? -1 : 1));\n",
    },
    REFUSED_ABORT_IGNORED,
  ],
  schedule: {
    scenario: "word-count",
    seed: 1,
    config: {
      "execution.checkpointing.interval": "25 ms",
      "world.source.arrival-interval": "20 ms",
      "execution.checkpointing.num-retained": 2,
      "world.storage.latency": "1 ms",
      "world.storage.jitter": "1 ms",
    },
    faults: [
      {
        what: "power-loss",
        where: "cluster",
        when: { after: { event: "completion-received", place: "sink-1", checkpoint: 10, nth: 1 } },
      },
    ],
    steps: "Checkpoints 9 and 10 are kept and 10 is committed when the power is lost.",
  },
  checker: "newest-checkpoint",
  isShownByOneCrash: true,
  spoils: "cut",
};
