// The digest of what a run came to: what was committed, and how each checkpoint ended. It holds no times and no
// sizes, so that it stays the same where the engine only does the same things a little earlier or later.

import { canonicalText } from "../kernel/canonical-value.ts";
import type { Sha256 } from "../kernel/recorder.ts";
import {
  type CheckpointProgress,
  checkpointAfter,
  checkpointMovedBy,
} from "./checkpoint-progress.ts";
import { textDigest } from "./text-digest.ts";
import { outcomeOf } from "./timeline.ts";
import type { TraceEvent } from "./trace-event.ts";

/** SHA-256, as hexadecimal digits, over committed output (by log and partition, in order) and checkpoint table. */
export function outcomeDigest(events: readonly TraceEvent[], sha256: Sha256): string {
  const checkpoints = checkpointTable(events);
  const output = committedOutput(events);
  return textDigest(canonicalText({ checkpoints, output }), sha256);
}

/** By `log/partition`: its committed values, in the order of their becoming visible. */
function committedOutput(events: readonly TraceEvent[]): {
  readonly [partition: string]: string[];
} {
  const output = new Map<string, string[]>();
  for (const event of events) {
    if (event.kind !== "record-committed") continue;
    const partition = `${event.log}/${event.partition}`;
    const values = output.get(partition);
    if (values === undefined) output.set(partition, [event.value]);
    else values.push(event.value);
  }
  return Object.fromEntries(output);
}

/** Id and outcome of each checkpoint, in the order of the ids. */
function checkpointTable(events: readonly TraceEvent[]): readonly (readonly [number, string])[] {
  const checkpoints = new Map<number, CheckpointProgress>();
  for (const event of events) {
    const id = checkpointMovedBy(event);
    if (id === undefined) continue;
    const checkpoint = checkpointAfter(checkpoints.get(id), event);
    if (checkpoint !== undefined) checkpoints.set(id, checkpoint);
  }
  return [...checkpoints.values()]
    .map((checkpoint) => [checkpoint.id, outcomeText(checkpoint)] as const)
    .sort(([one], [other]) => one - other);
}

function outcomeText(checkpoint: CheckpointProgress): string {
  const outcome = outcomeOf(checkpoint);
  return outcome.kind === "aborted" ? `aborted ${outcome.reason}` : outcome.kind;
}
