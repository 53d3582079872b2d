// What a written snapshot of keyed state holds, whichever backend wrote it.

import { isChangelogManifest } from "./changelog/changelog-manifest.ts";
import { replayChanges } from "./changelog/replay-changes.ts";
import { readWrittenChangelog } from "./changelog/written-changelog.ts";
import { type KeyedStateEntry, readKeyedSnapshot } from "./keyed-snapshot-format.ts";
import type { KeyedStateSnapshot, WrittenKeyedState } from "./keyed-state-backend.ts";
import { canonicalFormOfFiles } from "./rocksdb/read-incremental-snapshot.ts";
import type { TypeSerializer } from "./type-serializer.ts";

const NO_BYTES = new Uint8Array(0);

/** Every (state, key, value) of a snapshot read back; `own` are the job's serializers that are not built in. */
export function entriesOfWritten(
  written: WrittenKeyedState,
  own: readonly TypeSerializer<unknown>[] = [],
): readonly KeyedStateEntry[] {
  return readKeyedSnapshot(canonicalFormOf(written, own), own);
}

/** Every (state, key, value) of a snapshot that has just been written; `own` as in `entriesOfWritten`. */
export function entriesOfSnapshot(
  snapshot: KeyedStateSnapshot,
  own: readonly TypeSerializer<unknown>[],
): readonly KeyedStateEntry[] {
  return entriesOfWritten(readBack(snapshot), own);
}

/** A snapshot as it is read back once all its files are written. */
export function readBack(snapshot: KeyedStateSnapshot): WrittenKeyedState {
  if (snapshot.kind === "full") return snapshot;
  const files = new Map(snapshot.files.map((file) => [file.name, file.read()]));
  return { kind: "incremental", meta: snapshot.meta, files };
}

/**
 * A snapshot in the canonical form, whatever form it was written in. Throws a `SerializationError` for bytes that are no
 * snapshot, and for a serializer that is not known where one is needed.
 */
export function canonicalFormOf(
  written: WrittenKeyedState,
  own: readonly TypeSerializer<unknown>[] = [],
): Uint8Array {
  if (written.kind === "full") return written.bytes;
  if (!isChangelogManifest(written.meta)) {
    return canonicalFormOfFiles(written.meta, written.files, own);
  }
  const { manifest, base, changes } = readWrittenChangelog(written);
  const { header, states } = manifest;
  const bytes = base === undefined ? NO_BYTES : canonicalFormOf(base, own);
  return replayChanges({ header, base: bytes, states, changes, own });
}
