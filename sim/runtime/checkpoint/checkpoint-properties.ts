// What kind of snapshot a request asks for, and what follows from it (Flink: CheckpointProperties). A checkpoint
// belongs to the engine, which deletes it when a newer one is complete; a savepoint belongs to the user.

import { unreachable } from "../../kernel/invariant.ts";
import type { SavepointFormat } from "../savepoint-options.ts";
import type { JobStatusAtEnd, RetentionMode } from "./checkpoint-config.ts";

/**
 * A `checkpoint` serves recovery. A `savepoint` is the user's: never in the store, announced to nobody. A
 * `synchronous-savepoint` ends the job: tasks wait for its completion, which is announced.
 */
export type SnapshotKind = "checkpoint" | "savepoint" | "synchronous-savepoint";

/** Properties of one requested snapshot. */
export interface CheckpointProperties {
  readonly kind: SnapshotKind;
  /** Of a savepoint: its form. */
  readonly format?: SavepointFormat;
  /** A forced request does not wait for a free slot among the concurrent checkpoints. */
  readonly isForced: boolean;
}

/** Properties of every periodic checkpoint, and of one asked for by the user. */
export const CHECKPOINT_PROPERTIES: CheckpointProperties = { kind: "checkpoint", isForced: false };

/** Properties of a savepoint. With unaligned checkpoints it has to wait for the one under way. */
export function savepointProperties(options: {
  readonly isSynchronous: boolean;
  readonly isUnaligned: boolean;
  readonly format?: SavepointFormat;
}): CheckpointProperties {
  const kind = options.isSynchronous ? "synchronous-savepoint" : "savepoint";
  return { kind, isForced: !options.isUnaligned, format: options.format ?? "CANONICAL" };
}

/** True for both kinds of savepoint. */
export function isSavepoint(kind: SnapshotKind): boolean {
  return kind !== "checkpoint";
}

/** True if completing such a snapshot is announced to the tasks and drops older pending checkpoints. */
export function isAnnounced(kind: SnapshotKind): boolean {
  return kind !== "savepoint";
}

/** True if such a snapshot, once complete, is one the job may be recovered from. */
export function isStored(kind: SnapshotKind): boolean {
  return kind !== "savepoint";
}

/** True if the files of such a snapshot go when a newer one takes its place. A savepoint's stay. */
export function isDeletedWhenSubsumed(kind: SnapshotKind): boolean {
  return kind === "checkpoint";
}

/** True if the files of such a snapshot go when the job ends with `status`. */
export function isDeletedAtEnd(
  kind: SnapshotKind,
  retention: RetentionMode,
  status: JobStatusAtEnd,
): boolean {
  if (isSavepoint(kind)) return false;
  switch (retention) {
    case "NO_EXTERNALIZED_CHECKPOINTS":
      return true;
    case "DELETE_ON_CANCELLATION":
      return status !== "FAILED";
    case "RETAIN_ON_CANCELLATION":
      return status === "FINISHED";
    default:
      return unreachable(retention);
  }
}
