// FLINK-22502: recovery goes on without the completed checkpoints that it has not been able to read.

import type { Bug } from "../bug.ts";
import { REFUSED_ABORT_IGNORED } from "../defences.ts";

export const unreadCheckpointSkipped: Bug = {
  id: "unread-checkpoint-skipped",
  ticket: "FLINK-22502",
  title: "recovery skips completed checkpoints that it cannot read",
  story:
    "A new leader reads the completed checkpoints and begins with those that it gets; one that cannot be read must not hold it up. " +
    "If that is the newest, the job goes back behind what is committed.",
  excuse:
    "One checkpoint is enough to restore from, and a storage in trouble must not keep the job from starting.",
  edits: [
    {
      file: "sim/runtime/cluster/job-master.ts",
      find: "    if (--this.#metadataToRead === 0) this.#onRecovered(this.#unreadable[0]);\n",
      replace: `    this.#metadataToRead--;
    // One is enough to go on from; the rest may take its time, or never be readable.
    if (!this.#scheduler.isLoaded && this.#recovered.length > 0) this.#onRecovered();
`,
    },
    REFUSED_ABORT_IGNORED,
  ],
  schedule: {
    scenario: "word-count",
    seed: 1,
    config: { "execution.checkpointing.num-retained": 2 },
    faults: [
      {
        what: "power-loss",
        where: "cluster",
        when: { after: { event: "completion-received", place: "sink-1", checkpoint: 2, nth: 1 } },
      },
    ],
    steps:
      "Checkpoint 2 is complete and committed when the power is lost; checkpoint 1 is read first.",
  },
  checker: "newest-checkpoint",
  isShownByOneCrash: true,
  spoils: "cut",
};
