// What storage records, at the storage itself; `writer` and `reader` name who asked.

import type { EventSchemas, Recorder } from "../kernel/recorder.ts";

export const STORAGE_EVENTS = {
  "write-started": { level: "state", fields: { path: "text", bytes: "number", writer: "text" } },
  "write-completed": {
    level: "protocol",
    fields: { path: "text", bytes: "number", hash: "text", writer: "text" },
  },
  "write-failed": { level: "protocol", fields: { path: "text", writer: "text", reason: "text" } },
  "write-abandoned": { level: "protocol", fields: { path: "text", writer: "text" } },
  "read-completed": { level: "state", fields: { path: "text", bytes: "number", reader: "text" } },
  "file-deleted": { level: "protocol", fields: { path: "text" } },
} as const satisfies EventSchemas;

export type StorageRecorder = Recorder<typeof STORAGE_EVENTS>;
