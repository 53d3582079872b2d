// Where checkpoints lie in the simulated storage, and what kind of place that is: a file system, or an object store.

import type { EntropyOptions } from "../runtime/checkpoint/entropy-injection.ts";
import { withoutEntropy } from "../runtime/checkpoint/entropy-injection.ts";
import { type Configuration, OPTIONS } from "../runtime/configuration.ts";
import type { StorageTiming } from "../storage/shared-storage.ts";

/** The place of a job's checkpoints. */
export interface CheckpointLocation {
  /** Where state files go; with entropy each lies elsewhere. */
  readonly directory: string;
  /** Where `_metadata` files go. */
  readonly metadataDirectory: string;
  readonly entropy: EntropyOptions | undefined;
  readonly objectStore: StorageTiming["objectStore"];
}

const OBJECT_STORE = /^s3[ap]?:/;

/** Where checkpoints lie; `s3://bucket/checkpoints` is in an object store. */
export function checkpointLocationOf(configuration: Configuration): CheckpointLocation {
  const path = configuration.get(OPTIONS.checkpointDirectory) ?? "checkpoints";
  const directory = directoryOf(path);
  if (!OBJECT_STORE.test(path)) {
    const nowhere = { entropy: undefined, objectStore: undefined };
    return { directory, metadataDirectory: directory, ...nowhere };
  }
  const key = configuration.get(OPTIONS.entropyKey);
  const length = configuration.get(OPTIONS.entropyLength);
  const entropy = key === undefined ? undefined : { key, length };
  const [bucket = ""] = directory.split("/");
  return {
    directory,
    metadataDirectory: withoutEntropy(directory, entropy).replace(/\/+$/, ""),
    entropy,
    objectStore: { prefix: `${bucket}/`, latency: configuration.get(OPTIONS.objectStoreLatency) },
  };
}

/** A place in the simulated storage: `file:///checkpoints` and `checkpoints` are the same one. */
export function directoryOf(location: string): string {
  return location.replace(/^[a-z0-9]+:\/*/, "").replace(/\/+$/, "");
}
