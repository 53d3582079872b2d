// Second copies of a subtask's keyed state on the disk of its machine (Flink: TaskLocalStateStoreImpl). They are never
// the truth: a restore takes one only if it is, byte for byte, what the completed checkpoint refers to
// (PrioritizedOperatorSubtaskState), and in any other case reads the checkpoint storage as if there were none.
//
//   local-state/<subtask>/chk-<n>/<operator>/state                       keyed state in one piece
//   local-state/<subtask>/chk-<n>/<operator>/{meta, 000012.sst, ...}     keyed state in its backend's files

import { bytesHash } from "../../kernel/hash.ts";
import { must } from "../../kernel/invariant.ts";
import type { Incarnation } from "../../kernel/place.ts";
import type { HostDisk } from "../../storage/host-disk.ts";
import type { LocalStateCopies } from "../checkpoint/checkpointable.ts";
import type { KeyedStateHandle, StateHandle } from "../checkpoint/state-handle.ts";
import type { KeyedStateSnapshot, WrittenKeyedState } from "../state/keyed-state-backend.ts";
import { compareBytes } from "../state/rocksdb/byte-order.ts";
import type { CheckpointId } from "../stream-element.ts";
import type { LocalRecoveryRecorder } from "./events.ts";
import type { LocalRecoveryConfig } from "./local-recovery-config.ts";

/** The machine that copies lie on, and where it records what becomes of them. */
export interface LocalStateHost {
  readonly disk: HostDisk;
  readonly recorder: LocalRecoveryRecorder;
  readonly at: Incarnation;
}

/** A file of a copy by its name there, and what it is a copy of. */
type Piece = readonly [name: string, handle: StateHandle];

/** Bytes by the file's name, or why there is nothing to be used. */
type LocalFiles = ReadonlyMap<string, Uint8Array> | { readonly reason: string };

const ROOT = "local-state";
const COPY = /^local-state\/([^/]+)\/chk-(\d+)\//;
const WHOLE = "state";
const META = "meta";

/** The copies of one subtask, whichever attempt made them. */
export class TaskLocalStateStore implements LocalStateCopies {
  readonly #host: LocalStateHost;
  readonly #task: string;
  readonly #config: LocalRecoveryConfig;

  constructor(host: LocalStateHost, task: string, config: LocalRecoveryConfig) {
    this.#host = host;
    this.#task = task;
    this.#config = config;
  }

  storeLocalState(checkpoint: CheckpointId, states: ReadonlyMap<string, KeyedStateSnapshot>): void {
    if (!this.#config.isBackupEnabled || states.size === 0) return;
    const { disk, recorder, at } = this.#host;
    let files = 0;
    let bytes = 0;
    for (const [operator, snapshot] of states) {
      for (const [name, content] of filesOf(snapshot)) {
        disk.write(this.#pathOf(checkpoint, operator, name), content);
        files++;
        bytes += content.length;
      }
    }
    disk.sync();
    const fields = { task: this.#task, checkpoint, files, bytes };
    recorder.record("local-state-stored", at, fields);
  }

  /** The copy of what `handle` refers to. Undefined if the checkpoint storage has to be asked: it has the truth. */
  retrieveLocalState(
    checkpoint: CheckpointId,
    operator: string,
    handle: KeyedStateHandle,
  ): WrittenKeyedState | undefined {
    if (!this.#config.isRecoveryEnabled) return undefined;
    const files = this.#read(checkpoint, operator, piecesOf(handle));
    const reason = "reason" in files ? files.reason : "";
    const { recorder, at } = this.#host;
    recorder.record("restore-alternative-chosen", at, {
      task: this.#task,
      operator,
      checkpoint,
      alternative: reason === "" ? "local" : "remote",
      reason,
    });
    return "reason" in files ? undefined : stateOf(files);
  }

  /** Copies of older checkpoints are of no use any more. */
  confirmCheckpoint(checkpoint: CheckpointId): void {
    discardCopies(this.#host, (copy) => copy.task === this.#task && copy.checkpoint < checkpoint);
  }

  abortCheckpoint(checkpoint: CheckpointId): void {
    discardCopies(this.#host, (copy) => copy.task === this.#task && copy.checkpoint === checkpoint);
  }

  #read(checkpoint: CheckpointId, operator: string, pieces: readonly Piece[]): LocalFiles {
    const files = new Map<string, Uint8Array>();
    for (const [name, handle] of pieces) {
      const path = this.#pathOf(checkpoint, operator, name);
      const bytes = this.#host.disk.read(path);
      if (bytes === undefined) return { reason: `no file at ${path}` };
      if (!isCopyOf(handle, bytes)) return { reason: `${path} is not what the checkpoint has` };
      files.set(name, bytes);
    }
    return files;
  }

  #pathOf(checkpoint: CheckpointId, operator: string, name: string): string {
    const folder = `${ROOT}/${encodeURIComponent(this.#task)}/chk-${checkpoint}`;
    return `${folder}/${encodeURIComponent(operator)}/${name}`;
  }
}

/** Deletes every copy on a machine: the job they are of is over. */
export function releaseLocalState(host: LocalStateHost): void {
  discardCopies(host, () => true);
}

/** The files of all copies on a disk, for telling disks apart. */
export function localStateFilesOf(disk: HostDisk): readonly string[] {
  return disk.list(`${ROOT}/`);
}

interface Copy {
  readonly task: string;
  readonly checkpoint: number;
}

function discardCopies(
  { disk, recorder, at }: LocalStateHost,
  isDiscarded: (copy: Copy) => boolean,
): void {
  const discarded = new Map<string, Copy>();
  for (const path of localStateFilesOf(disk)) {
    const [folder = "", task = "", checkpoint = ""] = COPY.exec(path) ?? [];
    const copy = { task: decodeURIComponent(task), checkpoint: Number(checkpoint) };
    if (!isDiscarded(copy)) continue;
    disk.delete(path);
    discarded.set(folder, copy);
  }
  if (discarded.size === 0) return;
  disk.sync();
  for (const copy of discarded.values()) {
    recorder.record("local-state-discarded", at, { ...copy });
  }
}

function filesOf(snapshot: KeyedStateSnapshot): readonly (readonly [string, Uint8Array])[] {
  if (snapshot.kind === "full") return [[WHOLE, snapshot.bytes]];
  const files = snapshot.files.map((file) => [file.name, file.read()] as const);
  return [[META, snapshot.meta], ...files];
}

function piecesOf(handle: KeyedStateHandle): readonly Piece[] {
  if (handle.kind !== "incremental") return [[WHOLE, handle]];
  return [[META, handle.meta], ...handle.files.map((file) => [file.name, file.handle] as const)];
}

function stateOf(files: ReadonlyMap<string, Uint8Array>): WrittenKeyedState {
  const whole = files.get(WHOLE);
  if (whole !== undefined) return { kind: "full", bytes: whole };
  const meta = must(files.get(META), "meta of a copy that was read");
  return {
    kind: "incremental",
    meta,
    files: new Map([...files].filter(([name]) => name !== META)),
  };
}

/** Without a hash nobody can tell. */
function isCopyOf(handle: StateHandle, bytes: Uint8Array): boolean {
  if (handle.kind === "inline") return compareBytes(handle.bytes, bytes) === 0;
  return bytes.length === handle.sizeBytes && bytesHash(bytes) === handle.hash;
}
