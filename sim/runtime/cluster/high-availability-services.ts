// The durable part of a job master (Flink: HighAvailabilityServices with its checkpoint store and id counter,
// for a single leader): what a new job master needs to go on where the last one stopped. It lies in the
// shared storage, one small file an entry, each written whole or not at all, and sealed.

import type { SharedStorage, StorageAsker, StorageOutcome } from "../../storage/shared-storage.ts";
import type { CheckpointPointer } from "../checkpoint/coordinator-command.ts";
import { DataInputView } from "../state/data-input-view.ts";
import { DataOutputView } from "../state/data-output-view.ts";
import { seal, unseal } from "../state/sealed-bytes.ts";
import type { RecoveryClaimMode } from "../state/shared-state-registry.ts";
import { type CheckpointId, checkpointId } from "../stream-element.ts";

/** How a job was started that was started again (Flink: the job graph in the HA store, with its restore settings). */
export interface DurableSubmission {
  /** Which submission it is, from 1. */
  readonly number: number;
  readonly claimMode: RecoveryClaimMode;
  readonly checkpoint: CheckpointId;
}

/** What is known of a job after everything volatile is gone. */
export interface DurableJob {
  /** The newest submission; undefined for the first, which starts from nothing. */
  readonly submission: DurableSubmission | undefined;
  /** The `_metadata` of the newest savepoint; undefined for none. */
  readonly savepoint: string | undefined;
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
  readonly status: "FINISHED" | "CANCELED" | "FAILED";
  /** Empty for a job that has worked off its input. */
  readonly reason: string;
  /** The `_metadata` of the newest snapshot in its store that stays; undefined for none. */
  readonly retained: string | undefined;
}

const ROOT = "ha/";
const COUNTER = `${ROOT}checkpoint-id-counter`;
const ATTEMPT = `${ROOT}attempt`;
const SUBMISSION = `${ROOT}submission`;
const SAVEPOINT = `${ROOT}savepoint`;
const RESULT_PATTERN = /^(FINISHED|CANCELED|FAILED)(?: retained=(\S+))?(?: (.*))?$/s;

/**
 * Durable entries of one submission of a job; counters go on over all of them, so that no number is ever given out twice.
 * Each request is answered to the requester as a storage answer with its tag.
 */
export class HighAvailabilityServices {
  readonly #storage: SharedStorage;
  readonly #entries: SubmissionEntries;

  /** `submission` counts from 0. */
  constructor(storage: SharedStorage, submission: number) {
    this.#storage = storage;
    this.#entries = entriesOf(submission);
  }

  /** Gives out checkpoint id `id`. */
  writeCheckpointIdCounter(id: CheckpointId, asker: StorageAsker): void {
    this.#write(COUNTER, String(id), asker);
  }

  /** Makes a completed checkpoint the one to recover from. */
  addPointer(pointer: CheckpointPointer, asker: StorageAsker): void {
    this.#write(`${this.#entries.pointers}${pointer.checkpoint}`, pointer.metadataPath, asker);
  }

  removePointer(checkpoint: CheckpointId, asker: StorageAsker): void {
    const path = `${this.#entries.pointers}${checkpoint}`;
    this.#storage.request({ kind: "delete", path }, asker);
  }

  writeAttempt(attempt: number, asker: StorageAsker): void {
    this.#write(ATTEMPT, String(attempt), asker);
  }

  writeFailures(failures: number, asker: StorageAsker): void {
    this.#write(this.#entries.failures, String(failures), asker);
  }

  writeResult({ status, reason, retained }: JobResult, asker: StorageAsker): void {
    const left = retained === undefined ? "" : ` retained=${retained}`;
    const why = reason === "" ? "" : ` ${reason}`;
    this.#write(this.#entries.result, `${status}${left}${why}`, asker);
  }

  /** Notes where the newest savepoint is. */
  writeSavepoint(path: string, asker: StorageAsker): void {
    this.#write(SAVEPOINT, path, asker);
  }

  /** Starts the job again: from then on this submission is the one that counts. */
  writeSubmission(submission: DurableSubmission, asker: StorageAsker): void {
    const { number, claimMode, checkpoint } = submission;
    this.#write(SUBMISSION, `${number} ${claimMode} ${checkpoint}`, asker);
  }

  #write(path: string, text: string, asker: StorageAsker): void {
    const out = new DataOutputView();
    out.writeUTF(text);
    this.#storage.request({ kind: "write", path, bytes: seal(out.toBytes()) }, asker);
  }
}

/** Has everything durable read, of all submissions; {@link durableJobOf} makes sense of the answer. */
export function loadDurableJob(storage: SharedStorage, asker: StorageAsker): void {
  storage.request({ kind: "list", prefix: ROOT }, asker);
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
  const submission = submissionOf(entries.get(SUBMISSION));
  const own = entriesOf(submission?.number ?? 0);
  const pointers = [...entries]
    .filter(([path]) => path.startsWith(own.pointers))
    .map(([path, metadataPath]) => ({
      checkpoint: checkpointId(Number(path.slice(own.pointers.length))),
      metadataPath,
    }))
    .sort((a, b) => a.checkpoint - b.checkpoint);
  const completed = listed.files.flatMap(({ path }) => {
    return path.startsWith(own.pointers) ? [Number(path.slice(own.pointers.length))] : [];
  });
  return {
    submission,
    savepoint: entries.get(SAVEPOINT),
    newestCheckpoint: Math.max(0, ...completed),
    checkpointIdCounter: Number(entries.get(COUNTER) ?? 0),
    pointers,
    attempt: Number(entries.get(ATTEMPT) ?? -1),
    failures: Number(entries.get(own.failures) ?? 0),
    result: resultOf(entries.get(own.result)),
    damage: damages[0],
  };
}

function resultOf(entry: string | undefined): JobResult | undefined {
  const [, status, retained, reason = ""] = RESULT_PATTERN.exec(entry ?? "") ?? [];
  if (status === undefined) return undefined;
  return { status: status as JobResult["status"], retained, reason };
}

function submissionOf(entry: string | undefined): DurableSubmission | undefined {
  if (entry === undefined) return undefined;
  const [number, claimMode, checkpoint] = entry.split(" ");
  return {
    number: Number(number),
    claimMode: claimMode as RecoveryClaimMode,
    checkpoint: checkpointId(Number(checkpoint)),
  };
}

/** Where the entries of one submission lie. */
interface SubmissionEntries {
  readonly failures: string;
  readonly result: string;
  readonly pointers: string;
}

function entriesOf(submission: number): SubmissionEntries {
  const root = submission === 0 ? ROOT : `${ROOT}submission-${submission}/`;
  return {
    failures: `${root}failures`,
    result: `${root}result`,
    pointers: `${root}checkpoints/`,
  };
}
