// A criterion that exercises share: a job that fails before its first checkpoint shows a restart, but no restore.

import type { Criterion } from "./exercise.ts";
import { jobAttempts } from "./job-attempts.ts";

/** The first restart goes back to a completed checkpoint. */
export const RESTORED_FROM_CHECKPOINT: Criterion = {
  says: {
    en: "The job goes back to a completed checkpoint, not to the beginning.",
    zh: "作业回到一个已完成的 checkpoint，而不是从头开始。",
  },
  holds: ({ events }) => {
    const checkpoint = jobAttempts(events)[1]?.restored.checkpoint;
    if (checkpoint === undefined) {
      return {
        isMet: false,
        found: { en: "The job never went back.", zh: "作业没有回退过。" },
      };
    }
    if (checkpoint === 0) {
      return {
        isMet: false,
        found: {
          en: "The job began again from nothing: no checkpoint was complete.",
          zh: "作业从头开始：当时还没有已完成的 checkpoint。",
        },
      };
    }
    return {
      isMet: true,
      found: {
        en: `The job was restored from checkpoint ${checkpoint}.`,
        zh: `作业从 checkpoint ${checkpoint} 恢复。`,
      },
    };
  },
};
