// FLINK-25492: where a materialization ends and the log begins depends on whether anybody has looked.

import type { Bug } from "../bug.ts";
import { CHANGELOG } from "../schedules.ts";

export const changeAtTheEdge: Bug = {
  id: "change-at-the-edge",
  ticket: "FLINK-25492",
  title: "the change at the edge of a materialization is in the base and in the log, or in neither",
  story:
    "A materialization notes the number of the next change, and the segment being written goes on. " +
    "It ends with the next checkpoint, and then has changes from before and from after that number: " +
    "taken for a part of what is materialized it is forgotten, and the changes after it are in neither.",
  excuse:
    "A materialization only has to know where the log stands, and to ask for that should change nothing.",
  edits: [
    {
      file: "sim/runtime/state/changelog/changelog-keyed-state-backend.ts",
      find: "    return this.#materialization(this.#log.roll());\n",
      replace: "    return this.#materialization(this.#log.next);\n",
    },
  ],
  schedule: {
    scenario: "word-count",
    seed: 1,
    config: CHANGELOG,
    faults: [
      {
        what: "task-throws",
        where: "count-1",
        when: {
          after: { event: "completion-received", place: "count-1", checkpoint: 2, nth: 1 },
        },
      },
    ],
    steps:
      "count-1 is materialized between two checkpoints, with changes before and after it; it throws once checkpoint 2 is complete.",
  },
  checker: "failure-transparency",
  isShownByOneCrash: true,
  spoils: "cut",
};
