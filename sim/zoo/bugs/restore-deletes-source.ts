// FLINK-11743: what a restore has read from the local disk is deleted, as if it had been downloaded.

import type { Bug } from "../bug.ts";
import { LOCAL_RECOVERY } from "../schedules.ts";

export const restoreDeletesSource: Bug = {
  id: "restore-deletes-source",
  ticket: "FLINK-11743",
  title: "a restore from local state deletes the state it was restored from",
  story:
    "State is read from a folder on the local disk, which is deleted when the backend has it. That is right for files " +
    "that were downloaded, but the folder may be the copy of the newest checkpoint itself. If the job fails again before the " +
    "next checkpoint, the copy that recovery counts on is gone.",
  excuse:
    "One piece of code restores from downloaded files and from local ones, and tidies up after both.",
  edits: [
    {
      file: "sim/runtime/local-recovery/task-local-state-store.ts",
      find: `    return "reason" in files ? undefined : stateOf(files);
`,
      replace: `    if ("reason" in files) return undefined;
    // What was read is in the backend now.
    discardCopies(this.#host, (copy) => copy.task === this.#task && copy.checkpoint === checkpoint);
    return stateOf(files);
`,
    },
  ],
  schedule: {
    scenario: "word-count",
    seed: 1,
    config: LOCAL_RECOVERY,
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
      "Checkpoint 2 is complete when count-1 throws, and both counters are restored from their copies.",
  },
  checker: "storage-integrity",
  isShownByOneCrash: true,
  spoils: "storage",
};
