// FLINK-2098: saving the state and sending the barrier are two steps, and records are worked on between them.

import type { Bug } from "../bug.ts";

export const barrierAfterSnapshot: Bug = {
  id: "barrier-after-snapshot",
  ticket: "FLINK-2098",
  title: "the snapshot and the barrier are two steps, with records in between",
  story:
    "A source goes on emitting between the moment its position is saved and the moment its barrier goes out. " +
    "What it emits there lies before the barrier, so it is in the state of everyone downstream, " +
    "but the saved position says that it was not read. After a crash it comes again, and it counts twice.",
  excuse:
    "A checkpoint is announced downstream once it is under way here; the lock need not be held for both.",
  edits: [
    {
      file: "sim/runtime/checkpoint/subtask-checkpoint.ts",
      find: `    if (barrier.alignment !== "uncoordinated") this.#broadcastBarrier(barrier);
    const startedAt`,
      replace: "    const startedAt",
    },
    {
      file: "sim/runtime/checkpoint/subtask-checkpoint.ts",
      find: "    this.#running.set(checkpoint, {\n",
      replace: `    this.#running.set(checkpoint, {
      barrier,
`,
    },
    {
      file: "sim/runtime/checkpoint/subtask-checkpoint.ts",
      find: "interface RunningSnapshot {\n",
      replace: `interface RunningSnapshot {
  readonly barrier: CheckpointBarrier;
`,
    },
    {
      file: "sim/runtime/checkpoint/subtask-checkpoint.ts",
      find: `    if (running === undefined) return;
    for (const snapshot of running.snapshots) {
      const keyed`,
      replace: `    if (running === undefined) return;
    // Announced downstream now that it is under way here.
    this.#broadcastBarrier(running.barrier);
    for (const snapshot of running.snapshots) {
      const keyed`,
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
      "source-1 saves its position, emits a record more and only then its barrier; count-1 throws once the checkpoint is complete.",
  },
  checker: "failure-transparency",
  isShownByOneCrash: true,
  spoils: "cut",
};
