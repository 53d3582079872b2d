// FLINK-8132: two producers take turns, and the log knows a transaction by its producer alone.

import type { Bug } from "../bug.ts";

export const producerReused: Bug = {
  id: "producer-reused",
  ticket: "FLINK-8132",
  title: "a pooled producer is reused, and recovery commits its newer transaction",
  story:
    "The sink has a pool of two producers. The one of transaction 1 goes back to the pool with its commit and takes transaction 3. " +
    "After a crash before checkpoint 2 is complete, recovery resumes transaction 1 by its producer and commits it once more, to be sure: " +
    "for the log that is transaction 3, whose records are then replayed.",
  excuse:
    "Producers are dear to set up, and a committed transaction's producer has nothing left to do.",
  edits: [
    {
      file: "sim/connectors/transactional-log-sink.ts",
      find: `    const transactionalId = \`\${this.#producer}-\${this.#nextNumber}\`;
`,
      replace: `    // A pool of two: the other one is busy with the transaction before.
    const transactionalId = \`\${this.#producer}-\${this.#nextNumber % 2}\`;
`,
    },
    {
      file: "sim/connectors/transactional-log.ts",
      find: "    const transaction = epochs[name.epoch];\n",
      replace: "    const transaction = epochs.at(-1); // What is under way under the id.\n",
    },
    {
      // Batches would keep the newer transaction empty until its own barrier.
      file: "sim/connectors/transactional-log-sink.ts",
      find: "    this.#batchSize = options.batchSize ?? 64;\n",
      replace: "    this.#batchSize = options.batchSize ?? 1;\n",
    },
  ],
  schedule: {
    scenario: "word-count",
    seed: 1,
    config: {},
    faults: [
      {
        what: "task-throws",
        where: "count-1",
        when: { after: { event: "record-written", place: "sink-1", nth: 58 } },
      },
    ],
    steps:
      "The sink has pre-committed for checkpoint 2 and written more when count-1 throws; checkpoint 2 is not complete.",
  },
  checker: "committed-output",
  isShownByOneCrash: true,
  spoils: "output",
};
