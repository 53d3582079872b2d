// FLINK-19142: whoever has lost its machine takes the slot that another comes back to.

import type { Bug } from "../bug.ts";
import { LOCAL_RECOVERY } from "../schedules.ts";

export const slotHijacked: Bug = {
  id: "slot-hijacked",
  ticket: "FLINK-19142",
  title: "another task takes the slot next to a task's local state",
  story:
    "Slots are given out one by one: to each its former one if that is free, else any. One whose machine is gone is served " +
    "first and takes the slot that the next one ran in. That one has to move, too, and cannot use the copy of its state: it " +
    "fetches all of it, as does the other.",
  excuse: "Each one's wish is looked at, and one slot is as good as another.",
  edits: [
    {
      file: "sim/runtime/cluster/slot-assignment.ts",
      find: `  const kept = previous.map((location) => {
    const slot = location === undefined ? -1 : free.indexOf(location);
    return slot < 0 ? undefined : free.splice(slot, 1)[0];
  });
  return kept.map((slot) => slot ?? must(free.shift(), "a slot that nobody wants back"));
`,
      replace: `  return previous.map((location) => {
    const slot = location === undefined ? -1 : free.indexOf(location);
    return must(free.splice(Math.max(0, slot), 1)[0], "a free slot");
  });
`,
    },
  ],
  schedule: {
    scenario: "word-count",
    seed: 1,
    config: {
      ...LOCAL_RECOVERY,
      "world.task-managers": 3,
      "heartbeat.interval": "100 ms",
      "heartbeat.timeout": "500 ms",
    },
    faults: [
      {
        what: "task-manager-dies",
        where: "task-manager-1",
        when: {
          after: { event: "completion-received", place: "count-2", checkpoint: 2, nth: 1 },
        },
      },
    ],
    steps:
      "Checkpoint 2 is complete when the first of three machines dies; it is missed before it is back. The third was idle, the second has the copy of count-2.",
  },
  checker: "storage-integrity",
  isShownByOneCrash: true,
  spoils: "storage",
};
