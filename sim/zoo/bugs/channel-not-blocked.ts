// T02: a channel whose barrier has come is read on before the barrier has come on the others.

import type { Bug } from "../bug.ts";

export const channelNotBlocked: Bug = {
  id: "channel-not-blocked",
  ticket: "T02",
  title: "an aligned channel is not blocked after its barrier",
  story:
    "A task with two inputs goes on reading the one whose barrier came first while it waits for the other. " +
    "What it takes from behind that barrier gets into its snapshot. " +
    "After a crash the record comes again, and it counts twice.",
  excuse:
    "The last channel of an alignment would be resumed in the same breath, so blocking it is waste; the count of those left is one too high.",
  edits: [
    {
      file: "sim/runtime/checkpoint/aligned-barrier-handler.ts",
      find: "    this.#blocked = [...this.#blocked, channel];\n",
      replace: `    // The last channel would be resumed at once.
    if (this.#openChannels - this.#blocked.length <= 2) return [];
    this.#blocked = [...this.#blocked, channel];
`,
    },
  ],
  schedule: {
    scenario: "word-count",
    seed: 1,
    config: { "world.network.jitter": "30 ms" },
    faults: [
      {
        what: "task-throws",
        where: "count-1",
        when: { after: { event: "completion-received", place: "count-1", checkpoint: 1, nth: 1 } },
      },
    ],
    steps:
      "One source hears of checkpoint 1 later than the other, count-1 goes on with that one meanwhile, and throws once the checkpoint is complete.",
  },
  checker: "failure-transparency",
  isShownByOneCrash: true,
  spoils: "cut",
};
