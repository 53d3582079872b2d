// T03: a barrier goes to the front of an output's queue and passes records that no snapshot holds. Cousin of FLINK-18252.

import type { Bug } from "../bug.ts";

export const barrierOvertakesRecords: Bug = {
  id: "barrier-overtakes-records",
  ticket: "T03",
  title: "a barrier overtakes records in the output queue that nobody saves",
  story:
    "An output that cannot send yet puts barriers before the records that wait. " +
    "The records are behind the barrier then, but the sender's own snapshot counts them as sent: after a crash they are lost.",
  excuse: "Events are urgent and cost no credit, so they go first.",
  edits: [
    {
      file: "sim/network/result-subpartition.ts",
      find: `    this.#queue.push({
      sequence: this.#sequence++,
`,
      replace: `    const isUrgent = element.kind === "barrier";
    const place = isUrgent ? this.#queue.findIndex(({ isData }) => isData) : -1;
    this.#queue.splice(place < 0 ? this.#queue.length : place, 0, {
      sequence: -1,
`,
    },
    {
      file: "sim/network/result-subpartition.ts",
      find: "    this.#isBlocked = head.blocksUpstream;\n",
      replace: `    this.#isBlocked = head.blocksUpstream;
    head.sequence = this.#sequence++; // Numbered in the order of going out.
`,
    },
  ],
  schedule: {
    scenario: "word-count",
    seed: 1,
    config: {
      "taskmanager.network.memory.buffers-per-channel": 1,
      "taskmanager.network.memory.floating-buffers-per-gate": 0,
      "world.network.latency": "20 ms",
    },
    faults: [
      {
        what: "task-throws",
        where: "count-1",
        when: { after: { event: "completion-received", place: "count-1", checkpoint: 1, nth: 1 } },
      },
    ],
    steps:
      "Records wait for credit at source-1 when its barrier passes them; count-1 throws once the checkpoint is complete.",
  },
  checker: "failure-transparency",
  isShownByOneCrash: true,
  spoils: "cut",
};
