// The contract of a keyed state backend (Flink: CheckpointableKeyedStateBackend): it holds the state of the keys of
// one subtask's key groups, and takes snapshots in two parts, so that the task works on while bytes are written.

import type { Duration } from "../../kernel/virtual-time.ts";
import type { CheckpointId } from "../stream-element.ts";
import type { KeyGroupRange } from "./key-groups.ts";
import type { KeyedStateEntry } from "./keyed-snapshot-format.ts";
import type { SharedFile } from "./shared-state-registry.ts";
import type { StateDescriptor } from "./state-descriptor.ts";
import type { StateOf } from "./state-of.ts";
import type { StoredState } from "./stored-state.ts";

/** Holds the state of every key of one subtask. */
export interface KeyedStateBackend {
  /** The key groups it is responsible for. */
  readonly keyGroupRange: KeyGroupRange;
  /** The key whose state the state objects show; `undefined` before the first. */
  readonly currentKey: unknown;
  /** Makes `key` current. Throws a `StateAccessError` if its key group is not in the range, or it is undefined or null. */
  setCurrentKey(key: unknown): void;
  /** Makes no key current: to use state throws a `StateAccessError` until one is. */
  clearCurrentKey(): void;

  /**
   * The state that the descriptor names, of whichever key is current at each call. One name always gives the same
   * object. Throws a `StateMigrationError` if the name is of another kind or serializer, or was in the restored snapshot
   * and cannot be migrated; what can is, at the first call. Using the state without a current key throws a `StateAccessError`.
   */
  getState<D extends StateDescriptor>(descriptor: D): StateOf<D>;

  /**
   * What is stored for the current key under a name: as `entries` shows it, not to be changed, and `undefined` if there
   * is nothing. Unlike a read through the state object it leaves everything as it is.
   */
  stored(name: string): unknown;

  /**
   * The synchronous part: fixes the state as it is now. Whoever calls owes the snapshot a `release`. It is in the form
   * that is asked for, if the backend has that one; else in the form of the backend's checkpoints.
   */
  snapshot(checkpoint: CheckpointId, form?: KeyedStateSnapshot["kind"]): KeyedSnapshot;

  /**
   * Takes over the entries of its own key groups from any number of snapshots, of any former parallelism. Only for a
   * backend that holds nothing yet. Throws a `SerializationError` for bytes that are no snapshot, and a
   * `StateMigrationError` if the key's serializer, the max parallelism, or two snapshots' ideas of one name differ, or
   * if they are in another backend's own form.
   */
  restore(snapshots: readonly WrittenKeyedState[]): void;

  /** Every (state, key, value), or those of one state, for inspection: copies, by key group, state name and key. */
  entries(state?: string): readonly KeyedStateEntry[];

  /** Visits bytes that are equal for two backends exactly if their contents are. */
  hash(visit: (part: Uint8Array) => void): void;

  /** Ends the backend's life: it lets go of what it holds outside the program. Its snapshots stay good. */
  close(): void;

  /** What determines its future, as plain data: its entries, and besides what state with a time to live depends on. */
  describeState(): unknown;
}

/** A backend that another may be built upon. */
export interface BaseKeyedStateBackend extends KeyedStateBackend {
  /** As `getState`, but as it is stored. */
  getStoredState(descriptor: StateDescriptor): StoredState;
  /** The present state in the canonical form. */
  canonicalForm(): Uint8Array;
}

/**
 * What a snapshot consists of. A full one is in the canonical form, which every backend reads; an incremental one in its
 * backend's own form, whose files later snapshots may refer to again.
 */
export type KeyedStateSnapshot = FullKeyedState | IncrementalKeyedStateSnapshot;

/** Bytes after `keyed-snapshot-format.ts`; none at all if there is no state. */
export interface FullKeyedState {
  readonly kind: "full";
  readonly bytes: Uint8Array;
}

/** A backend's own files at one instant (Flink: IncrementalRemoteKeyedStateHandle before its upload). */
export interface IncrementalKeyedStateSnapshot {
  readonly kind: "incremental";
  /** What only this snapshot has: which files there are, and what they mean. */
  readonly meta: Uint8Array;
  /** The files in the order they are to be written; one name always means the same bytes within one backend's life. */
  readonly files: readonly SnapshotFile[];
}

/** A file that never changes. */
export interface SnapshotFile {
  /** Such as "000012.sst": told apart from all others of this backend, and of those it was restored from. */
  readonly name: string;
  readonly sizeBytes: number;
  /** Where the backend itself keeps it in the shared storage; without this the checkpoint uploads it. */
  readonly remote?: SharedFile;
  /** Its bytes, made when they are asked for: most files were uploaded before. */
  read(): Uint8Array;
}

/** A snapshot read back. */
export type WrittenKeyedState =
  | FullKeyedState
  | {
      readonly kind: "incremental";
      readonly meta: Uint8Array;
      /** Bytes by the file's name. */
      readonly files: ReadonlyMap<string, Uint8Array>;
      /** Where they are in the shared storage, if the backend may go on with them there. */
      readonly remote?: ReadonlyMap<string, SharedFile>;
    };

/** State fixed at one instant, to be written later (Flink: the RunnableFuture of a snapshot). */
export interface KeyedSnapshot {
  readonly checkpoint: CheckpointId;
  /** How long the backend took to fix the state, beyond what every snapshot takes; nothing if it does not say. */
  readonly syncCost?: Duration;
  /** Does the work of `writeAsync` ahead, before it and at most once, and tells how long that takes. */
  serialize?(): Duration;
  /** The asynchronous part: the state as it was at the synchronous part. Once, and before `release`. */
  writeAsync(): KeyedStateSnapshot;
  /** Ends the snapshot, written or not: the backend need not keep this version any longer. Again is harmless. */
  release(): void;
  /** As the backend's `hash`, for the state that was fixed. Not after `release`. */
  hash(visit: (part: Uint8Array) => void): void;
}
