// T24: a list is given to all subtasks whose number has changed.

import type { Bug } from "../bug.ts";
import { GOES_ON_WITH_THREE } from "../schedules.ts";

export const positionsForAll: Bug = {
  id: "positions-for-all",
  ticket: "T24",
  title: "after a rescale every source is given all positions",
  story:
    "The positions of a source are a list, to be dealt out among its subtasks. Where their number has changed the list is " +
    "given to all of them, as union state is, and each is expected to pick its own. This source does not: it reads " +
    "what it is given, and every record comes three times",
  excuse: "Who has too much can leave it; who has too little cannot ask.",
  edits: [
    {
      file: "sim/runtime/state/operator-state-redistribution.ts",
      find: '    if (whole.mode === "union") {\n',
      replace:
        '    if (whole.mode === "union" || (whole.mode !== "broadcast" && old.length !== newParallelism)) {\n',
    },
  ],
  schedule: {
    scenario: "rescaling",
    seed: 1,
    config: {},
    faults: GOES_ON_WITH_THREE,
    steps: "The job is stopped with a savepoint and started again with three subtasks.",
  },
  checker: "provenance",
  isShownByOneCrash: true,
  spoils: "output",
};
