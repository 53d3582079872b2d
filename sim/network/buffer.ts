// What a channel carries: one element, numbered (Flink: NetworkBuffer in a BufferResponse). A buffer here
// holds a single record or a single event; see docs/differences.md.

import type { Instant } from "../kernel/virtual-time.ts";

/** Anything that can travel in a channel. The network does not look inside. */
export interface Transmittable {
  readonly kind: string;
  /** The trace event that put it on its way. */
  readonly cause: number;
}

/** One numbered element on its way: made when it is queued, completed when it is sent. */
export interface Buffer<Element extends Transmittable> {
  /** Position in the channel, counting records and events, from 0. */
  readonly sequence: number;
  readonly element: Element;
  /** Size on the wire, in bytes. */
  readonly sizeBytes: number;
  /** Whether it is data and costs a credit; events are free. */
  readonly isData: boolean;
  /** Whether the producer stops after it until the consumer resumes. */
  readonly blocksUpstream: boolean;
  /** Data buffers still waiting behind it at the producer when it was sent. */
  backlog: number;
  /** When it arrives, once it is on the wire. */
  arrival: Instant;
}
