// The union of everything a run may record: each folder owns its words, this file only joins them.

import { CONNECTOR_EVENTS } from "../connectors/events.ts";
import { FAULT_EVENTS } from "../faults/events.ts";
import { type EventFields, type EventKind, numberKinds } from "../kernel/recorder.ts";
import { NETWORK_EVENTS } from "../network/events.ts";
import { CHECKPOINT_EVENTS } from "../runtime/checkpoint/events.ts";
import { CLUSTER_EVENTS } from "../runtime/cluster/events.ts";
import { LOCAL_RECOVERY_EVENTS } from "../runtime/local-recovery/events.ts";
import { TASK_EVENTS } from "../runtime/task/events.ts";
import { STORAGE_EVENTS } from "../storage/events.ts";

/** The schemas of all events, by kind. */
export const TRACE_EVENTS = {
  ...NETWORK_EVENTS,
  ...STORAGE_EVENTS,
  ...CHECKPOINT_EVENTS,
  ...TASK_EVENTS,
  ...CLUSTER_EVENTS,
  ...CONNECTOR_EVENTS,
  ...FAULT_EVENTS,
  ...LOCAL_RECOVERY_EVENTS,
} as const;

/** Any kind of event. */
export type TraceEventKind = keyof typeof TRACE_EVENTS;

/** The kinds of all events, numbered as rows name them. */
export const TRACE_EVENT_KINDS: readonly EventKind[] = numberKinds(TRACE_EVENTS);

/** An event as it is read back from a trace; "value" fields hold the value's canonical text. */
export type TraceEvent = {
  [Kind in TraceEventKind]: {
    readonly kind: Kind;
    /** Position in the trace, from 0. */
    readonly index: number;
    /** Virtual time, in microseconds. */
    readonly time: number;
    readonly place: string;
    readonly incarnation: number;
    /** Index of the event this one follows from; -1 for none. */
    readonly cause: number;
  } & {
    readonly [Field in keyof EventFields<(typeof TRACE_EVENTS)[Kind]>]: unknown extends EventFields<
      (typeof TRACE_EVENTS)[Kind]
    >[Field]
      ? string
      : EventFields<(typeof TRACE_EVENTS)[Kind]>[Field];
  };
}[TraceEventKind];

/** An event of a given kind. */
export type EventOf<Kind extends TraceEventKind> = Extract<TraceEvent, { readonly kind: Kind }>;
