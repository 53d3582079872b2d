// Keyed state whose files lie in the shared storage (Flink 2: ForStKeyedStateBackend of ForStStateBackend): the tree of
// RocksDB over a file system of its own. A checkpoint names the files, since they are where it needs them; a restore
// goes on with them, since nobody changes them; and what is read often is in the cache.

import { micros } from "../../../kernel/virtual-time.ts";
import type { CheckpointId } from "../../stream-element.ts";
import type { KeyGroupRange } from "../key-groups.ts";
import type { KeyedStateEntry } from "../keyed-snapshot-format.ts";
import type {
  KeyedSnapshot,
  KeyedStateBackend,
  KeyedStateSnapshot,
  WrittenKeyedState,
} from "../keyed-state-backend.ts";
import { RocksDBKeyedStateBackend } from "../rocksdb/rocksdb-keyed-state-backend.ts";
import type { RocksDBKeyedStateBackendOptions } from "../rocksdb/rocksdb-keyed-state-backend-options.ts";
import type { StateDescriptor } from "../state-descriptor.ts";
import type { StateOf } from "../state-of.ts";
import { FileCache, type FileCacheWork, type RemoteReadCosts } from "./file-cache.ts";
import { ForStFileSystem } from "./forst-file-system.ts";
import type { WorkingDirectory } from "./working-directory.ts";

/** What a ForSt backend is made for. */
export interface ForStKeyedStateBackendOptions
  extends Omit<
    RocksDBKeyedStateBackendOptions,
    "isIncremental" | "databases" | "databaseName" | "watcher"
  > {
  /** The files of the attempt. */
  readonly directory: WorkingDirectory;
  /** Where those of this backend go: no other ever writes there. */
  readonly folder: string;
  /** How much the cache holds; 0 for any amount. */
  readonly cacheLimitBytes: number;
  readonly readCosts: RemoteReadCosts;
}

/** The {@link KeyedStateBackend} for state that is larger than the task manager's disk, or must be recovered at once. */
export class ForStKeyedStateBackend implements KeyedStateBackend {
  readonly #database: RocksDBKeyedStateBackend;
  readonly #files: ForStFileSystem;
  readonly #cache: FileCache;

  constructor(options: ForStKeyedStateBackendOptions) {
    const { directory, folder, cacheLimitBytes, readCosts, ...tree } = options;
    this.#cache = new FileCache({
      limitBytes: cacheLimitBytes,
      costs: readCosts,
      charge: options.charge ?? (() => {}),
    });
    this.#files = new ForStFileSystem({ folder, directory, cache: this.#cache });
    this.#database = new RocksDBKeyedStateBackend({ ...tree, watcher: this.#files });
  }

  get keyGroupRange(): KeyGroupRange {
    return this.#database.keyGroupRange;
  }

  get currentKey(): unknown {
    return this.#database.currentKey;
  }

  /** What the cache has done so far. */
  get cacheWork(): FileCacheWork {
    return this.#cache.work;
  }

  setCurrentKey(key: unknown): void {
    this.#database.setCurrentKey(key);
  }

  clearCurrentKey(): void {
    this.#database.clearCurrentKey();
  }

  getState<D extends StateDescriptor>(descriptor: D): StateOf<D> {
    return this.#database.getState(descriptor);
  }

  stored(name: string): unknown {
    return this.#database.stored(name);
  }

  /** As {@link RocksDBKeyedStateBackend.snapshot}; without a `form` it refers to files. */
  snapshot(
    checkpoint: CheckpointId,
    form: KeyedStateSnapshot["kind"] = "incremental",
  ): KeyedSnapshot {
    // A merge that follows the snapshot may drop files that are in it.
    const end = this.#files.beginSnapshot();
    const snapshot = this.#database.snapshot(checkpoint, form);
    return {
      checkpoint,
      syncCost: snapshot.syncCost ?? micros(0),
      serialize: () => snapshot.serialize?.() ?? micros(0),
      writeAsync: () => this.#withPlaces(snapshot.writeAsync()),
      hash: (visit) => snapshot.hash(visit),
      release: () => {
        snapshot.release();
        end();
      },
    };
  }

  /** Goes on with files where they are, if it was told where; those that were read for it are copied. */
  restore(snapshots: readonly WrittenKeyedState[]): void {
    const inFiles = snapshots.filter((snapshot) => snapshot.kind === "incremental");
    const places = inFiles.flatMap(({ remote }) => [...(remote ?? [])]);
    const wereRead = inFiles.every(({ remote }) => remote === undefined);
    this.#files.restoring(wereRead ? undefined : new Map(places));
    this.#database.restore(snapshots);
  }

  entries(state?: string): readonly KeyedStateEntry[] {
    return this.#database.entries(state);
  }

  hash(visit: (part: Uint8Array) => void): void {
    this.#database.hash(visit);
  }

  close(): void {
    this.#database.close();
  }

  describeState(): unknown {
    return [this.#database.describeState(), this.#files.describeState()];
  }

  /** Every file with where it is in the shared storage. */
  #withPlaces(state: KeyedStateSnapshot): KeyedStateSnapshot {
    if (state.kind === "full") return state;
    const files = state.files.map((file) => {
      return { ...file, remote: this.#files.remoteOf(file.name) };
    });
    return { ...state, files };
  }
}
