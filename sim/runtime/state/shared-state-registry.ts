// Which files several checkpoints refer to, and when the last of them has gone (Flink: SharedStateRegistryImpl). It
// counts no references: a file goes when the lowest retained checkpoint is newer than the last one that used it. So
// what only an aborted checkpoint brought goes by the same rule.

import { compareText } from "../../kernel/plain-object.ts";
import { stateHashOf } from "../../kernel/state-hash.ts";
import type { CheckpointId } from "../stream-element.ts";

/** Bytes that several checkpoints may refer to: in a file, or small enough to be carried along. */
export type SharedStateHandle = SharedFile | InlineSharedState;

/** A file in the checkpoint storage, as a checkpoint's `FileStateHandle`. Handles of one path are the same file. */
export interface SharedFile {
  readonly kind: "file";
  readonly path: string;
  readonly sizeBytes: number;
  /** Hash of the file's bytes, if its writer made one. */
  readonly hash?: string;
}

interface InlineSharedState {
  readonly kind: "inline";
  readonly bytes: Uint8Array;
}

/** Says that a backend uses what it has uploaded before (Flink: PlaceholderStreamStateHandle). */
export interface PlaceholderHandle {
  readonly kind: "placeholder";
}

/** One use of shared state, as a checkpoint hands it in. */
export interface SharedState {
  /** Names the bytes, among all subtasks and for ever (Flink: SharedStateRegistryKey). */
  readonly key: string;
  readonly handle: SharedStateHandle | PlaceholderHandle;
  /**
   * For state that an older checkpoint brought: if that one was restored, it must not be deleted while the state is in
   * use, since more of it is used than is registered here (changelog state). Once said it stays said.
   */
  readonly preventsDiscardingCreatedCheckpoint?: boolean;
}

/** The names of all claim modes. */
export const RECOVERY_CLAIM_MODES = ["CLAIM", "NO_CLAIM", "LEGACY"] as const;

/**
 * What becomes of the checkpoint that a job is restored from (Flink: RecoveryClaimMode). `CLAIM` makes it the engine's
 * own; with `NO_CLAIM` it stays the user's and the job soon does without; with `LEGACY` it is neither's.
 */
export type RecoveryClaimMode = (typeof RECOVERY_CLAIM_MODES)[number];

/** The mode of a restore that does not name one. */
export const RECOVERY_CLAIM_MODE_DEFAULT: RecoveryClaimMode = "NO_CLAIM";

/** Which snapshots may refer to the files of which (Flink: SnapshotType.SharingFilesStrategy). */
export type SharingFilesStrategy =
  /** It may build on earlier ones, and later ones on it: a checkpoint. */
  | "FORWARD_BACKWARD"
  /** Only later ones may build on it: a full checkpoint. */
  | "FORWARD"
  /** It stands alone, all its files in its own folder: a savepoint. */
  | "NO_SHARING";

/** A checkpoint that a job is restored from. */
export interface RestoredSharedState {
  readonly checkpoint: CheckpointId;
  readonly states: readonly SharedState[];
  readonly sharingFilesStrategy: SharingFilesStrategy;
  readonly claimMode: RecoveryClaimMode;
}

/** What came of handing in shared state. A refusal changes nothing. */
export type SharedStateRegistration =
  /** The handles to write into the checkpoint instead of those handed in, in the same order. */
  | { readonly kind: "registered"; readonly handles: readonly SharedStateHandle[] }
  | {
      readonly kind: "refused";
      readonly refusal: SharedStateRefusal;
      readonly message: string;
    };

/** Why shared state cannot be registered; in Flink both are an `IllegalStateException`. */
export type SharedStateRefusal =
  /** A placeholder for what was never uploaded, or is deleted. */
  | "UNKNOWN_STATE"
  /** Other bytes under a key in use. */
  | "UNEQUAL_STATE";

/** Delete this file: no checkpoint will ever need it. */
export interface DeleteSharedFile {
  readonly kind: "delete-shared-file";
  readonly key: string;
  readonly file: SharedFile;
}

/** What follows from a new lowest retained checkpoint. */
export interface UnusedSharedState {
  /** By key: the order of registration must not tell, since subtasks acknowledge in any order. */
  readonly deletions: readonly DeleteSharedFile[];
  /** Restored checkpoints that must not be deleted yet, although newer ones are retained; by id. */
  readonly checkpointsInUse: readonly CheckpointId[];
}

interface Entry {
  readonly handle: SharedStateHandle;
  readonly createdBy: CheckpointId;
  readonly lastUsedBy: CheckpointId;
  readonly preventsDiscardingCreatedCheckpoint: boolean;
}

/** All shared state that checkpoints of one job refer to, pending ones included. */
export class SharedStateRegistry {
  readonly #entries = new Map<string, Entry>();
  readonly #restored = new Map<CheckpointId, SharingFilesStrategy>();
  /** What this checkpoint or an older one brought is the user's, and never deleted. Below all ids if there is none. */
  #highestNotClaimed = -1;

  /**
   * `checkpoint` uses `states`. The first handle under a key stays; an equal one or a placeholder only says that the
   * state is used once more.
   *
   * @example registry.register(checkpoint, [{ key: "000012.sst", handle: { kind: "placeholder" } }])
   */
  register(checkpoint: CheckpointId, states: readonly SharedState[]): SharedStateRegistration {
    const used = new Map<string, Entry>();
    const handles: SharedStateHandle[] = [];
    for (const state of states) {
      const before = used.get(state.key) ?? this.#entries.get(state.key);
      const entry =
        before === undefined ? create(checkpoint, state) : use(checkpoint, state, before);
      if (entry === undefined) return refused(checkpoint, state);
      used.set(state.key, entry);
      handles.push(entry.handle);
    }
    for (const [key, entry] of used) this.#entries.set(key, entry);
    return { kind: "registered", handles };
  }

