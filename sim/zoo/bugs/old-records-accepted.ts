// T12: what an attempt had received and not worked on is taken over by the next attempt.

import type { Bug } from "../bug.ts";

export const oldRecordsAccepted: Bug = {
  id: "old-records-accepted",
  ticket: "T12",
  title: "records in flight to the old attempt are accepted by the new one",
  story:
    "A channel is known by its two tasks and not by their attempts, so that records on their way to a failed attempt " +
    "are still there for the next one. The restored sources send them once more, and they count twice.",
  excuse:
    "They were sent once; to throw them away only to have them sent again is a waste of the network.",
  edits: [
    {
      file: "sim/network/input-channel.ts",
      find: "  /** Credits the producer starts with. */\n",
      replace: `  /** Goes on with what the same channel had received before, so that it need not be sent again. */
  adopt(earlier: InputChannel<Element>): void {
    this.#queue.push(...earlier.#queue.filter(({ isData }) => isData));
  }

  /** Credits the producer starts with. */
`,
    },
    {
      file: "sim/runtime/cluster/task-manager.ts",
      find: "  #waitingRequests: PartitionRequest[] = [];\n  #leadership",
      replace: `  /** Every input that was ever set up here, by its channel. */
  readonly #inputs = new Map<string, InputChannel<StreamElement>>();
  #waitingRequests: PartitionRequest[] = [];
  #leadership`,
    },
    {
      file: "sim/runtime/cluster/task-manager.ts",
      find: "    this.#tasks.set(task, { task, attempt, hostOf, ...assembled });\n",
      replace: `    for (const [channel, input] of assembled.inputs) {
      const earlier = this.#inputs.get(channel);
      if (earlier !== undefined) input.adopt(earlier);
      this.#inputs.set(channel, input);
    }
    this.#tasks.set(task, { task, attempt, hostOf, ...assembled });
`,
    },
  ],
  schedule: {
    scenario: "word-count",
    seed: 1,
    config: { "world.task.record-cost": "4 ms" },
    faults: [
      {
        what: "task-throws",
        where: "count-1",
        when: { after: { event: "record-emitted", place: "count-1", nth: 8 } },
      },
    ],
    steps:
      "Records wait at the sink when count-1 throws; the sink's next attempt finds them there, and gets them again.",
  },
  checker: "failure-transparency",
  isShownByOneCrash: true,
  spoils: "output",
};
