// What the checkpoint protocol records: the coordinator's part at the job master, the tasks' part at the
// subtask. Durations are microseconds of virtual time.

import type { EventSchemas, Recorder } from "../../kernel/recorder.ts";

export const CHECKPOINT_EVENTS = {
  // The coordinator's part.
  "checkpoint-triggered": { level: "protocol", fields: { checkpoint: "number", tasks: "number" } },
  "checkpoint-refused": { level: "protocol", fields: { reason: "text" } },
  "acknowledgement-received": {
    level: "protocol",
    fields: {
      checkpoint: "number",
      task: "text",
      attempt: "number",
      outcome: "text",
      bytes: "number",
    },
  },
  "decline-received": {
    level: "protocol",
    fields: { checkpoint: "number", task: "text", attempt: "number", reason: "text" },
  },
  "shared-files-referenced": {
    level: "protocol",
    fields: { checkpoint: "number", files: "value" },
  },
  "checkpoint-stored": { level: "protocol", fields: { checkpoint: "number", path: "text" } },
  "checkpoint-completed": {
    level: "protocol",
    fields: { checkpoint: "number", bytes: "number", fullBytes: "number", duration: "number" },
  },
  "checkpoint-aborted": { level: "protocol", fields: { checkpoint: "number", reason: "text" } },
  "checkpoint-subsumed": { level: "protocol", fields: { checkpoint: "number", by: "number" } },
  "completion-announced": { level: "protocol", fields: { checkpoint: "number", task: "text" } },
  "abort-announced": { level: "protocol", fields: { checkpoint: "number", task: "text" } },
  // The subtask's part.
  "trigger-received": { level: "protocol", fields: { checkpoint: "number" } },
  "barrier-received": { level: "protocol", fields: { checkpoint: "number", channel: "text" } },
  "alignment-completed": {
    level: "protocol",
    fields: { checkpoint: "number", duration: "number" },
  },
  "barrier-emitted": { level: "protocol", fields: { checkpoint: "number" } },
  "snapshot-taken": {
    level: "protocol",
    fields: { checkpoint: "number", startDelay: "number", alignment: "number", sync: "number" },
  },
  "snapshot-written": {
    level: "protocol",
    fields: { checkpoint: "number", bytes: "number", fullBytes: "number", async: "number" },
  },
  "checkpoint-acknowledged": {
    level: "protocol",
    fields: { checkpoint: "number", bytes: "number" },
  },
  "checkpoint-declined": { level: "protocol", fields: { checkpoint: "number", reason: "text" } },
  "cancel-marker-received": {
    level: "protocol",
    fields: { checkpoint: "number", channel: "text" },
  },
  "cancel-marker-emitted": { level: "protocol", fields: { checkpoint: "number" } },
  "completion-received": { level: "protocol", fields: { checkpoint: "number" } },
  "abort-received": { level: "protocol", fields: { checkpoint: "number" } },
  "materialization-started": { level: "protocol", fields: { materialization: "number" } },
  "materialization-completed": {
    level: "protocol",
    fields: { materialization: "number", bytes: "number", duration: "number" },
  },
  "materialization-failed": {
    level: "protocol",
    fields: { materialization: "number", reason: "text" },
  },
} as const satisfies EventSchemas;

export type CheckpointRecorder = Recorder<typeof CHECKPOINT_EVENTS>;
