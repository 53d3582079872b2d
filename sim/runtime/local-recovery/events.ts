// What task managers record of the second copies of state on their disks, at the task manager.

import type { EventSchemas, Recorder } from "../../kernel/recorder.ts";

export const LOCAL_RECOVERY_EVENTS = {
  "local-state-stored": {
    level: "protocol",
    fields: { task: "text", checkpoint: "number", files: "number", bytes: "number" },
  },
  "local-state-discarded": { level: "protocol", fields: { task: "text", checkpoint: "number" } },
  // `alternative` is "local", or "remote" for the `reason` given.
  "restore-alternative-chosen": {
    level: "protocol",
    fields: {
      task: "text",
      operator: "text",
      checkpoint: "number",
      alternative: "text",
      reason: "text",
    },
  },
} as const satisfies EventSchemas;

export type LocalRecoveryRecorder = Recorder<typeof LOCAL_RECOVERY_EVENTS>;
