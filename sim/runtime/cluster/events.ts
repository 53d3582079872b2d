// What the cluster records: at the job master (its incarnation is its leadership) or at the task manager.

import type { EventSchemas, Recorder } from "../../kernel/recorder.ts";

export const CLUSTER_EVENTS = {
  "leadership-granted": { level: "protocol", fields: { newestCheckpoint: "number" } },
  "job-status-changed": { level: "protocol", fields: { status: "text" } },
  "task-manager-registered": {
    level: "protocol",
    fields: { taskManager: "text", slots: "number", resource: "text" },
  },
  "task-manager-lost": { level: "protocol", fields: { taskManager: "text", reason: "text" } },
  "heartbeat-received": { level: "network", fields: { taskManager: "text" } },
  "task-deployed": {
    level: "protocol",
    fields: { task: "text", attempt: "number", taskManager: "text", checkpoint: "number" },
  },
  "failure-reported": {
    level: "protocol",
    fields: { task: "text", attempt: "number", reason: "text" },
  },
  "restart-scheduled": { level: "protocol", fields: { failures: "number", delay: "number" } },
  "restore-started": { level: "protocol", fields: { checkpoint: "number" } },
  // The job is started again: its attempts from `attempt` on run as that submission says.
  "job-submitted": {
    level: "protocol",
    fields: {
      submission: "number",
      attempt: "number",
      checkpoint: "number",
      path: "text",
      claimMode: "text",
    },
  },
  "submission-refused": { level: "protocol", fields: { reason: "text" } },
  "job-ended": { level: "protocol", fields: { status: "text", reason: "text" } },
} as const satisfies EventSchemas;

export type ClusterRecorder = Recorder<typeof CLUSTER_EVENTS>;
