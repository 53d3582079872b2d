// T01: the state is copied some time after the barrier has gone out, and records are worked on in between.

import type { Bug } from "../bug.ts";

export const snapshotAfterBarrier: Bug = {
  id: "snapshot-after-barrier",
  ticket: "T01",
  title: "the snapshot is taken after the barrier was forwarded, with processing in between",
  story:
    "The barrier goes out at the right moment, but the keyed state is copied only when the asynchronous part begins. " +
    "A record worked on meanwhile lies behind the barrier and yet in the snapshot. " +
    "After a crash its source replays it, and it counts twice.",
  excuse:
    "Copying the tables held up the records, and the asynchronous part is where the slow work belongs.",
  edits: [
    {
      file: "sim/runtime/task/stream-operator.ts",
      find: "    const keyed = this.#keyed?.snapshot(checkpoint, formOf(format));\n",
      replace: `    // Copied by the asynchronous part, so that records need not wait for it.
    const backend = this.#keyed;
    const keyed = backend && {
      checkpoint,
      writeAsync: () => backend.snapshot(checkpoint, formOf(format)).writeAsync(),
      release: () => {},
      hash: (visit: (part: Uint8Array) => void) => backend.hash(visit),
    };
`,
    },
  ],
  schedule: {
    scenario: "word-count",
    seed: 1,
    config: { "world.task.async-cost": "25 ms" },
    faults: [
      {
        what: "task-throws",
        where: "count-1",
        when: { after: { event: "completion-received", place: "count-1", checkpoint: 1, nth: 1 } },
      },
    ],
    steps:
      "Checkpoint 1 is written slowly, count-1 works on a record meanwhile, and throws once the checkpoint is complete.",
  },
  checker: "failure-transparency",
  isShownByOneCrash: true,
  spoils: "cut",
};
