// FLINK-4417: which checkpoint is older is decided by the clock and not by the id.

import type { Bug } from "../bug.ts";
import { REFUSED_ABORT_IGNORED } from "../defences.ts";
import { OVERLAPPING_CHECKPOINTS } from "../schedules.ts";

export const subsumedByTimestamp: Bug = {
  id: "subsumed-by-timestamp",
  ticket: "FLINK-4417",
  title: "older checkpoints are told by their timestamp, not by their id",
  story:
    "A completed checkpoint drops the pending ones that are older, and the store keeps the newest, both by the time of their trigger in seconds. " +
    "Of two checkpoints of one second neither is older: the earlier one survives, completes after the later one and takes its place. " +
    "After a crash the job goes back behind what is committed.",
  excuse: "A checkpoint has a timestamp, and what is older is a matter of time.",
  edits: [
    {
      file: "sim/runtime/checkpoint/checkpoint-coordinator.ts",
      find: "      .filter((pending) => pending.id < completed.id)\n",
      replace: `      .filter(({ description: { timestamp } }) => {
        return Math.floor(timestamp / 1_000_000) < Math.floor(completed.timestamp / 1_000_000);
      })
`,
    },
    {
      file: "sim/runtime/checkpoint/completed-checkpoint-store.ts",
      find: "  return checkpoints.toSorted((a, b) => a.id - b.id);\n",
      replace: `  return checkpoints.toSorted(
    (a, b) => Math.floor(a.timestamp / 1_000_000) - Math.floor(b.timestamp / 1_000_000),
  );
`,
    },
    REFUSED_ABORT_IGNORED,
  ],
  schedule: {
    scenario: "word-count",
    seed: 5,
    config: {
      ...OVERLAPPING_CHECKPOINTS,
      "execution.checkpointing.data-inline-threshold": "260 b",
      "execution.checkpointing.max-concurrent-checkpoints": 5,
      "world.storage.jitter": "40 ms",
    },
    faults: [
      {
        what: "task-throws",
        where: "count-1",
        when: { after: { event: "checkpoint-stored", place: "job-master", checkpoint: 2, nth: 1 } },
      },
    ],
    steps:
      "Checkpoint 3 completes before 2 and is committed; 2 survives, takes its place, and count-1 throws.",
  },
  checker: "newest-checkpoint",
  isShownByOneCrash: true,
  spoils: "cut",
};
