// What the outside world records: logs and the printer are actors of their own and outlive every host.

import type { EventSchemas, Recorder } from "../kernel/recorder.ts";

export const CONNECTOR_EVENTS = {
  "log-grew": { level: "network", fields: { partition: "number", offset: "number" } },
  "request-handled": {
    level: "network",
    fields: { request: "text", by: "text", attempt: "number", outcome: "text" },
  },
  "transaction-begun": {
    level: "protocol",
    fields: { transaction: "text", epoch: "number", by: "text", attempt: "number" },
  },
  "transaction-flushed": {
    level: "protocol",
    fields: { transaction: "text", epoch: "number", records: "number" },
  },
  "transaction-committed": {
    level: "protocol",
    fields: { transaction: "text", epoch: "number", records: "number" },
  },
  "transaction-aborted": {
    level: "protocol",
    fields: { transaction: "text", epoch: "number", reason: "text" },
  },
  "producer-fenced": { level: "protocol", fields: { transaction: "text", epoch: "number" } },
  "record-committed": {
    level: "records",
    fields: {
      log: "text",
      partition: "number",
      offset: "number",
      transaction: "text",
      value: "value",
    },
  },
  "line-printed": { level: "records", fields: { line: "value", by: "text", attempt: "number" } },
  "record-collected": {
    level: "records",
    fields: { collector: "text", value: "value", by: "text", attempt: "number" },
  },
} as const satisfies EventSchemas;

export type ConnectorRecorder = Recorder<typeof CONNECTOR_EVENTS>;
