// The durable part of a job master (Flink: HighAvailabilityServices with its checkpoint store and id counter,
// for a single leader): what a new job master needs to go on where the last one stopped. It lies in the
// shared storage, one small file an entry, each written whole or not at all, and sealed.

import type { SharedStorage, StorageAsker, StorageOutcome } from "../../storage/shared-storage.ts";
import type { CheckpointPointer } from "../checkpoint/coordinator-command.ts";
import { DataInputView } from "../state/data-input-view.ts";
import { DataOutputView } from "../state/data-output-view.ts";
import { seal, unseal } from "../state/sealed-bytes.ts";
import { type CheckpointId, checkpointId } from "../stream-element.ts";

/** What is known of a job after everything volatile is gone. */
export interface DurableJob {
  /** The last checkpoint id given out; 0 for none. */
  readonly checkpointIdCounter: number;
  /** Completed checkpoints, by rising id. */
  readonly pointers: readonly CheckpointPointer[];
  /** The newest completed checkpoint that there is a pointer to, readable or not; 0 for none. */
  readonly newestCheckpoint: number;
  /** The last attempt number given out; -1 for none. */
  readonly attempt: number;
  /** Failures counted by the restart strategy. */
  readonly failures: number;
  /** How the job ended, once it has, and why. */
  readonly result: JobResult | undefined;
  /** What is wrong with an entry, if something is: then the others do not say enough to go on from. */
  readonly damage: string | undefined;
}

/** How a job ended (Flink: JobResult). */
export interface JobResult {
  readonly status: "FINISHED" | "FAILED";
  /** Empty for a job that finished. */
  readonly reason: string;
}

const ROOT = "ha/";
const COUNTER = `${ROOT}checkpoint-id-counter`;
const ATTEMPT = `${ROOT}attempt`;
const FAILURES = `${ROOT}failures`;
const RESULT = `${ROOT}result`;
const POINTERS = `${ROOT}checkpoints/`;

/** Durable entries of one job. Each request is answered to the requester as a storage answer with its tag. */
export class HighAvailabilityServices {
  readonly #storage: SharedStorage;

  constructor(storage: SharedStorage) {
    this.#storage = storage;
  }

  /** Reads everything; {@link durableJobOf} makes sense of the answer. */
  load(asker: StorageAsker): void {
    this.#storage.request({ kind: "list", prefix: ROOT }, asker);
  }

  /** Gives out checkpoint id `id`. */
  writeCheckpointIdCounter(id: CheckpointId, asker: StorageAsker): void {
    this.#write(COUNTER, String(id), asker);
  }

  /** Makes a completed checkpoint the one to recover from. */
  addPointer(pointer: CheckpointPointer, asker: StorageAsker): void {
    this.#write(`${POINTERS}${pointer.checkpoint}`, pointer.metadataPath, asker);
  }

  removePointer(checkpoint: CheckpointId, asker: StorageAsker): void {
    const path = `${POINTERS}${checkpoint}`;
    this.#storage.request({ kind: "delete", path }, asker);
  }

  writeAttempt(attempt: number, asker: StorageAsker): void {
    this.#write(ATTEMPT, String(attempt), asker);
  }

  writeFailures(failures: number, asker: StorageAsker): void {
    this.#write(FAILURES, String(failures), asker);
  }

  writeResult({ status, reason }: JobResult, asker: StorageAsker): void {
    this.#write(RESULT, reason === "" ? status : `${status} ${reason}`, asker);
  }

  #write(path: string, text: string, asker: StorageAsker): void {
    const out = new DataOutputView();
    out.writeUTF(text);
    this.#storage.request({ kind: "write", path, bytes: seal(out.toBytes()) }, asker);
  }
}

/** What the entries listed by {@link HighAvailabilityServices.load} say. */
export function durableJobOf(listed: Extract<StorageOutcome, { kind: "listed" }>): DurableJob {
  const entries = new Map<string, string>();
  const damages: string[] = [];
  for (const { path, bytes } of listed.files) {
    const unsealed = unseal(bytes);
    if (unsealed.kind === "intact") {
      entries.set(path, new DataInputView(unsealed.content).readUTF());
      continue;
    }
    damages.push(`the hash of ${path} is ${unsealed.found}, expected ${unsealed.expected}`);
  }
  const pointers = [...entries]
    .filter(([path]) => path.startsWith(POINTERS))
    .map(([path, metadataPath]) => ({
      checkpoint: checkpointId(Number(path.slice(POINTERS.length))),
      metadataPath,
    }))
    .sort((a, b) => a.checkpoint - b.checkpoint);
  const completed = listed.files.flatMap(({ path }) => {
    return path.startsWith(POINTERS) ? [Number(path.slice(POINTERS.length))] : [];
  });
  return {
    newestCheckpoint: Math.max(0, ...completed),
    checkpointIdCounter: Number(entries.get(COUNTER) ?? 0),
    pointers,
    attempt: Number(entries.get(ATTEMPT) ?? -1),
    failures: Number(entries.get(FAILURES) ?? 0),
    result: resultOf(entries.get(RESULT)),
    damage: damages[0],
  };
}

function resultOf(entry: string | undefined): JobResult | undefined {
  const [, status, reason = ""] = /^(FINISHED|FAILED)(?: (.*))?$/s.exec(entry ?? "") ?? [];
  return status === "FINISHED" || status === "FAILED" ? { status, reason } : undefined;
}
