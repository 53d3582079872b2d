// Reads the state in an incremental snapshot without a backend and without the job that wrote it: for recording and for
// `inspect`.

import {
  type KeyedStateEntry,
  readKeyedSnapshot,
  readSerializedStates,
} from "../keyed-snapshot-format.ts";
import { serializerById } from "../serializer-by-id.ts";
import type { TypeSerializer } from "../type-serializer.ts";
import { canonicalForm, serializedStatesOf } from "./canonical-form.ts";
import { LsmTree } from "./lsm-tree.ts";
import { filesOf, readManifest } from "./manifest-format.ts";
import { mapKeyReaderById } from "./map-key-reader.ts";

/**
 * Every (state, key, value) of an incremental snapshot, as `readKeyedSnapshot` gives those of a full one. `files` are the
 * bytes by name, `own` the job's serializers that are not built in. Throws a `SerializationError` for bytes that are no
 * snapshot, or have changed, and for a file that is missing.
 */
export function readIncrementalSnapshot(
  meta: Uint8Array,
  files: ReadonlyMap<string, Uint8Array>,
  own: readonly TypeSerializer<unknown>[] = [],
): readonly KeyedStateEntry[] {
  return readKeyedSnapshot(canonicalFormOfFiles(meta, files, own), own);
}

/** The canonical form of an incremental snapshot, byte for byte as if it had been written so. */
export function canonicalFormOfFiles(
  meta: Uint8Array,
  files: ReadonlyMap<string, Uint8Array>,
  own: readonly TypeSerializer<unknown>[] = [],
): Uint8Array {
  const manifest = readManifest(meta);
  const { header, nextFileNumber, states } = manifest;
  const tree = new LsmTree({ from: { files: filesOf(manifest, files), nextFileNumber } });
  const keySerializer = serializerById(header.keySerializerId, own);
  const stored = serializedStatesOf(tree.version(), states, {
    keySerializer,
    mapKeyReaderOf: (state) => mapKeyReaderById(state, own),
  });
  const carried =
    manifest.carried.length === 0 ? [] : readSerializedStates(manifest.carried).states;
  const carriedByName = new Map(carried.map((state) => [state.name, state]));
  return canonicalForm(header, stored, carriedByName);
}
