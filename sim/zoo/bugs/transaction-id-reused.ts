// T17: the transaction begun after a barrier has the id of the one just pre-committed. Cousin of FLINK-8132.

import type { Bug } from "../bug.ts";

export const transactionIdReused: Bug = {
  id: "transaction-id-reused",
  ticket: "T17",
  title: "the transaction begun after the barrier reuses the id of the pre-committed one",
  story:
    "A sink numbers its new transaction by the checkpoint just taken, as it did the one just pre-committed, " +
    "and on recovery resumes by id whatever is open under it. " +
    "After a crash before the commit that is the newer one: the pre-committed records are lost.",
  excuse:
    "The epoch tells the two apart while the sink runs, and what is to be committed after a crash is what is open under the id.",
  edits: [
    {
      file: "sim/connectors/transactional-log-sink.ts",
      find: "    this.#nextNumber = context.getCheckpointId() + 1;\n",
      replace: "    this.#nextNumber = context.getCheckpointId();\n",
    },
    {
      file: "sim/connectors/transactional-log-sink.ts",
      find: "  *abort({ transactionalId, epoch }: TransactionName): Asking<void> {\n",
      replace: `  /** Resumes what is open under the id and commits it. */
  override *recoverAndCommit({ transactionalId }: TransactionName): Asking<void> {
    const list = { system: this.target, kind: "list", prefix: transactionalId } as const;
    const [open] = (yield* this.#ask(list)) as ListedTransactions;
    if (open !== undefined) yield* this.commit(open);
  }

  /** Resumes what is open under the id and aborts it. */
  override *recoverAndAbort({ transactionalId }: TransactionName): Asking<void> {
    const list = { system: this.target, kind: "list", prefix: transactionalId } as const;
    const [open] = (yield* this.#ask(list)) as ListedTransactions;
    if (open !== undefined) yield* this.abort(open);
  }

  *abort({ transactionalId, epoch }: TransactionName): Asking<void> {
`,
    },
    {
      // The log would fence the older epoch: only another generation does that here.
      file: "sim/connectors/transactional-log.ts",
      find: '      this.#abort(last, "a newer epoch fenced it");\n',
      replace:
        '      if (last.generation !== generation) this.#abort(last, "a newer epoch fenced it");\n',
    },
  ],
  schedule: {
    scenario: "word-count",
    seed: 1,
    config: {},
    faults: [
      {
        what: "task-throws",
        where: "sink-1",
        when: { after: { event: "checkpoint-stored", place: "job-master", checkpoint: 1, nth: 1 } },
      },
    ],
    steps:
      "Checkpoint 1 is stored and the sink throws before it hears of it; the restored sink resumes the wrong transaction.",
  },
  checker: "committed-output",
  isShownByOneCrash: true,
  spoils: "output",
};
