// What a `_metadata` file that was asked for tells of.

import { SerializationError } from "../../kernel/serialization-error.ts";
import type { StorageOutcome } from "../../storage/shared-storage.ts";
import { decodeCheckpointMetadata } from "../checkpoint/checkpoint-metadata.ts";
import type { CompletedCheckpoint } from "../checkpoint/completed-checkpoint.ts";

/** A checkpoint, or why there is none to be read. */
export type ReadCheckpoint =
  | { readonly kind: "read"; readonly checkpoint: CompletedCheckpoint }
  | { readonly kind: "unreadable"; readonly reason: string };

/** The completed checkpoint that the `_metadata` file at `path` tells of, or why it does not. */
export function completedCheckpointOf(path: string, outcome: StorageOutcome): ReadCheckpoint {
  const unreadable = (why: string): ReadCheckpoint => {
    const reason = `Cannot recover a completed checkpoint from ${path}: ${why}`;
    return { kind: "unreadable", reason };
  };
  if (outcome.kind !== "read") {
    return unreadable(outcome.kind === "failed" ? outcome.reason : outcome.kind);
  }
  try {
    return { kind: "read", checkpoint: decodeCheckpointMetadata(outcome.bytes) };
  } catch (error) {
    if (!(error instanceof SerializationError)) throw error;
    return unreadable(error.message);
  }
}
