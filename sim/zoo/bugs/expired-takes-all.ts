// T45: a snapshot leaves out a whole map of which one entry has expired.

import type { Bug } from "../bug.ts";

export const expiredTakesAll: Bug = {
  id: "expired-takes-all",
  ticket: "T45",
  title: "a snapshot leaves out a map because one of its entries has expired",
  story:
    "Snapshots leave out what has expired. The entries of a map expire one by one, but the filter looks at a key's whole value: " +
    "one entry that is over, and the others are missing after a crash.",
  excuse: "A value of which something has changed is not the value that may be kept.",
  edits: [
    {
      file: "sim/runtime/state/heap-state-factory.ts",
      find: "          return (stored) => unexpired(stored, takenAt);\n",
      replace: `          const isKept = (stored: unknown): boolean => unexpired(stored, takenAt) === stored;
          return (stored) => (isKept(stored) ? stored : undefined);
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
          after: { event: "completion-received", place: "sessions-1", checkpoint: 3, nth: 1 },
        },
      },
    ],
    steps:
      "Some pages are forgotten and some are not at checkpoint 3, after which sessions-1 throws.",
  },
  checker: "reachable-snapshot",
  isShownByOneCrash: true,
  spoils: "cut",
};
