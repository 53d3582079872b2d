// T44: a snapshot counts as a use of every value that it writes.

import type { Bug } from "../bug.ts";

export const snapshotRestartsTtl: Bug = {
  id: "snapshot-restarts-ttl",
  ticket: "T44",
  title: "a snapshot stamps every value with its own time",
  story:
    "The snapshot reads each value as a function would, and a read begins the time to live anew. " +
    "What it writes is younger than what the task holds: after a crash a session goes on for longer than it should.",
  excuse: "Reading is reading.",
  edits: [
    {
      file: "sim/runtime/state/heap-keyed-state-backend.ts",
      find: "      const filter = ttl?.snapshotFilter?.();\n",
      replace: `      const clear = ttl?.snapshotFilter?.();
      const readAt = ttl && kind !== "map" ? this.#now() : undefined;
      const filter: SnapshotFilter | undefined =
        readAt === undefined
          ? clear
          : (stored) => ({ ...(stored as object), lastAccess: readAt });
`,
    },
  ],
  schedule: {
    scenario: "session-ttl",
    seed: 1,
    config: { "recording.level": "state", "restart-strategy.fixed-delay.delay": "1 ms" },
    faults: [
      {
        what: "task-throws",
        where: "sessions-1",
        when: {
          after: { event: "completion-received", place: "sessions-1", checkpoint: 2, nth: 1 },
        },
      },
    ],
    steps: "Checkpoint 2 is complete when sessions-1 throws; the job is back soon.",
  },
  checker: "reachable-snapshot",
  isShownByOneCrash: true,
  spoils: "cut",
};
