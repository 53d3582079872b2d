// T35: the registry compares ids of checkpoints as text, and 10 is before 9. Cousin of FLINK-6284.

import type { Bug } from "../bug.ts";
import { REUSED_FILES_HANDED_IN } from "../defences.ts";
import { INCREMENTAL_CHECKPOINTS, MANY_CHECKPOINTS } from "../schedules.ts";

export const useComparedAsText: Bug = {
  id: "use-compared-as-text",
  ticket: "T35",
  title: 'a file last used by checkpoint "10" is taken for unused since "9"',
  story:
    "The registry keeps ids of checkpoints as the text they have in paths. Checkpoints 9 and 10 are kept, " +
    "and what 10 uses was last used before 9, as text: it is deleted under the newest checkpoint.",
  excuse: "The ids are compared with each other only, and as text they are ordered just as well.",
  edits: [
    {
      file: "sim/runtime/state/shared-state-registry.ts",
      find: "      if (lastUsedBy < lowestRetained) {\n",
      replace: "      if (String(lastUsedBy) < String(lowestRetained)) {\n",
    },
    REUSED_FILES_HANDED_IN,
  ],
  schedule: {
    scenario: "word-count",
    seed: 1,
    config: {
      ...MANY_CHECKPOINTS,
      ...INCREMENTAL_CHECKPOINTS,
      "execution.checkpointing.num-retained": 2,
    },
    faults: [],
    steps: "Checkpoints 9 and 10 are kept; no fault is needed.",
  },
  checker: "storage-integrity",
  isShownByOneCrash: true,
  spoils: "storage",
};
