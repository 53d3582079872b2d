// The events of a trace in order, in whatever way they are kept: an array, or rows that are decoded when asked for.

import type { TraceEvent } from "./trace-event.ts";

/** Events by index, from 0. */
export interface EventList {
  readonly length: number;
  /** The event at `index`; undefined where there is none. */
  at(index: number): TraceEvent | undefined;
}
