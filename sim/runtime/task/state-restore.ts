// Reads the state an attempt starts from (Flink: TaskStateManager): what travelled in the deployment is there at
// once, the rest is read from the checkpoint's files, each of which must be there and be what was written. Keyed state
// of which there is a copy on this machine is not asked for.

import { bytesHash } from "../../kernel/hash.ts";
import { must } from "../../kernel/invariant.ts";
import type { StorageOutcome, StorageRequest } from "../../storage/shared-storage.ts";
import type { AssignedState } from "../checkpoint/state-assignment.ts";
import type {
  FileStateHandle,
  IncrementalStateHandle,
  KeyedStateHandle,
  SharedFileHandle,
  StateHandle,
} from "../checkpoint/state-handle.ts";
import type { TaskLocalStateStore } from "../local-recovery/task-local-state-store.ts";
import type { WrittenKeyedState } from "../state/keyed-state-backend.ts";
import type { OperatorStateShare } from "../state/operator-state-redistribution.ts";
import type { CheckpointId } from "../stream-element.ts";
import type { RestoredState } from "./stream-operator.ts";

/** The state an attempt starts from. */
export interface TaskRestore {
  readonly checkpoint: CheckpointId;
  /** Whether snapshots may refer to the files restored from. */
  readonly mayBuildOn: boolean;
  /** By operator uid. */
  readonly operators: ReadonlyMap<string, AssignedState>;
}

/** Names one file that is being read. */
export interface RestoreTag {
  readonly kind: "restored";
  /** Which of the attempt's reads it is. */
  readonly read: number;
}

/** Bytes that are here, or will be. */
interface Piece {
  bytes: Uint8Array | undefined;
}

/** A file under way. */
interface Read {
  readonly operator: string;
  readonly part: "keyed" | "operator";
  readonly file: FileStateHandle;
  readonly piece: Piece;
}

/** Files of a completed checkpoint that an operator goes on with. */
export interface ReusableFiles {
  readonly checkpoint: CheckpointId;
  readonly operator: string;
  readonly files: readonly SharedFileHandle[];
}

/** The state of one operator, whose pieces are being read. */
interface OperatorRestore {
  readonly keyed: readonly (() => WrittenKeyedState)[];
  readonly operator: readonly Piece[];
  readonly operatorShares: readonly OperatorStateShare[];
}

/** The reads of one attempt. */
export class StateRestore {
  readonly #restore: TaskRestore | undefined;
  readonly #opensFiles: boolean;
  readonly #request: (request: StorageRequest, tag: RestoreTag) => void;
  readonly #localState: TaskLocalStateStore | undefined;
  readonly #operators = new Map<string, OperatorRestore>();
  readonly #reads: Read[] = [];
  #filesToRead = 0;

  /**
   * `request` asks the storage; what comes of it is handed to `onRead`. With `opensFiles` the files of incremental state
   * are not read, for the backend goes on with them where they are, if it may build on them.
   */
  constructor(
    {
      restore,
      opensFiles,
    }: { readonly restore: TaskRestore | undefined; readonly opensFiles: boolean },
    request: (request: StorageRequest, tag: RestoreTag) => void,
    localState?: TaskLocalStateStore,
  ) {
    this.#restore = restore;
    this.#opensFiles = opensFiles && restore?.mayBuildOn === true;
    this.#request = request;
    this.#localState = localState;
  }

  /** The checkpoint restored; undefined for a start from nothing. */
  get checkpoint(): CheckpointId | undefined {
    return this.#restore?.checkpoint;
  }

  /** Whether everything is here. */
  get isComplete(): boolean {
    return this.#filesToRead === 0;
  }

