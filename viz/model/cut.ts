// Consistent cuts (Chandy and Lamport; Mattern): a cut divides each lane into what is before it and what is after it.
// It is consistent if nothing was received before it that was sent after it; what was sent before it and not yet
// received is the contents of the channels.

import { isOver, type Life, lifeAt, livesOf } from "./lives.ts";
import type { CheckpointSpan, RunModel, Transfer } from "./run-model.ts";

/** By lane, the last event before the cut; -1 if all of the lane is after it. Lanes that are left out do not count. */
export type Cut = ReadonlyMap<number, number>;

/** What holds of a cut. */
export interface CutVerdict {
  readonly kind: "consistent" | "inconsistent";
  /** Received before the cut and sent after it, in the order of their sending. */
  readonly orphans: readonly Transfer[];
  /** Records, barriers and cancel markers that are in channels, in the order of their sending. */
  readonly inTransit: readonly Transfer[];
}

/** Judges a cut. */
export function verdictOfCut(model: RunModel, cut: Cut): CutVerdict {
  const lives = livesOf(model);
  const ends = new Map(
    [...cut].map(([lane, index]): [number, End] => [
      lane,
      { index, life: lifeAt(lives, lane, index) },
    ]),
  );
  const orphans: Transfer[] = [];
  const inTransit: Transfer[] = [];
  for (const transfer of model.transfers) {
    const sender = ends.get(transfer.from);
    const receiver = ends.get(transfer.to);
    if (sender === undefined || receiver === undefined) continue;
    const isSent = transfer.sent <= sender.index;
    const isReceived = transfer.received !== undefined && transfer.received <= receiver.index;
    if (isReceived && !isSent) orphans.push(transfer);
    if (isSent && !isReceived && isKept(transfer, sender, receiver)) {
      inTransit.push(transfer);
    }
  }
  return { kind: orphans.length === 0 ? "consistent" : "inconsistent", orphans, inTransit };
}

/** The cut of a checkpoint: each subtask's lane at its snapshot. */
export function cutOfCheckpoint({ cut }: CheckpointSpan): Cut {
  return new Map([...cut].toSorted(([one], [other]) => one - other));
}

/** The lanes of subtasks that have no place in a cut: they took no snapshot. */
export function lanesMissingIn(model: RunModel, cut: Cut): readonly number[] {
  return model.lanes.flatMap(({ kind }, lane) =>
    kind === "subtask" && !cut.has(lane) ? [lane] : [],
  );
}

/** The records, barriers and markers of each channel at a cut, by the channel's name. */
export function channelContents(
  inTransit: readonly Transfer[],
): ReadonlyMap<string, readonly Transfer[]> {
  const contents = new Map<string, Transfer[]>();
  for (const transfer of inTransit) {
    if (transfer.channel === undefined) continue;
    const known = contents.get(transfer.channel);
    if (known === undefined) contents.set(transfer.channel, [transfer]);
    else known.push(transfer);
  }
  return contents;
}

/** Where a cut divides a lane. */
interface End {
  readonly index: number;
  readonly life: Life | undefined;
}

/**
 * A channel lives with its ends: what was in it is gone when either dies, and an attempt starts with it empty. But a
 * sender that has finished leaves behind what it sent.
 */
function isKept({ channel, attempt }: Transfer, sender: End, receiver: End): boolean {
  if (channel === undefined) return false;
  if (sender.life?.attempt !== attempt || receiver.life?.attempt !== attempt) return false;
  const isSenderGone = isOver(sender.life, sender.index) && sender.life.end !== "finished";
  return !isSenderGone && !isOver(receiver.life, receiver.index);
}
