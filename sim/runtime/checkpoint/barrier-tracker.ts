// Counts barriers without blocking any channel (Flink: CheckpointBarrierTracker). What fast channels deliver
// from behind their barriers gets into the snapshot and is replayed after a restore: at least once.

import type { Instant } from "../../kernel/virtual-time.ts";
import type { CheckpointBarrier, CheckpointId } from "../stream-element.ts";
import {
  alignmentCompleted,
  alignmentOf,
  type BarrierHandlerOptions,
} from "./aligned-barrier-handler.ts";
import type { BarrierCommand, ChannelIndex, CheckpointBarrierHandler } from "./barrier-handler.ts";
import type { CheckpointFailureReason } from "./checkpoint-failure-reason.ts";

/** Checkpoints counted at the same time; the oldest is forgotten for one more. */
const TRACKED_CHECKPOINTS_MAX = 50;

/** The count of one checkpoint. */
interface BarrierCount {
  readonly checkpoint: CheckpointId;
  /** The first barrier; absent if a cancel marker came first. */
  readonly first: { readonly barrier: CheckpointBarrier; readonly at: Instant } | undefined;
  /** Channels that were open when the count began. */
  readonly target: number;
  readonly channels: ReadonlySet<ChannelIndex>;
  readonly isAborted: boolean;
}

/** Handling of several checkpoints at a time, without alignment. */
export class BarrierTracker implements CheckpointBarrierHandler {
  readonly #options: BarrierHandlerOptions;
  #openChannels: number;
  #latest: CheckpointId | undefined;
  /** The oldest first. */
  #counts: readonly BarrierCount[] = [];

  constructor(options: BarrierHandlerOptions) {
    this.#options = options;
    this.#openChannels = options.channelCount;
  }

  get latestCheckpoint(): CheckpointId | undefined {
    return this.#latest;
  }

  get isCheckpointPending(): boolean {
    return this.#counts.length > 0;
  }

  /** Checkpoints being counted, the oldest first. */
  get pendingCheckpoints(): readonly CheckpointId[] {
    return this.#counts.map((count) => count.checkpoint);
  }

  /** Channels that have not ended. */
  get openChannels(): number {
    return this.#openChannels;
  }

  onBarrier(
    channel: ChannelIndex,
    barrier: CheckpointBarrier,
    now: Instant,
  ): readonly BarrierCommand[] {
    const { checkpoint } = barrier;
    const known = this.#counts.find((count) => count.checkpoint === checkpoint);
    if (known !== undefined) {
      const counted = { ...known, first: known.first ?? { barrier, at: now } };
      return this.#count([counted], channel, now);
    }
    if (!this.#isNews(checkpoint)) return [];
    this.#latest = checkpoint;
    const begun = this.#newCount(checkpoint, { barrier, at: now });
    this.#counts = [...this.#counts, begun].slice(-TRACKED_CHECKPOINTS_MAX);
    return this.#count([begun], channel, now);
  }

  onCancelMarker(
    channel: ChannelIndex,
    checkpoint: CheckpointId,
    now: Instant,
  ): readonly BarrierCommand[] {
    const older = this.#counts.filter((count) => count.checkpoint < checkpoint);
    this.#counts = this.#counts.filter((count) => count.checkpoint >= checkpoint);
    const olderAborts = abortsOf(older, "CHECKPOINT_DECLINED_ON_CANCELLATION_BARRIER");
    const known = this.#counts.find((count) => count.checkpoint === checkpoint);
    if (known === undefined && !this.#isNews(checkpoint)) return olderAborts;
    if (this.#isNews(checkpoint)) this.#latest = checkpoint;
    const count = known ?? this.#newCount(checkpoint, undefined);
    if (known === undefined) this.#counts = [count, ...this.#counts];
    return [
      ...olderAborts,
      ...abortsOf([count], "CHECKPOINT_DECLINED_ON_CANCELLATION_BARRIER"),
      ...this.#count([{ ...count, isAborted: true }], channel, now),
    ];
  }

  onEndOfPartition(channel: ChannelIndex, now: Instant): readonly BarrierCommand[] {
    this.#openChannels -= 1;
    if (this.#options.areCheckpointsAfterTasksFinish)
      return this.#count(this.#counts, channel, now);
    const counts = this.#counts;
    this.#counts = [];
    return abortsOf(counts, "CHECKPOINT_DECLINED_INPUT_END_OF_STREAM");
  }

  clone(): BarrierTracker {
    const copy = new BarrierTracker(this.#options);
    copy.#openChannels = this.#openChannels;
    copy.#latest = this.#latest;
    copy.#counts = this.#counts;
    return copy;
  }

  describeState(): unknown {
    return {
      openChannels: this.#openChannels,
      latest: this.#latest,
      counts: this.#counts.map((count) => ({
        ...count,
        channels: [...count.channels].sort((a, b) => a - b),
      })),
    };
  }

  #isNews(checkpoint: CheckpointId): boolean {
    return this.#latest === undefined || checkpoint > this.#latest;
  }

  #newCount(checkpoint: CheckpointId, first: BarrierCount["first"]): BarrierCount {
    return {
      checkpoint,
      first,
      target: this.#openChannels,
      channels: new Set(),
      isAborted: false,
    };
  }

  /** Counts `channel` for `counts`. The newest that is complete triggers, and all up to it are done with. */
  #count(
    counts: readonly BarrierCount[],
    channel: ChannelIndex,
    now: Instant,
  ): readonly BarrierCommand[] {
    const counted = counts.map((count) => ({
      ...count,
      channels: new Set(count.channels).add(channel),
    }));
    const complete = counted.findLast((count) => count.channels.size >= count.target);
    this.#counts = this.#counts
      .map((count) => counted.find(({ checkpoint }) => checkpoint === count.checkpoint) ?? count)
      .filter((count) => complete === undefined || count.checkpoint > complete.checkpoint);
    if (complete?.first === undefined || complete.isAborted) return [];
    const { barrier, at } = complete.first;
    const alignment = alignmentOf(barrier, at, now);
    return [
      alignmentCompleted(complete.checkpoint, alignment),
      { kind: "trigger-snapshot", barrier, alignment },
    ];
  }
}

function abortsOf(
  counts: readonly BarrierCount[],
  reason: CheckpointFailureReason,
): readonly BarrierCommand[] {
  return counts
    .filter((count) => !count.isAborted)
    .map(({ checkpoint }) => ({ kind: "abort-checkpoint", checkpoint, reason }));
}
