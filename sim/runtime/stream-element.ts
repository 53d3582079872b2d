// What flows through a channel (Flink: StreamElement and RuntimeEvent). Records carry the user's values;
// everything else is control that travels in band, in order with the records around it.

import type { Brand } from "../kernel/brand.ts";
import type { Instant } from "../kernel/virtual-time.ts";
import type { SavepointOptions } from "./savepoint-options.ts";

/** The number of a checkpoint: 1, 2, 3, ... in trigger order; gaps are legal. */
export type CheckpointId = Brand<number, "CheckpointId">;

/** The checkpoint number `id`. Ids are made by the coordinator's counter; everyone else passes them on. */
export function checkpointId(id: number): CheckpointId {
  return id as CheckpointId;
}

/**
 * How barriers of a checkpoint behave in channels (Flink: CheckpointOptions.AlignmentType). `uncoordinated` is none of
 * Flink's: there are no barriers, and the checkpoint is no consistent cut.
 */
export type AlignmentType = "aligned" | "at-least-once" | "uncoordinated";

/** A record of the user's data. `cause` is the trace event that emitted it. */
export interface StreamRecord {
  readonly kind: "record";
  readonly value: unknown;
  readonly cause: number;
}

/** The mark between what belongs to checkpoint `checkpoint` and what comes after it (Flink: CheckpointBarrier). */
export interface CheckpointBarrier {
  readonly kind: "barrier";
  readonly checkpoint: CheckpointId;
  /** When the coordinator triggered the checkpoint, by its own clock. */
  readonly timestamp: Instant;
  readonly alignment: AlignmentType;
  /** Only of a savepoint. */
  readonly savepoint?: SavepointOptions;
  readonly cause: number;
}

/** Tells downstream that no barrier of this checkpoint will come (Flink: CancelCheckpointMarker). */
export interface CancelCheckpointMarker {
  readonly kind: "cancel-marker";
  readonly checkpoint: CheckpointId;
  readonly cause: number;
}

/** No more records will come on this channel; barriers still may (Flink: EndOfData). */
export interface EndOfData {
  readonly kind: "end-of-data";
  readonly cause: number;
}

/** The producer has finished for good; nothing more comes on this channel (Flink: EndOfPartitionEvent). */
export interface EndOfPartition {
  readonly kind: "end-of-partition";
  readonly cause: number;
}

/** Anything a channel carries. */
export type StreamElement =
  | StreamRecord
  | CheckpointBarrier
  | CancelCheckpointMarker
  | EndOfData
  | EndOfPartition;
