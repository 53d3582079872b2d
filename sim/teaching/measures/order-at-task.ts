// What comes first at a task while a checkpoint passes it.

import { parseCanonicalText } from "../../kernel/canonical-value.ts";
import type { EventOf, TraceEvent } from "../../trace/trace-event.ts";
import { MeasureError } from "../measure-error.ts";

interface TaskCheckpoint {
  readonly task: string;
  readonly checkpoint: number;
}

/** The next record the task takes after `stop`, if it takes one before it has all barriers or the checkpoint ends. */
export function nextRecord(
  events: readonly TraceEvent[],
  stop: number,
  { task, checkpoint }: TaskCheckpoint,
): string {
  for (const event of events.slice(stop + 1)) {
    if (event.kind === "record-processed" && event.place === task) {
      return String(parseCanonicalText(event.value));
    }
    if (endsWait(event, { task, checkpoint })) return "none";
  }
  return "none";
}

/** Which of the kinds of event comes first at the task for the checkpoint. */
export function firstOf(
  events: readonly TraceEvent[],
  { task, checkpoint, kinds }: TaskCheckpoint & { readonly kinds: readonly string[] },
): string {
  const first = events.find(
    (event) =>
      event.place === task &&
      kinds.includes(event.kind) &&
      "checkpoint" in event &&
      event.checkpoint === checkpoint,
  );
  if (first !== undefined) return first.kind;
  throw new MeasureError(
    `Cannot tell what ${task} does first: found no ${kinds.join(" and no ")} for checkpoint ${checkpoint}, expected one`,
  );
}

/**
 * Whom the task's alignment waited for longer: the producer whose barrier was still under way, or the task itself,
 * which left the arrived barrier in its queue.
 */
export function alignmentHolder(
  events: readonly TraceEvent[],
  { task, checkpoint }: TaskCheckpoint,
): string {
  const received = events.filter(
    (event): event is EventOf<"barrier-received"> =>
      event.kind === "barrier-received" && event.place === task && event.checkpoint === checkpoint,
  );
  const [first] = received;
  const last = received.at(-1);
  if (first === undefined || last === undefined || first === last) {
    throw new MeasureError(
      `Cannot tell what ${task} aligns for: found ${received.length} barriers of checkpoint ${checkpoint}, expected several`,
    );
  }
  const arrived = arrivalOf(last, events);
  const underWay = Math.max(0, arrived - first.time);
  const queued = last.time - Math.max(arrived, first.time);
  return underWay >= queued ? producerOf(last.channel) : task;
}

function endsWait(event: TraceEvent, { task, checkpoint }: TaskCheckpoint): boolean {
  switch (event.kind) {
    case "alignment-completed":
      return event.place === task && event.checkpoint === checkpoint;
    case "checkpoint-aborted":
      return event.checkpoint === checkpoint;
    default:
      return false;
  }
}

/** When a barrier reached the queue it was taken from. */
function arrivalOf(barrier: EventOf<"barrier-received">, events: readonly TraceEvent[]): number {
  const arrival = events.findLast(
    (event) =>
      event.kind === "buffer-received" &&
      event.index < barrier.index &&
      event.place === barrier.channel &&
      event.element === "barrier",
  );
  if (arrival !== undefined) return arrival.time;
  throw new MeasureError(
    `Cannot tell when the barrier came in: found no buffer-received at ${barrier.channel}, expected level network`,
  );
}

/** The task at the sending end of a channel, as its name says. */
function producerOf(channel: string): string {
  return channel.slice(0, channel.indexOf("->"));
}
