// Whose keyed state a snapshot has: what stands near the beginning of each, in whichever form the rest is.
//
//   key serializer  max parallelism  first and last key group

import type { DataInputView } from "./data-input-view.ts";
import type { DataOutputView } from "./data-output-view.ts";
import type { KeyGroupRange } from "./key-groups.ts";

/** What a snapshot says of itself. */
export interface KeyedSnapshotHeader {
  readonly keySerializerId: string;
  readonly maxParallelism: number;
  readonly keyGroupRange: KeyGroupRange;
}

/** Writes a header where `out` is. */
export function writeKeyedSnapshotHeader(header: KeyedSnapshotHeader, out: DataOutputView): void {
  out.writeUTF(header.keySerializerId);
  out.writeVarInt(header.maxParallelism);
  out.writeVarInt(header.keyGroupRange.start);
  out.writeVarInt(header.keyGroupRange.end);
}

/** Reads a header as it was written: whether its numbers make sense is for the caller to say. */
export function readKeyedSnapshotHeader(input: DataInputView): KeyedSnapshotHeader {
  return {
    keySerializerId: input.readUTF(),
    maxParallelism: input.readVarInt(),
    keyGroupRange: { start: input.readVarInt(), end: input.readVarInt() },
  };
}
