// FLINK-17327: a sink that is closed aborts what it has pre-committed.

import type { Bug } from "../bug.ts";
import { REFUSED_COMMIT_IGNORED } from "../defences.ts";

export const closeAbortsPreCommitted: Bug = {
  id: "close-aborts-pre-committed",
  ticket: "FLINK-17327",
  title: "closing the sink aborts its pre-committed transactions",
  story:
    "A sink that is canceled or fails closes its producers, and a closing producer aborts what it has open. " +
    "A pre-committed transaction that only waits for its commit is open as well: " +
    "its checkpoint may be complete, and then its records are lost.",
  excuse:
    "Whoever closes a producer leaves nothing open behind; the client library does so by itself.",
  edits: [
    {
      file: "sim/connectors/two-phase-commit-sink-function.ts",
      find: `    const current = this.#current;
    this.#current = undefined;
    if (current !== undefined) yield* waitFor(this.abort(current.handle));
`,
      replace: `    for (const { handle } of this.#pendingCommits.values()) yield* waitFor(this.abort(handle));
    const current = this.#current;
    this.#current = undefined;
    if (current !== undefined) yield* waitFor(this.abort(current.handle));
`,
    },
    {
      // A task that ends before its time would not close its operators.
      file: "sim/runtime/task/stream-task.ts",
      find: `    this.#recorder.record("task-failed", this.incarnation, { reason });
    this.#end();
`,
      replace: `    this.#recorder.record("task-failed", this.incarnation, { reason });
    if (!this.#hooks.isBlocked) this.#startHook("close", this.#chain.close());
    this.#end();
`,
    },
    {
      file: "sim/runtime/task/stream-task.ts",
      find: `    this.#recorder.record("task-canceled", this.incarnation, {});
    this.#end();
`,
      replace: `    this.#recorder.record("task-canceled", this.incarnation, {});
    if (!this.#hooks.isBlocked) this.#startHook("close", this.#chain.close());
    this.#end();
`,
    },
    REFUSED_COMMIT_IGNORED,
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
      "Checkpoint 1 is stored, and the sink throws and closes before it hears of the checkpoint.",
  },
  checker: "committed-output",
  isShownByOneCrash: true,
  spoils: "output",
};
