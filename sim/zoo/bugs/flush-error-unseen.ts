// FLINK-5701: an error of an asynchronous write is noticed only behind the snapshot.

import type { Bug } from "../bug.ts";
import { REFUSED_COMMIT_IGNORED } from "../defences.ts";

export const flushErrorUnseen: Bug = {
  id: "flush-error-unseen",
  ticket: "FLINK-5701",
  title: "the flush waits for what is pending, but does not look whether it failed",
  story:
    "Records go out without waiting, and the flush at the barrier waits until none is under way. " +
    "That some were refused, here since the log gave the transaction up, it does not see: " +
    "the checkpoint says that they are out. The error shows at the commit, and the job restarts behind them.",
  excuse:
    "No request is pending any more, so the flush is done; an error is reported with the next call anyway.",
  edits: [
    {
      file: "sim/connectors/transactional-log-sink.ts",
      find: "    const { arrived } = (yield* this.#ask(flush)) as FlushResult;\n",
      replace: `    let arrived = sent.length;
    try {
      ({ arrived } = (yield* this.#ask(flush)) as FlushResult);
    } catch {
      // Nothing is under way any more; the next call will tell.
    }
`,
    },
    {
      // With large batches nothing goes out before the flush.
      file: "sim/connectors/transactional-log-sink.ts",
      find: "    this.#batchSize = options.batchSize ?? 64;\n",
      replace: "    this.#batchSize = options.batchSize ?? 1;\n",
    },
    REFUSED_COMMIT_IGNORED,
  ],
  schedule: {
    scenario: "word-count",
    seed: 1,
    config: {
      "world.outside.transaction-timeout": "4 s",
      "execution.checkpointing.timeout": "6 s",
      "execution.checkpointing.tolerable-failed-checkpoints": 3,
    },
    faults: [
      {
        what: "message-lost",
        where: "source-1",
        when: { at: 0 },
        message: "trigger-checkpoint",
      },
    ],
    steps:
      "source-1 never hears of checkpoint 1; until it is given up the log loses patience with the open transaction.",
    isHopeless: true,
  },
  checker: "committed-output",
  isShownByOneCrash: false,
  spoils: "output",
};
