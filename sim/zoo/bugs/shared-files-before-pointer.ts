// T36: shared files are deleted before the checkpoint that does without them is stored. Cousin of T21.

import type { Bug } from "../bug.ts";
import { INCREMENTAL_CHECKPOINTS, MANY_CHECKPOINTS } from "../schedules.ts";

export const sharedFilesBeforePointer: Bug = {
  id: "shared-files-before-pointer",
  ticket: "T36",
  title: "shared files are deleted before the checkpoint that does without them is stored",
  story:
    "The metadata of the new checkpoint is written, which says what it needs. What it does not need is deleted at once, " +
    "while its pointer is still on its way. If the power is lost now, the job goes back to the older checkpoint, " +
    "whose files are gone.",
  excuse: "Once the metadata is written the checkpoint is as good as complete.",
  edits: [
    {
      file: "sim/runtime/checkpoint/checkpoint-coordinator.ts",
      find: `    return [{ kind: "store-checkpoint", pointer: { checkpoint, metadataPath } }];
`,
      replace: `    return [
      ...discardState(
        checkpoint,
        this.#registry.unregisterUnused(checkpoint).deletions.map(({ file }) => file.path),
      ),
      { kind: "store-checkpoint", pointer: { checkpoint, metadataPath } },
    ];
`,
    },
  ],
  schedule: {
    scenario: "word-count",
    seed: 1,
    config: {
      ...MANY_CHECKPOINTS,
      ...INCREMENTAL_CHECKPOINTS,
      "world.rocksdb.level0-file-num-compaction-trigger": 2,
    },
    faults: [],
    steps: "Files are merged between two checkpoints; no fault is needed.",
  },
  checker: "storage-integrity",
  isShownByOneCrash: true,
  spoils: "storage",
};
