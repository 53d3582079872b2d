// T25: the asynchronous part of a snapshot holds the very objects that the task goes on changing.

import type { Bug } from "../bug.ts";

export const stateByReference: Bug = {
  id: "state-by-reference",
  ticket: "T25",
  title: "state is handed to the asynchronous writer by reference",
  story:
    "A snapshot takes hold of the state's objects and writes them later; " +
    "a map or a list that the task changes meanwhile is written as it is by then. " +
    "The state is newer than the cut, and after a crash what it already holds is added again.",
  excuse:
    "Copying a large map because of one changed entry is dear, and the snapshot has the entries already.",
  edits: [
    {
      file: "sim/runtime/state/copy-on-write-state-table.ts",
      find: `    if (entry.version > this.#newestLiveSnapshot) return entry.value;
    const value = this.serializer.copy(entry.value);
    this.put(at, value);
    return value;
`,
      replace: "    return entry.value; // A snapshot has its own list of the entries.\n",
    },
  ],
  schedule: {
    scenario: "game-state",
    seed: 1,
    config: { "world.task.async-cost": "25 ms" },
    faults: [
      {
        what: "task-throws",
        where: "players+scored-1",
        when: {
          after: { event: "completion-received", place: "players+scored-1", checkpoint: 1, nth: 1 },
        },
      },
    ],
    steps:
      "Checkpoint 1 is written slowly, an inventory is changed meanwhile, and its task throws once the checkpoint is complete.",
  },
  checker: "failure-transparency",
  isShownByOneCrash: true,
  spoils: "cut",
};
