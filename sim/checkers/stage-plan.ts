// The ways a record can go on from a step: over an exchange, or into a sink. What is broadcast goes on once for each
// consumer; else the consumer does not matter, since it may differ from attempt to attempt.

import type { JobShape } from "./job-shape.ts";
import type { SinkWriters } from "./sink-writers.ts";

/** The ways of a job, numbered: first the exchanges, then the sinks. */
export interface StagePlan {
  readonly stages: number;
  readonly firstSink: number;
  /** By channel number. */
  readonly ofChannel: readonly number[];
  /** By the sink's uid. */
  readonly ofSink: ReadonlyMap<string, number>;
}

/** The plan of a job. */
export function stagePlanOf({ channels }: JobShape, writers: SinkWriters): StagePlan {
  const numbers = new Map<string, number>();
  const ofChannel = channels.map(({ edge, consumer }) => {
    const name = edge.partitioning === "broadcast" ? `${edge.id} ${consumer.index}` : `${edge.id}`;
    const number = numbers.get(name) ?? numbers.size;
    numbers.set(name, number);
    return number;
  });
  const firstSink = numbers.size;
  const ofSink = new Map<string, number>();
  for (const { uid } of writers.all) {
    if (!ofSink.has(uid)) ofSink.set(uid, firstSink + ofSink.size);
  }
  return { stages: firstSink + ofSink.size, firstSink, ofChannel, ofSink };
}
