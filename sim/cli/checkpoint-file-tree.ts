// The files that a checkpoint refers to as a tree: its own, and those it shares with other checkpoints. Folders are what
// paths have in common, as the simulated storage has none of its own: `shared/` is there once a file is in it, and
// `taskowned/`, which Flink makes beside it for files that tasks keep for themselves, never.

import {
  type CompletedCheckpoint,
  getState,
  sharedFilesOfCheckpoint,
} from "../runtime/checkpoint/completed-checkpoint.ts";
import type { KeyedStateHandle, StateHandle } from "../runtime/checkpoint/state-handle.ts";

/** A file that a checkpoint refers to. */
export interface CheckpointFile {
  readonly path: string;
  readonly bytes: number;
  /** For a file that other checkpoints may refer to as well: the one that brought it. */
  readonly broughtBy?: number;
}

/** All files of a checkpoint by path, `_metadata` among them, whose size is `metadataBytes`. */
export function checkpointFiles(
  checkpoint: CompletedCheckpoint,
  metadataBytes: number,
): readonly CheckpointFile[] {
  const own = checkpoint.operators.flatMap((operator) =>
    getState(operator).flatMap((state) => [
      ...ownFiles(state?.keyed),
      ...ownFiles(state?.operator),
    ]),
  );
  const shared = sharedFilesOfCheckpoint(checkpoint).flatMap(({ handle }) =>
    ownFiles(handle).map((file) => ({ ...file, ...creatorOf(file.path) })),
  );
  const metadata = { path: checkpoint.metadataPath, bytes: metadataBytes };
  return [metadata, ...own, ...shared].sort((one, other) => (one.path < other.path ? -1 : 1));
}

/** The tree in lines: a folder's name before what is in it. */
export function fileTreeLines(files: readonly CheckpointFile[]): readonly string[] {
  const lines: string[] = [];
  let folder: readonly string[] = [];
  for (const { path, bytes, broughtBy } of files) {
    const parts = path.split("/");
    const name = parts.pop() ?? path;
    const common = commonLength(folder, parts);
    for (let depth = common; depth < parts.length; depth++) {
      lines.push(`${indent(depth)}${parts[depth]}/`);
    }
    folder = parts;
    const creator = broughtBy === undefined ? "" : `, brought by checkpoint ${broughtBy}`;
    const size = bytes === 1 ? "1 byte" : `${bytes} bytes`;
    lines.push(`${indent(parts.length)}${name}  ${size}${creator}`);
  }
  return lines;
}

function ownFiles(handle: KeyedStateHandle | StateHandle | undefined): readonly CheckpointFile[] {
  switch (handle?.kind) {
    case "file":
      return [{ path: handle.path, bytes: handle.sizeBytes }];
    case "incremental":
      return ownFiles(handle.meta);
    default:
      return [];
  }
}

/** A shared file is named for the checkpoint that brought it. */
function creatorOf(path: string): { readonly broughtBy?: number } {
  const id = /\/shared\/chk-(\d+)-/.exec(path)?.[1];
  return id === undefined ? {} : { broughtBy: Number(id) };
}

function commonLength(one: readonly string[], other: readonly string[]): number {
  const differs = one.findIndex((part, index) => part !== other[index]);
  return differs === -1 ? one.length : differs;
}

function indent(depth: number): string {
  return "  ".repeat(depth + 1);
}
