// What the network records. Channel events happen at the channel, message events at their sender, host events
// at the host.

import type { EventSchemas, Recorder } from "../kernel/recorder.ts";

export const NETWORK_EVENTS = {
  "host-booted": { level: "protocol", fields: { disk: "text" } },
  "host-crashed": { level: "protocol", fields: { disk: "text" } },
  "message-sent": { level: "network", fields: { message: "text", to: "text", about: "text" } },
  "message-lost": { level: "protocol", fields: { message: "text", to: "text", about: "text" } },
  "message-delayed": {
    level: "protocol",
    fields: { message: "text", to: "text", about: "text", delay: "number" },
  },
  "message-doubled": { level: "protocol", fields: { message: "text", to: "text", about: "text" } },
  "channel-connected": { level: "network", fields: {} },
  "channel-broken": { level: "protocol", fields: { reason: "text" } },
  "channel-blocked": { level: "protocol", fields: { checkpoint: "number" } },
  "channel-resumed": { level: "protocol", fields: { checkpoint: "number" } },
  "buffer-sent": {
    level: "network",
    fields: { sequence: "number", element: "text", bytes: "number" },
  },
  "buffer-received": { level: "network", fields: { sequence: "number", element: "text" } },
  "credit-granted": { level: "network", fields: { credits: "number" } },
} as const satisfies EventSchemas;

export type NetworkRecorder = Recorder<typeof NETWORK_EVENTS>;
