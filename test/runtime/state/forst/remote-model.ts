// A shared storage for tests of ForSt: writes come to an end later, some of them fail, and what a completed checkpoint
// refers to is watched over.
import { expect } from "vitest";
import { micros } from "../../../../sim/kernel/virtual-time.ts";
import { FileCache } from "../../../../sim/runtime/state/forst/file-cache.ts";
import { ForStKeyedStateBackend } from "../../../../sim/runtime/state/forst/forst-keyed-state-backend.ts";
import { WorkingDirectory } from "../../../../sim/runtime/state/forst/working-directory.ts";
import type { IncrementalKeyedStateSnapshot } from "../../../../sim/runtime/state/keyed-state-backend.ts";
import type { LsmTreeOptions } from "../../../../sim/runtime/state/rocksdb/lsm-tree-options.ts";
import type { SharedFile } from "../../../../sim/runtime/state/shared-state-registry.ts";
import { checkpointId } from "../../../../sim/runtime/stream-element.ts";
import { maxParallelism } from "../bank.ts";
import type { ClusterKit } from "../rocksdb/cluster.ts";

interface Write {
  readonly directory: WorkingDirectory;
  readonly path: string;
  readonly bytes: Uint8Array;
}

/** One storage, with the attempts that write to it. */
export class RemoteModel {
  readonly files = new Map<string, Uint8Array>();
  /** What completed checkpoints refer to. */
  readonly retained = new Map<string, Uint8Array>();
  readonly #failsEvery: number;
  #pending: Write[] = [];
  #writes = 0;

  /** Every so many writes one fails; 0 for none. */
  constructor(failsEvery = 0) {
    this.#failsEvery = failsEvery;
  }

  /** The directory of a new attempt. */
  open(): WorkingDirectory {
    const directory: WorkingDirectory = new WorkingDirectory({
      write: (path, bytes) => {
        this.#pending.push({ directory, path, bytes });
        if (this.#pending.length > 3) this.#settleOldest();
      },
      delete: (path) => {
        expect(this.retained.has(path), `deletion of ${path}, which a checkpoint needs`).toBe(
          false,
        );
        expect(this.files.delete(path)).toBe(true);
      },
    });
    return directory;
  }

  /** All that was on its way is lost with its writers. */
  abandon(): void {
    this.#pending = [];
  }

  /** Brings all writes to an end. */
  settle(): void {
    while (this.#pending.length > 0) this.#settleOldest();
  }

  /** Completes a checkpoint of these files: each is held until it is there, then handed in. */
  complete(
    directory: WorkingDirectory,
    { files }: IncrementalKeyedStateSnapshot,
  ): { readonly files: Map<string, Uint8Array>; readonly remote: Map<string, SharedFile> } {
    const bytes = new Map<string, Uint8Array>();
    const remote = new Map<string, SharedFile>();
    for (const { name, remote: place } of files) {
      if (place === undefined) throw new Error(`${name} is nowhere`);
      let holds = 1;
      while (directory.hold(place.path) === "writing") {
        holds++;
        this.settle();
      }
      for (; holds > 1; holds--) directory.release(place.path, false);
      const stored = this.files.get(place.path);
      if (stored === undefined) throw new Error(`${place.path} is not there`);
      expect(stored.length).toBe(place.sizeBytes);
      this.retained.set(place.path, stored);
      directory.release(place.path, true);
      bytes.set(name, stored);
      remote.set(name, place);
    }
    return { files: bytes, remote };
  }

  #settleOldest(): void {
    const [write] = this.#pending.splice(0, 1);
    if (write === undefined) return;
    const hasFailed = this.#failsEvery > 0 && ++this.#writes % this.#failsEvery === 0;
    if (!hasFailed) this.files.set(write.path, write.bytes);
    write.directory.settled(write.path, hasFailed);
  }
}

/** ForSt backends on such a storage. */
export class ForStKit implements ClusterKit {
  readonly storage: RemoteModel;
  readonly #tree: Partial<LsmTreeOptions>;
  readonly #cacheLimitBytes: number;
  #life = 0;
  #attempts: { readonly directory: WorkingDirectory; readonly backend: ForStKeyedStateBackend }[] =
    [];

  constructor(
    storage: RemoteModel,
    options: { readonly tree: Partial<LsmTreeOptions>; readonly cacheLimitBytes: number },
  ) {
    this.storage = storage;
    this.#tree = options.tree;
    this.#cacheLimitBytes = options.cacheLimitBytes;
  }

  make({ keyGroupRange, life, index }: Parameters<ClusterKit["make"]>[0]): ForStKeyedStateBackend {
    if (life > this.#life) {
      this.storage.abandon();
      this.#attempts = [];
    }
    this.#life = life;
    const directory = this.storage.open();
    const backend = new ForStKeyedStateBackend({
      maxParallelism,
      keyGroupRange,
      tree: this.#tree,
      directory,
      folder: `w/shared/attempt-${life}/${index}`,
      cacheLimitBytes: this.#cacheLimitBytes,
      readCosts: { latency: micros(5), bytesPerSecond: 1_000_000 },
    });
    this.#attempts.push({ directory, backend });
    return backend;
  }

  complete(
    state: IncrementalKeyedStateSnapshot,
    index: number,
  ): ReturnType<RemoteModel["complete"]> {
    const directory = this.#attempts[index]?.directory;
    if (directory === undefined) throw new Error(`There is no subtask ${index}`);
    return this.storage.complete(directory, state);
  }

  /** Everything that completed checkpoints need is there, and the living attempts have left nothing else behind. */
  expectTidy(): void {
    const { files, retained } = this.storage;
    const inUse = new Set<string>();
    for (const { backend } of this.#attempts) {
      // What follows the first is merged before the second.
      backend.snapshot(checkpointId(1)).release();
      const snapshot = backend.snapshot(checkpointId(2));
      const state = snapshot.writeAsync();
      snapshot.release();
      if (state.kind === "full") continue;
      for (const { remote } of state.files) inUse.add(remote?.path ?? "");
    }
    this.storage.settle();
    for (const [path, bytes] of retained) expect(files.get(path), path).toBe(bytes);
    for (const path of files.keys()) {
      if (!path.includes(`/attempt-${this.#life}/`) || retained.has(path)) continue;
      expect(inUse, `${path} is there`).toContain(path);
    }
  }
}

/** A cache that says what it charges. */
export function meteredCache(limitBytes: number): {
  readonly cache: FileCache;
  readonly spent: () => number;
} {
  let spent = 0;
  const cache = new FileCache({
    limitBytes,
    costs: { latency: micros(5000), bytesPerSecond: 50_000_000 },
    charge: (cost) => {
      spent += cost;
    },
  });
  return { cache, spent: () => spent };
}
