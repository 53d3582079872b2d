// What a running subtask records, at the subtask. A record's identity in a channel is its sequence number,
// counted per channel and incarnation from 0 over records only.

import type { EventSchemas, Recorder } from "../../kernel/recorder.ts";

export const TASK_EVENTS = {
  "task-restored": { level: "protocol", fields: { checkpoint: "number" } },
  "task-running": { level: "protocol", fields: {} },
  "record-read": {
    level: "records",
    fields: { source: "text", partition: "number", offset: "number", value: "value" },
  },
  "record-processed": {
    level: "records",
    fields: { channel: "text", sequence: "number", value: "value" },
  },
  "record-emitted": {
    level: "records",
    fields: { channel: "text", sequence: "number", value: "value" },
  },
  "record-written": { level: "records", fields: { sink: "text", target: "text", value: "value" } },
  "timer-registered": {
    level: "records",
    fields: { operator: "text", key: "value", timestamp: "number" },
  },
  "timer-fired": {
    level: "records",
    fields: { operator: "text", key: "value", timestamp: "number" },
  },
  "state-updated": { level: "state", fields: { state: "text", key: "value", value: "value" } },
  "operator-snapshot-written": {
    level: "state",
    fields: { checkpoint: "number", operator: "text", keyed: "value", operatorState: "value" },
  },
  "operator-restored": {
    level: "state",
    fields: { checkpoint: "number", operator: "text", keyed: "value", operatorState: "value" },
  },
  "output-blocked": { level: "network", fields: {} },
  "output-available": { level: "network", fields: {} },
  "hook-started": { level: "state", fields: { hook: "text" } },
  "hook-waiting": { level: "state", fields: { hook: "text", request: "text" } },
  "hook-finished": { level: "state", fields: { hook: "text" } },
  "end-of-data": { level: "protocol", fields: {} },
  "task-finished": { level: "protocol", fields: {} },
  "task-failed": { level: "protocol", fields: { reason: "text" } },
  "task-canceled": { level: "protocol", fields: {} },
} as const satisfies EventSchemas;

export type TaskRecorder = Recorder<typeof TASK_EVENTS>;
