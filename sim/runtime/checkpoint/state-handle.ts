// Where state is after a snapshot (Flink: StreamStateHandle and its kinds): in a file, carried along, or, for keyed
// state in its backend's own files, spread over files that several checkpoints refer to.

import type { OperatorStateMeta } from "../state/operator-state-redistribution.ts";
import type { PlaceholderHandle } from "../state/shared-state-registry.ts";

/** Where bytes of state are: in a file of the checkpoint storage, or carried along. */
export type StateHandle = FileStateHandle | InlineStateHandle;

/** State in a file (Flink: FileStateHandle). */
export interface FileStateHandle {
  readonly kind: "file";
  readonly path: string;
  readonly sizeBytes: number;
  /** Hash of the file's bytes, if its writer made one. */
  readonly hash?: string;
}

/** State small enough to be carried along (Flink: ByteStreamStateHandle). */
export interface InlineStateHandle {
  readonly kind: "inline";
  readonly bytes: Uint8Array;
}

/** The operator state of one subtask (Flink: OperatorStateHandle). */
export type OperatorStateHandle = StateHandle & {
  /** What is in it, by name. */
  readonly states: readonly OperatorStateMeta[];
};

/** What keyed state of a subtask is in: one piece in the canonical form, or its backend's files. */
export type KeyedStateHandle<Shared = StateHandle> = StateHandle | IncrementalStateHandle<Shared>;

/** Keyed state as its backend's own files (Flink: IncrementalRemoteKeyedStateHandle). */
export interface IncrementalStateHandle<Shared = StateHandle> {
  readonly kind: "incremental";
  /** What only this checkpoint has: which files there are and what they mean. */
  readonly meta: StateHandle;
  readonly files: readonly SharedFileHandle<Shared>[];
}

/** A file that other checkpoints may refer to as well. */
export interface SharedFileHandle<Shared = StateHandle> {
  /** The backend's name for it. */
  readonly name: string;
  /** Its name in the shared-state registry, which no other bytes ever have. */
  readonly key: string;
  readonly sizeBytes: number;
  readonly handle: Shared;
}

/** What an acknowledgement says of a shared file: where it is, or that it was handed in before. */
export type HandedInFile = StateHandle | PlaceholderHandle;

/** The files that only one checkpoint refers to. */
export function exclusiveFilesOf(handle: KeyedStateHandle<unknown> | undefined): readonly string[] {
  switch (handle?.kind) {
    case "file":
      return [handle.path];
    case "incremental":
      return exclusiveFilesOf(handle.meta);
    default:
      return [];
  }
}

/** The shared files of a handle; none unless it is incremental. */
export function sharedFilesOf<Shared>(
  handle: KeyedStateHandle<Shared> | undefined,
): readonly SharedFileHandle<Shared>[] {
  return handle?.kind === "incremental" ? handle.files : [];
}
