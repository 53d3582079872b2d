// What a task does when a barrier arrives (Flink: CheckpointBarrierHandler). The handler spans all gates of
// its task and has no effects: it answers with commands, and the task commands the gate, so that a record
// never passes through checkpoint code.

import type { EventFields } from "../../kernel/recorder.ts";
import type { Duration, Instant } from "../../kernel/virtual-time.ts";
import type { CheckpointBarrier, CheckpointId } from "../stream-element.ts";
import type { CheckpointFailureReason } from "./checkpoint-failure-reason.ts";
import type { CHECKPOINT_EVENTS } from "./events.ts";

/** An input channel of the task, counted over all its gates from 0. */
export type ChannelIndex = number;

/** When the barriers of a checkpoint arrived. */
export interface Alignment {
  /** When the first barrier arrived. */
  readonly startedAt: Instant;
  /** When the last one did. */
  readonly endedAt: Instant;
  /** From the coordinator's trigger to the first barrier, by their two clocks; never negative. */
  readonly startDelay: Duration;
}

/** What the task must do, in the order given. */
export type BarrierCommand =
  | BlockChannel
  | ResumeChannels
  | TriggerSnapshot
  | AbortCheckpoint
  | RecordBarrierEvent;

/** Take nothing more from this channel. */
export interface BlockChannel {
  readonly kind: "block-channel";
  readonly channel: ChannelIndex;
}

/** Take from these channels again. */
export interface ResumeChannels {
  readonly kind: "resume-channels";
  readonly channels: readonly ChannelIndex[];
}

/** Forward the barrier and take the synchronous part of the snapshot, before any further command. */
export interface TriggerSnapshot {
  readonly kind: "trigger-snapshot";
  readonly barrier: CheckpointBarrier;
  readonly alignment: Alignment;
}

/** Decline the checkpoint at the coordinator and broadcast a cancel marker for it. */
export interface AbortCheckpoint {
  readonly kind: "abort-checkpoint";
  readonly checkpoint: CheckpointId;
  readonly reason: CheckpointFailureReason;
}

/** Write this to the trace. */
export interface RecordBarrierEvent {
  readonly kind: "record";
  readonly event: "alignment-completed";
  readonly fields: EventFields<(typeof CHECKPOINT_EVENTS)["alignment-completed"]>;
}

/** Barrier handling of one task attempt. */
export interface CheckpointBarrierHandler {
  /** A barrier came out of `channel`. */
  onBarrier(
    channel: ChannelIndex,
    barrier: CheckpointBarrier,
    now: Instant,
  ): readonly BarrierCommand[];
  /** A cancel marker for `checkpoint` came out of `channel`. */
  onCancelMarker(
    channel: ChannelIndex,
    checkpoint: CheckpointId,
    now: Instant,
  ): readonly BarrierCommand[];
  /** `channel` has delivered its last element. */
  onEndOfPartition(channel: ChannelIndex, now: Instant): readonly BarrierCommand[];
  /** The newest checkpoint heard of, if any. */
  readonly latestCheckpoint: CheckpointId | undefined;
  /** True while barriers of some checkpoint are being collected. */
  readonly isCheckpointPending: boolean;
  /** An equal handler that shares nothing with this one. */
  clone(): CheckpointBarrierHandler;
  /** Plain data that determines everything this handler will do. */
  describeState(): unknown;
}
