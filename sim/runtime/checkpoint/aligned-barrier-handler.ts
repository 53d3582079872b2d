// Aligns barriers: a channel whose barrier has come is blocked until the barrier has come on all channels
// (Flink: SingleCheckpointBarrierHandler in aligned mode, WaitingForFirstBarrier, CollectingBarriers). So the
// snapshot holds all that came before the barriers and nothing from behind them.
//
//   waiting-for-first-barrier --barrier--> collecting-barriers --last barrier--> snapshot, then resume

import { type Instant, micros } from "../../kernel/virtual-time.ts";
import type { CheckpointBarrier, CheckpointId } from "../stream-element.ts";
import type {
  Alignment,
  BarrierCommand,
  ChannelIndex,
  CheckpointBarrierHandler,
} from "./barrier-handler.ts";
import type { CheckpointFailureReason } from "./checkpoint-failure-reason.ts";

/** What a handler is made for. */
export interface BarrierHandlerOptions {
  /** Input channels of the task, over all gates. */
  readonly channelCount: number;
  /** `execution.checkpointing.checkpoints-after-tasks-finish`: an ended channel counts as aligned. */
  readonly areCheckpointsAfterTasksFinish: boolean;
}

type AlignmentState =
  | { readonly kind: "waiting-for-first-barrier" }
  | {
      readonly kind: "collecting-barriers";
      readonly barrier: CheckpointBarrier;
      readonly startedAt: Instant;
      /** Channels that were open when the first barrier came: so many have to be aligned. */
      readonly target: number;
      /** Channels whose barrier, or whose end, has come. */
      readonly aligned: ReadonlySet<ChannelIndex>;
    };

const WAITING: AlignmentState = { kind: "waiting-for-first-barrier" };

/** Aligned handling of one checkpoint at a time; a newer barrier abandons the older checkpoint. */
export class AlignedBarrierHandler implements CheckpointBarrierHandler {
  readonly #options: BarrierHandlerOptions;
  #state: AlignmentState = WAITING;
  #latest: CheckpointId | undefined;
  #openChannels: number;
  /** In the order they were blocked. */
  #blocked: readonly ChannelIndex[] = [];

  constructor(options: BarrierHandlerOptions) {
    this.#options = options;
    this.#openChannels = options.channelCount;
  }

  get latestCheckpoint(): CheckpointId | undefined {
    return this.#latest;
  }

  get isCheckpointPending(): boolean {
    return this.#state.kind === "collecting-barriers";
  }

  onBarrier(
    channel: ChannelIndex,
    barrier: CheckpointBarrier,
    now: Instant,
  ): readonly BarrierCommand[] {
    if (this.#isObsolete(barrier.checkpoint)) return [];
    return [...this.#begin(barrier, now), ...this.#block(channel), ...this.#align(channel, now)];
  }

  onCancelMarker(_channel: ChannelIndex, checkpoint: CheckpointId): readonly BarrierCommand[] {
    if (this.#isObsolete(checkpoint)) return [];
    return this.#abort(checkpoint, "CHECKPOINT_DECLINED_ON_CANCELLATION_BARRIER");
  }

  onEndOfPartition(channel: ChannelIndex, now: Instant): readonly BarrierCommand[] {
    this.#openChannels -= 1;
    this.#blocked = this.#blocked.filter((blocked) => blocked !== channel);
    if (this.#state.kind === "waiting-for-first-barrier") return [];
    if (this.#options.areCheckpointsAfterTasksFinish) return this.#align(channel, now);
    const { checkpoint } = this.#state.barrier;
    return this.#abort(checkpoint, "CHECKPOINT_DECLINED_INPUT_END_OF_STREAM");
  }

  clone(): AlignedBarrierHandler {
    const copy = new AlignedBarrierHandler(this.#options);
    copy.#state = this.#state;
    copy.#latest = this.#latest;
    copy.#openChannels = this.#openChannels;
    copy.#blocked = this.#blocked;
    return copy;
  }

  describeState(): unknown {
    return {
      state:
        this.#state.kind === "collecting-barriers"
          ? { ...this.#state, aligned: [...this.#state.aligned].sort((a, b) => a - b) }
          : this.#state,
      latest: this.#latest,
      openChannels: this.#openChannels,
      blocked: this.#blocked,
    };
  }

  /** True for a checkpoint that is older than the latest, or is the latest and has ended here. */
  #isObsolete(checkpoint: CheckpointId): boolean {
    if (this.#latest === undefined || checkpoint > this.#latest) return false;
    return checkpoint < this.#latest || !this.isCheckpointPending;
  }

  /** The first barrier of a checkpoint: an older one still collecting is given up. */
  #begin(barrier: CheckpointBarrier, now: Instant): readonly BarrierCommand[] {
    if (barrier.checkpoint === this.#latest) return [];
    const abandoned =
      this.#state.kind === "collecting-barriers"
        ? this.#abort(this.#state.barrier.checkpoint, "CHECKPOINT_DECLINED_SUBSUMED")
        : [];
    this.#latest = barrier.checkpoint;
    this.#state = {
      kind: "collecting-barriers",
      barrier,
      startedAt: now,
      target: this.#openChannels,
      aligned: new Set(),
    };
    return abandoned;
  }

  /** Nothing that lies behind the barrier in its channel may be processed before the snapshot. */
  #block(channel: ChannelIndex): readonly BarrierCommand[] {
    this.#blocked = [...this.#blocked, channel];
    return [{ kind: "block-channel", channel }];
  }

  /** The channel has delivered all that belongs to the checkpoint; the last one completes it. */
  #align(channel: ChannelIndex, now: Instant): readonly BarrierCommand[] {
    const state = this.#state;
    if (state.kind === "waiting-for-first-barrier") return [];
    const aligned = new Set(state.aligned).add(channel);
    if (aligned.size < state.target) {
      this.#state = { ...state, aligned };
      return [];
    }
    this.#state = WAITING;
    const { barrier, startedAt } = state;
    const alignment = alignmentOf(barrier, startedAt, now);
    return [
      alignmentCompleted(barrier.checkpoint, alignment),
      { kind: "trigger-snapshot", barrier, alignment },
      ...this.#resume(),
    ];
  }

  #abort(checkpoint: CheckpointId, reason: CheckpointFailureReason): readonly BarrierCommand[] {
    this.#latest = checkpoint;
    this.#state = WAITING;
    return [...this.#resume(), { kind: "abort-checkpoint", checkpoint, reason }];
  }

  #resume(): readonly BarrierCommand[] {
    const channels = this.#blocked;
    this.#blocked = [];
    return channels.length === 0 ? [] : [{ kind: "resume-channels", channels }];
  }
}

/** The alignment that began at `startedAt` and ends now. */
export function alignmentOf(
  barrier: CheckpointBarrier,
  startedAt: Instant,
  endedAt: Instant,
): Alignment {
  const startDelay = micros(Math.max(0, startedAt - barrier.timestamp));
  return { startedAt, endedAt, startDelay };
}

/** The record of a completed alignment. */
export function alignmentCompleted(
  checkpoint: CheckpointId,
  { startedAt, endedAt }: Alignment,
): BarrierCommand {
  return {
    kind: "record",
    event: "alignment-completed",
    fields: { checkpoint, duration: endedAt - startedAt },
  };
}
