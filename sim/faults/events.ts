// What faults record, at the place they strike.

import type { EventSchemas, Recorder } from "../kernel/recorder.ts";

export const FAULT_EVENTS = {
  "fault-struck": { level: "protocol", fields: { fault: "number", what: "text" } },
} as const satisfies EventSchemas;

export type FaultRecorder = Recorder<typeof FAULT_EVENTS>;