  /** Starts to read. */
  start(): void {
    for (const [operator, state] of this.#restore?.operators ?? []) {
      this.#operators.set(operator, {
        keyed:
          this.#retrieveLocal(operator, state) ??
          state.keyed.map((handle) => this.#readKeyed(operator, handle)),
        operator: state.operator.handles.map((handle) => {
          return this.#read(operator, "operator", handle);
        }),
        operatorShares: state.operator.shares,
      });
    }
  }

  /** Takes what came of a read. Returns what is wrong with the file, if something is: no restart will mend it. */
  onRead(tag: RestoreTag, outcome: StorageOutcome): string | undefined {
    const { operator, part, file, piece } = must(this.#reads[tag.read], () => `read ${tag.read}`);
    const damage = damageOf(file, outcome);
    if (damage !== undefined || outcome.kind !== "read") {
      const from = `from checkpoint ${this.#restore?.checkpoint}`;
      return `Cannot restore ${part} state of ${operator} ${from}: ${damage}`;
    }
    piece.bytes = outcome.bytes;
    this.#filesToRead--;
    return undefined;
  }

  /** The state of each operator, by uid, once everything is here. */
  states(): ReadonlyMap<string, RestoredState> {
    const restored = new Map<string, RestoredState>();
    if (this.#restore === undefined) return restored;
    const { checkpoint } = this.#restore;
    for (const [uid, { keyed, operator, operatorShares }] of this.#operators) {
      restored.set(uid, {
        checkpoint,
        keyed: keyed.map((state) => state()),
        operator: operator.map(bytesOf),
        operatorShares,
      });
    }
    return restored;
  }

  /**
   * The operators that start from the files of one former subtask, with those files: a snapshot that still has them need
   * not upload them again.
   */
  get reusable(): readonly ReusableFiles[] {
    if (this.#restore?.mayBuildOn !== true) return [];
    const { checkpoint, operators } = this.#restore;
    if (this.#opensFiles) return [];
    return [...operators].flatMap(([operator, { keyed }]) => {
      const [only] = keyed;
      if (keyed.length !== 1 || only?.kind !== "incremental") return [];
      return [{ checkpoint, operator, files: only.files }];
    });
  }

  /** The copy on this machine, if this is the one state that the subtask itself had. */
  #retrieveLocal(operator: string, { keyed }: AssignedState): OperatorRestore["keyed"] | undefined {
    const [only] = keyed;
    if (this.#restore === undefined || keyed.length !== 1 || only === undefined) return undefined;
    const { checkpoint } = this.#restore;
    const local = this.#localState?.retrieveLocalState(checkpoint, operator, only);
    return local === undefined ? undefined : [() => local];
  }

  #readKeyed(operator: string, handle: KeyedStateHandle): () => WrittenKeyedState {
    if (handle.kind === "incremental") return this.#readIncremental(operator, handle);
    const piece = this.#read(operator, "keyed", handle);
    return () => ({ kind: "full", bytes: bytesOf(piece) });
  }

  #readIncremental(operator: string, handle: IncrementalStateHandle): () => WrittenKeyedState {
    const meta = this.#read(operator, "keyed", handle.meta);
    const how = this.#opensFiles ? "open" : "read";
    const files = handle.files.map((file) => {
      return [file.name, this.#read(operator, "keyed", file.handle, how)] as const;
    });
    return () => ({
      kind: "incremental",
      meta: bytesOf(meta),
      files: new Map(files.map(([name, piece]) => [name, bytesOf(piece)])),
      ...(this.#opensFiles ? { remote: new Map(handle.files.flatMap(placeOf)) } : {}),
    });
  }

  #read(
    operator: string,
    part: Read["part"],
    ...[handle, kind = "read"]: readonly [StateHandle, ("open" | "read")?]
  ): Piece {
    if (handle.kind === "inline") return { bytes: handle.bytes };
    const piece: Piece = { bytes: undefined };
    const read = this.#reads.length;
    this.#reads.push({ operator, part, file: handle, piece });
    this.#filesToRead++;
    this.#request({ kind, path: handle.path }, { kind: "restored", read });
    return piece;
  }
}

/** A file's name and where it is in the shared storage, if that is also what it is registered as. */
function placeOf({
  name,
  key,
  handle,
}: SharedFileHandle): readonly (readonly [string, FileStateHandle])[] {
  return handle.kind === "file" && handle.path === key ? [[name, handle]] : [];
}

function bytesOf({ bytes }: Piece): Uint8Array {
  return must(bytes, "bytes of restored state");
}

/** What is wrong with a file that was read as part of a checkpoint; undefined if nothing is. */
function damageOf(file: FileStateHandle, outcome: StorageOutcome): string | undefined {
  if (outcome.kind !== "read") return outcome.kind === "failed" ? outcome.reason : outcome.kind;
  const { path, sizeBytes, hash } = file;
  const { length } = outcome.bytes;
  if (length !== sizeBytes) return `${path} has ${length} bytes, expected ${sizeBytes}`;
  const found = bytesHash(outcome.bytes);
  if (hash === undefined || found === hash) return undefined;
  return `the hash of ${path} is ${found}, expected ${hash}`;
}
