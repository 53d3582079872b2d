// Reads the state an attempt starts from (Flink: TaskStateManager): what travelled in the deployment is there at
// once, the rest is read from the checkpoint's files, each of which must be there and be what was written.

import { bytesHash } from "../../kernel/hash.ts";
import { must } from "../../kernel/invariant.ts";
import type { StorageOutcome, StorageRequest } from "../../storage/shared-storage.ts";
import type {
  FileStateHandle,
  OperatorSubtaskState,
  StateHandle,
} from "../checkpoint/completed-checkpoint.ts";
import type { CheckpointId } from "../stream-element.ts";
import type { RestoredState } from "./stream-operator.ts";

/** The state an attempt starts from. */
export interface TaskRestore {
  readonly checkpoint: CheckpointId;
  /** By operator uid. */
  readonly operators: ReadonlyMap<string, OperatorSubtaskState>;
}

/** Names one file that is being read. */
export interface RestoreTag {
  readonly kind: "restored";
  readonly operator: string;
  readonly part: "keyed" | "operator";
}

/** The reads of one attempt. */
export class StateRestore {
  readonly #restore: TaskRestore | undefined;
  readonly #request: (request: StorageRequest, tag: RestoreTag) => void;
  readonly #bytes = new Map<string, { keyed?: Uint8Array; operator?: Uint8Array }>();
  #filesToRead = 0;

  /** `request` asks the storage; what comes of it is handed to `onRead`. */
  constructor(
    restore: TaskRestore | undefined,
    request: (request: StorageRequest, tag: RestoreTag) => void,
  ) {
    this.#restore = restore;
    this.#request = request;
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
      this.#bytes.set(operator, {});
      this.#read(operator, "keyed", state.keyed);
      this.#read(operator, "operator", state.operator);
    }
  }

  /** Takes what came of a read. Returns what is wrong with the file, if something is: no restart will mend it. */
  onRead(tag: RestoreTag, outcome: StorageOutcome): string | undefined {
    const damage = damageOf(this.#fileOf(tag), outcome);
    if (damage !== undefined || outcome.kind !== "read") {
      const from = `from checkpoint ${this.#restore?.checkpoint}`;
      return `Cannot restore ${tag.part} state of ${tag.operator} ${from}: ${damage}`;
    }
    must(this.#bytes.get(tag.operator), "state under restore")[tag.part] = outcome.bytes;
    this.#filesToRead--;
    return undefined;
  }

  /** The bytes of each operator, by uid, once everything is here. */
  states(): ReadonlyMap<string, RestoredState> {
    const restored = new Map<string, RestoredState>();
    if (this.#restore === undefined) return restored;
    const { checkpoint } = this.#restore;
    for (const [operator, { keyed, operator: operatorState }] of this.#bytes) {
      restored.set(operator, { checkpoint, keyed, operator: operatorState });
    }
    return restored;
  }

  #fileOf({ operator, part }: RestoreTag): FileStateHandle {
    const handle = this.#restore?.operators.get(operator)?.[part];
    return must(handle?.kind === "file" ? handle : undefined, () => `file of ${operator}`);
  }

  #read(operator: string, part: RestoreTag["part"], handle: StateHandle | undefined): void {
    if (handle === undefined) return;
    if (handle.kind === "inline") {
      must(this.#bytes.get(operator), "state under restore")[part] = handle.bytes;
      return;
    }
    this.#filesToRead++;
    this.#request({ kind: "read", path: handle.path }, { kind: "restored", operator, part });
  }
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
