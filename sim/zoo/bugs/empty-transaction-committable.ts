// FLINK-31363: an empty transaction is saved as one to be committed, and the outside has never heard of it.

import type { Bug } from "../bug.ts";

export const emptyTransactionCommittable: Bug = {
  id: "empty-transaction-committable",
  ticket: "FLINK-31363",
  title: "an empty transaction is checkpointed as committable",
  story:
    "The log begins a transaction with its first record. The sink knows which of its transactions have none and drops them, but only in memory. " +
    "After a crash it finds an empty one in its state and asks for its commit; " +
    "the log refuses what it has never heard of, and the job fails over it for ever.",
  excuse:
    "An empty transaction has nothing to be committed, so nothing about it needs to be saved.",
  edits: [
    {
      file: "sim/connectors/transactional-log-sink.ts",
      find: "  #gathered: AppendedRecord[] = [];\n",
      replace: `  #gathered: AppendedRecord[] = [];
  /** Pre-committed without a record: the log has not begun them. */
  readonly #unbegun = new Set<string>();
`,
    },
    {
      file: "sim/connectors/transactional-log-sink.ts",
      find: "    if (sent.length === 0) return;\n",
      replace: `    if (sent.length === 0) {
      this.#unbegun.add(transaction.transactionalId);
      return;
    }
`,
    },
    {
      file: "sim/connectors/transactional-log-sink.ts",
      find: '    yield* this.#ask({ system: this.target, kind: "commit", transactionalId, epoch });\n',
      replace: `    if (this.#unbegun.delete(transactionalId)) return yield* this.abort({ transactionalId, epoch });
    yield* this.#ask({ system: this.target, kind: "commit", transactionalId, epoch });
`,
    },
    {
      // The log would begin a transaction before its first record.
      file: "sim/connectors/transactional-log.ts",
      find: `    if (status.kind === "aborted") return this.#refuseAborted(transaction, status.reason);
    this.#decide(transaction, { kind: "committed" });
`,
      replace: `    if (status.kind === "aborted") return this.#refuseAborted(transaction, status.reason);
    if (transaction.recordCount === 0) return refused(\`\${nameOf(transaction)} was never begun\`);
    this.#decide(transaction, { kind: "committed" });
`,
    },
  ],
  schedule: {
    scenario: "word-count",
    seed: 1,
    config: {
      "world.source.arrival-interval": "20 ms",
      "execution.checkpointing.interval": "10 ms",
      "world.storage.latency": "1 ms",
      "world.storage.jitter": "1 ms",
      "world.outside.latency": "500 us",
      "world.outside.jitter": "500 us",
      "world.outside.transaction-timeout": "0 ms",
      "restart-strategy.fixed-delay.delay": "12 h",
      "heartbeat.timeout": "0 ms",
    },
    faults: [
      {
        what: "task-throws",
        where: "sink-1",
        when: { after: { event: "checkpoint-stored", place: "job-master", checkpoint: 3, nth: 1 } },
      },
    ],
    steps: "No record comes between checkpoints 2 and 3; the sink throws when 3 is stored.",
  },
  checker: "liveness",
  isShownByOneCrash: true,
  spoils: "output",
};
