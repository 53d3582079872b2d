// What a written snapshot of keyed state holds, whichever backend wrote it.

import { type KeyedStateEntry, readKeyedSnapshot } from "./keyed-snapshot-format.ts";
import type { KeyedStateSnapshot, WrittenKeyedState } from "./keyed-state-backend.ts";
import { readIncrementalSnapshot } from "./rocksdb/read-incremental-snapshot.ts";
import type { TypeSerializer } from "./type-serializer.ts";

/** Every (state, key, value) of a snapshot read back; `own` are the job's serializers that are not built in. */
export function entriesOfWritten(
  written: WrittenKeyedState,
  own: readonly TypeSerializer<unknown>[] = [],
): readonly KeyedStateEntry[] {
  if (written.kind === "full") return readKeyedSnapshot(written.bytes, own);
  return readIncrementalSnapshot(written.meta, written.files, own);
}

/** Every (state, key, value) of a snapshot that has just been written; `own` as in `entriesOfWritten`. */
export function entriesOfSnapshot(
  snapshot: KeyedStateSnapshot,
  own: readonly TypeSerializer<unknown>[],
): readonly KeyedStateEntry[] {
  if (snapshot.kind === "full") return entriesOfWritten(snapshot, own);
  const files = new Map(snapshot.files.map((file) => [file.name, file.read()]));
  return entriesOfWritten({ kind: "incremental", meta: snapshot.meta, files }, own);
}