  /**
   * The job starts from this checkpoint. If several are restored, they come by id, the oldest first. Unless it is
   * claimed, no file it refers to will ever be deleted.
   */
  registerRestored(restored: RestoredSharedState): SharedStateRegistration {
    const { checkpoint, states, sharingFilesStrategy, claimMode } = restored;
    const registration = this.register(checkpoint, states);
    if (registration.kind === "refused") return registration;
    this.#restored.set(checkpoint, sharingFilesStrategy);
    if (claimMode !== "CLAIM") {
      this.#highestNotClaimed = Math.max(this.#highestNotClaimed, checkpoint);
    }
    return registration;
  }

  /**
   * `lowestRetained` is now the oldest checkpoint the job may be recovered from: forgets what was last used before it.
   * To be told after each completed checkpoint, so that what aborted ones brought goes as well. If none is retained,
   * nothing goes: the next one may use all of it.
   */
  unregisterUnused(lowestRetained: CheckpointId | undefined): UnusedSharedState {
    if (lowestRetained === undefined) return { deletions: [], checkpointsInUse: [] };
    const deletions: DeleteSharedFile[] = [];
    const inUse = new Set<CheckpointId>();
    for (const [key, entry] of this.#entries) {
      const { handle, createdBy, lastUsedBy } = entry;
      if (lastUsedBy < lowestRetained) {
        this.#entries.delete(key);
        if (handle.kind === "file" && createdBy > this.#highestNotClaimed) {
          deletions.push({ kind: "delete-shared-file", key, file: handle });
        }
      } else if (this.#needsItsCreator(entry)) {
        inUse.add(createdBy);
      }
    }
    return {
      deletions: deletions.sort((left, right) => compareText(left.key, right.key)),
      checkpointsInUse: [...inUse].sort((left, right) => left - right),
    };
  }

  /** Whether a checkpoint uses the state under a key, or used it until one that is still to be told of. */
  has(key: string): boolean {
    return this.#entries.has(key);
  }

  /** An equal registry that shares nothing with this one. */
  clone(): SharedStateRegistry {
    const copy = new SharedStateRegistry();
    for (const [key, entry] of this.#entries) copy.#entries.set(key, entry);
    for (const [checkpoint, strategy] of this.#restored) copy.#restored.set(checkpoint, strategy);
    copy.#highestNotClaimed = this.#highestNotClaimed;
    return copy;
  }

  /** Plain data that determines everything this registry will do. */
  describeState(): unknown {
    return {
      entries: [...this.#entries].sort(([left], [right]) => compareText(left, right)),
      restored: [...this.#restored].sort(([left], [right]) => left - right),
      highestNotClaimed: this.#highestNotClaimed,
    };
  }

  /** Equal for two registries that will do the same. */
  stateHash(): string {
    return stateHashOf(this.describeState());
  }

  /** Whether the checkpoint that brought it was restored, and cannot be deleted without it. */
  #needsItsCreator({ createdBy, preventsDiscardingCreatedCheckpoint }: Entry): boolean {
    const strategy = this.#restored.get(createdBy);
    if (strategy === undefined) return false;
    return preventsDiscardingCreatedCheckpoint || strategy === "NO_SHARING";
  }
}

/** The entry of a state that is new; undefined for a placeholder. */
function create(checkpoint: CheckpointId, { handle }: SharedState): Entry | undefined {
  if (handle.kind === "placeholder") return undefined;
  return {
    handle,
    createdBy: checkpoint,
    lastUsedBy: checkpoint,
    preventsDiscardingCreatedCheckpoint: false,
  };
}

/** The entry of a state that is used once more; undefined if it is another. */
function use(checkpoint: CheckpointId, state: SharedState, before: Entry): Entry | undefined {
  const { handle, preventsDiscardingCreatedCheckpoint = false } = state;
  if (handle.kind !== "placeholder" && !isEqualHandle(handle, before.handle)) return undefined;
  return {
    ...before,
    lastUsedBy: before.lastUsedBy < checkpoint ? checkpoint : before.lastUsedBy,
    preventsDiscardingCreatedCheckpoint:
      before.preventsDiscardingCreatedCheckpoint || preventsDiscardingCreatedCheckpoint,
  };
}

function isEqualHandle(left: SharedStateHandle, right: SharedStateHandle): boolean {
  if (left.kind === "file") return right.kind === "file" && left.path === right.path;
  return (
    right.kind === "inline" &&
    left.bytes.length === right.bytes.length &&
    left.bytes.every((byte, index) => byte === right.bytes[index])
  );
}

function refused(checkpoint: CheckpointId, { key, handle }: SharedState): SharedStateRegistration {
  const [refusal, problem] =
    handle.kind === "placeholder"
      ? ([
          "UNKNOWN_STATE",
          "found a placeholder, expected its handle: nothing is registered",
        ] as const)
      : ([
          "UNEQUAL_STATE",
          "found another state, expected that registered or a placeholder",
        ] as const);
  const message = `Cannot register shared state ${key} of checkpoint ${checkpoint}: ${problem}`;
  return { kind: "refused", refusal, message };
}
