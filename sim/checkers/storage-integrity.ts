// Checks, by a shadow of the shared storage made from its events, that whatever could be restored can be: as long as
// the durable pointer to a checkpoint exists, so does every file in the checkpoint's directory, `_metadata` among
// them, and every shared file that its metadata refers to, with the content they had; looked at after every write and
// deletion. A new leader finds the newest of them.
//
// And that what is the user's stays (user-snapshots.ts): no file of a complete savepoint goes, nor of a checkpoint that
// the job was started from without claiming it, which the job's own checkpoints do not refer to under NO_CLAIM.
//
// Of the second copies of state that task managers keep for local recovery (local-copies.ts): that they stay as long as
// they may be of use, are used where they are, and go in the end.
//
// And that nothing is left behind. When the job has finished and all is at rest no transaction is open, and no
// pointer and no file is left of any checkpoint that no trouble came near: no fault, failed or canceled task, lost
// message or failed write between the second completion before its first file and the second after its last, or, for
// shared files, after the last checkpoint that refers to them. A failed job may besides leave the checkpoints it could
// still be restored from.
//
// Files that attempts keep there themselves may be left only by trouble near the end, since all others are swept then.
//
// Not checked: which of the files in its own directory a checkpoint really refers to, and that the hash it noted is
// theirs, which the trace does not say; what is in them (reachable-snapshot does); leaks near any trouble; files of
// savepoints; open transactions of a job that failed or was stopped, which the outside's time-out ends, or the job when
// it is started again.

import { stateHashOf } from "../kernel/state-hash.ts";
import type { EventOf, TraceEvent } from "../trace/trace-event.ts";
import type { CheckedJob, Checker, CheckerFold, Verdict } from "./checker.ts";
import { LocalCopies } from "./local-copies.ts";
import { lackOf, notChecked } from "./not-checked.ts";
import type { Refutation } from "./refutation.ts";
import { counted } from "./sentence.ts";
import {
  type CheckpointFiles,
  isStorageEvent,
  type StorageChange,
  type StorageEvent,
  StoredFiles,
} from "./stored-files.ts";
import { UserSnapshots } from "./user-snapshots.ts";
import { hasWorkedOff } from "./work-done.ts";
import { isWorkingFile, WorkingFiles } from "./working-files.ts";

export const storageIntegrity: Checker = {
  name: "storage-integrity",
  claim: "Every file of a retained checkpoint is there and unchanged, and nothing is left behind",
  level: "protocol",
  start(job) {
    const lack = lackOf(storageIntegrity, job);
    return lack === undefined
      ? new StorageIntegrityFold(job)
      : notChecked(storageIntegrity.name, lack);
  },
};

/** How many completed checkpoints around one are near it. */
const NEAR = 2;

class StorageIntegrityFold implements CheckerFold {
  /** Says whether all is at rest, once the trace is complete. */
  readonly #job: CheckedJob;
  readonly #files: StoredFiles;
  readonly #working: WorkingFiles;
  readonly #copies: LocalCopies;
  readonly #users: UserSnapshots;
  readonly #open: Map<string, EventOf<"transaction-begun">>;
  /** Checkpoints completed so far. */
  #completed = 0;
  /** By checkpoint: how many had completed when its first file was written, and its last or its pointer. */
  readonly #firstFile: Map<number, number>;
  readonly #lastFile: Map<number, number>;
  /** How many had completed at each trouble; a number is there once. */
  readonly #troubles: Set<number>;
  #checked = 0;
  #ended: EventOf<"job-ended"> | undefined;
  /** Files that an ended job's attempts may have left, for there was trouble; by path. */
  #excused: ReadonlySet<string> = new Set();
  /** Checkpoints with a pointer when the job ended, and what it was started from without claiming it. */
  #retained: ReadonlySet<number> = new Set();
  #refutation: Refutation | undefined;

  constructor(original: StorageIntegrityFold | CheckedJob) {
    if (original instanceof StorageIntegrityFold) {
      this.#job = original.#job;
      this.#files = original.#files.clone();
      this.#working = original.#working.clone();
      this.#copies = original.#copies.clone();
      this.#users = original.#users.clone();
      this.#open = new Map(original.#open);
      this.#completed = original.#completed;
      this.#firstFile = new Map(original.#firstFile);
      this.#lastFile = new Map(original.#lastFile);
      this.#troubles = new Set(original.#troubles);
      this.#checked = original.#checked;
      this.#ended = original.#ended;
      this.#excused = original.#excused;
      this.#retained = original.#retained;
      this.#refutation = original.#refutation;
      return;
    }
    this.#job = original;
    this.#files = new StoredFiles();
    this.#working = new WorkingFiles();
    this.#copies = new LocalCopies();
    this.#users = new UserSnapshots();
    this.#open = new Map();
    this.#firstFile = new Map();
    this.#lastFile = new Map();
    this.#troubles = new Set();
  }

  step(event: TraceEvent): void {
    if (isStorageEvent(event)) {
      this.#store(event);
      return;
    }
    const misused = this.#copies.step(event);
    this.#refutation ??= misused;
    switch (event.kind) {
      case "shared-files-referenced":
        this.#files.refer(event);
        this.#referred(event);
        this.#refutation ??= this.#users.refuteBuiltOn(event, this.#files);
        return;
      case "checkpoint-completed":
        this.#users.complete(event, this.#files);
        return;
      case "checkpoint-stored":
        this.#completed++;
        this.#refutation ??= this.#refuteStored(event);
        return;
      case "leadership-granted":
        this.#refutation ??= this.#refuteLeader(event);
        return;
      case "transaction-begun":
        this.#open.set(transactionOf(event), event);
        return;
      case "transaction-committed":
      case "transaction-aborted":
        this.#open.delete(transactionOf(event));
        return;
      case "fault-struck":
      case "task-failed":
      case "task-canceled":
      case "host-crashed":
      case "message-lost":
        this.#troubles.add(this.#completed);
        return;
      case "job-ended":
        this.#end(event);
        return;
      case "job-submitted":
        this.#startAgain(event);
        return;
      default:
        return;
    }
  }

  /** Before all is at rest nothing can be called left behind. */
  verdict(): Verdict {
    const { name: checker } = storageIntegrity;
    if (this.#refutation !== undefined) return { kind: "violated", checker, ...this.#refutation };
    const changes = counted(this.#checked, "change");
    return { kind: "holds", checker, sentence: `All that is retained is whole after ${changes}` };
  }

  finish(): Verdict {
    const sofar = this.verdict();
    if (sofar.kind !== "holds" || this.#ended === undefined || !this.#job.cameToRest) return sofar;
    const { name: checker } = storageIntegrity;
    const left =
      this.#refuteTransactions(this.#ended) ??
      this.#refuteFiles(this.#ended) ??
      this.#refuteWorkingFiles(this.#ended) ??
      this.#copies.refuteLeft(this.#ended);
    if (left !== undefined) return { kind: "violated", checker, ...left };
    let excused = [...this.#working.all].filter(({ path }) => !this.#isStillUsed(path)).length;
    for (const { files, checkpoint } of this.#files.all) {
      if (!this.#retained.has(checkpoint)) excused += files.size;
    }
    const rest =
      excused === 0
        ? "nothing is left behind"
        : `${counted(excused, "file")} of checkpoints in trouble left behind`;
    return { ...sofar, sentence: `${sofar.sentence}; ${rest}` };
  }

  clone(): StorageIntegrityFold {
    return new StorageIntegrityFold(this);
  }

  stateHash(): string {
    const near = [...this.#firstFile].map(([checkpoint, first]) => {
      const last = this.#lastFile.get(checkpoint) ?? first;
      return [checkpoint, this.#completed - first, this.#completed - last];
    });
    return stateHashOf([
      this.#files.describeState(),
      this.#working.describeState(),
      this.#copies.describeState(),
      [...this.#open.keys()],
      near,
      [...this.#troubles].map((completed) => this.#completed - completed),
      this.#ended?.status,
      [...this.#excused],
      [...this.#retained],
      this.#users.describeState(),
      this.#refutation?.sentence,
    ]);
  }

  #store(event: StorageEvent): void {
    if (event.kind === "write-failed") this.#troubles.add(this.#completed);
    if (isWorkingFile(event)) {
      const before = this.#working.step(event);
      this.#checked++;
      this.#refutation ??= this.#refuteSharedChange(event, before);
      return;
    }
    const change = this.#files.step(event);
    if (change === undefined) return;
    const { checkpoint } = change.of;
    if (!this.#firstFile.has(checkpoint)) this.#firstFile.set(checkpoint, this.#completed);
    this.#lastFile.set(checkpoint, this.#completed);
    // With a pointer goes what its checkpoint refers to, unless trouble comes in between.
    if (change.isPointer) this.#referred(change.of);
    this.#checked++;
    this.#refutation ??=
      this.#users.refuteLoss(event, change, this.#files) ?? this.#refuteChange(event, change);
  }

  #refuteChange(event: StorageEvent, change: StorageChange): Refutation | undefined {
    if (change.isShared) return this.#refuteSharedChange(event, change.before);
    const refutation = refuteChange(event, change);
    if (refutation !== undefined || !change.isPointer || event.kind !== "write-completed") {
      return refutation;
    }
    const { checkpoint, references } = change.of;
    const missing = [...references].find(
      (path) => !this.#files.hasShared(path) && !this.#working.has(path),
    );
    if (missing === undefined) return undefined;
    const sentence = `${missing} is not there, but checkpoint ${checkpoint}, which refers to it, has become one to restore from`;
    return { sentence, events: [event.index] };
  }

  /** As long as a retained checkpoint refers to a shared file it stays, and stays what it was. */
  #refuteSharedChange(
    event: StorageEvent,
    before: StorageChange["before"],
  ): Refutation | undefined {
    if (event.kind !== "file-deleted" && event.kind !== "write-completed") return undefined;
    const [user] = this.#files.retainedUsersOf(event.path);
    if (user?.pointer === undefined) return undefined;
    if (event.kind === "write-completed" && before?.hash === event.hash) return undefined;
    const what = event.kind === "file-deleted" ? "was deleted" : "has another content now";
    return {
      sentence: `${event.path} ${what}, but the pointer to checkpoint ${user.checkpoint}, which refers to it, is still there`,
      events: [user.pointer.index, event.index],
    };
  }

  /** Files that a checkpoint refers to are still of use: what they were brought by goes on being near. */
  #referred({ checkpoint }: { readonly checkpoint: number }): void {
    for (const { checkpoint: creator, files } of this.#files.all) {
      const isUsed = [...files.keys()].some((path) => this.#files.refersTo(checkpoint, path));
      if (isUsed) this.#lastFile.set(creator, this.#completed);
    }
  }

  #refuteStored({ checkpoint, path, index }: EventOf<"checkpoint-stored">): Refutation | undefined {
    for (const { files, checkpoint: id } of this.#files.all) {
      if (id === checkpoint && files.has(path)) return undefined;
    }
    const sentence = `Checkpoint ${checkpoint} is complete, but its file ${path} is not there`;
    return { sentence, events: [index] };
  }

  #refuteLeader(event: EventOf<"leadership-granted">): Refutation | undefined {
    let newest = 0;
    for (const { checkpoint, pointer } of this.#files.all) {
      if (pointer !== undefined) newest = Math.max(newest, checkpoint);
    }
    if (newest === event.newestCheckpoint) return undefined;
    const sentence = `A new leader takes checkpoint ${event.newestCheckpoint} for the newest, but there is a pointer to checkpoint ${newest}`;
    return { sentence, events: [event.index] };
  }

  /** What a job could still be restored from may be kept for it to be started again. */
  #end(event: EventOf<"job-ended">): void {
    if (this.#ended !== undefined) return;
    this.#ended = event;
    if (hasWorkedOff(event)) return;
    const retained = [...this.#files.all].filter(({ pointer }) => pointer !== undefined);
    const kept = retained.map(({ checkpoint }) => checkpoint);
    this.#retained = new Set([...this.#retained, ...kept]);
  }

  /** What was kept stays, but for what the job has taken for its own. */
  #startAgain(event: EventOf<"job-submitted">): void {
    const { submission, checkpoint, claimMode } = event;
    this.#users.startAgain(event);
    this.#ended = undefined;
    this.#excuseWorkingFiles();
    this.#files.startAgain(submission);
    const kept = [...this.#retained].filter((id) => id !== checkpoint);
    this.#retained = new Set(claimMode === "CLAIM" ? kept : [...kept, checkpoint]);
  }

  #refuteTransactions(ended: EventOf<"job-ended">): Refutation | undefined {
    if (!hasWorkedOff(ended)) return undefined;
    for (const begun of this.#open.values()) {
      const sentence = `Left behind: transaction ${begun.transaction}, begun by ${begun.by} in attempt ${begun.attempt}, is still open, though the job finished`;
      return { sentence, events: [begun.index, ended.index] };
    }
    return undefined;
  }

  #refuteFiles(ended: EventOf<"job-ended">): Refutation | undefined {
    for (const held of this.#files.all) {
      const { checkpoint, pointer, files } = held;
      if (this.#files.isSavepoint(held)) continue;
      const file = pointer ?? [...files.values()].find(({ path }) => !this.#isStillUsed(path));
      if (file === undefined || this.#retained.has(checkpoint)) continue;
      if (this.#wasNearTrouble(checkpoint)) continue;
      const of = checkpoint < 0 ? `materialization ${-checkpoint}` : `checkpoint ${checkpoint}`;
      const sentence = `Left behind: ${file.path} of ${of}, which no trouble came near, though the job ended ${ended.status}`;
      return { sentence, events: [file.index, ended.index] };
    }
    return undefined;
  }

  /** Nobody looks again for what the attempts of a job that has ended have left. */
  #excuseWorkingFiles(): void {
    if (!this.#isNearTrouble) return;
    const all = [...this.#working.all].map(({ path }) => path);
    this.#excused = new Set(all);
  }

  get #isNearTrouble(): boolean {
    return [...this.#troubles].some((completed) => completed >= this.#completed - NEAR);
  }

  #refuteWorkingFiles(ended: EventOf<"job-ended">): Refutation | undefined {
    if (this.#isNearTrouble) return undefined;
    for (const { path, index } of this.#working.all) {
      if (this.#excused.has(path) || this.#isStillUsed(path)) continue;
      const sentence = `Left behind: ${path}, which no checkpoint needs, though the job ended ${ended.status} and no trouble came near its end`;
      return { sentence, events: [index, ended.index] };
    }
    return undefined;
  }

  /** Whether a checkpoint that the ended job may still be restored from refers to a shared file. */
  #isStillUsed(path: string): boolean {
    return [...this.#retained].some((checkpoint) => this.#files.refersTo(checkpoint, path));
  }

  #wasNearTrouble(checkpoint: number): boolean {
    const from = (this.#firstFile.get(checkpoint) ?? 0) - NEAR;
    const to = (this.#lastFile.get(checkpoint) ?? 0) + NEAR;
    return [...this.#troubles].some((completed) => completed >= from && completed <= to);
  }
}

/** As long as there is a pointer, no file of its checkpoint goes, comes or changes. */
function refuteChange(
  event: StorageEvent,
  { of, isPointer, before }: StorageChange,
): Refutation | undefined {
  if (of.pointer === undefined) return undefined;
  if (isPointer) return event.kind === "write-completed" ? refuteIncomplete(of, event) : undefined;
  const { checkpoint, pointer } = of;
  const events = [pointer.index, event.index];
  switch (event.kind) {
    case "file-deleted":
      return {
        sentence: `${event.path} was deleted, but the pointer to checkpoint ${checkpoint}, which may refer to it, is still there`,
        events,
      };
    case "write-completed":
      if (before?.hash === event.hash) return undefined;
      return {
        sentence:
          before === undefined
            ? `${event.path} was written only after checkpoint ${checkpoint} had become one to restore from`
            : `${event.path} has another content now, but the pointer to checkpoint ${checkpoint} is still there`,
        events,
      };
    default:
      if (of.files.has(event.path)) return undefined;
      return {
        sentence: `${event.path} was never written, but there is a pointer to checkpoint ${checkpoint}`,
        events,
      };
  }
}

/** When a checkpoint becomes one to restore from, all its files are there. */
function refuteIncomplete(
  { checkpoint, files, gone }: CheckpointFiles,
  pointer: EventOf<"write-completed">,
): Refutation | undefined {
  for (const [path, event] of gone) {
    const what = event.kind === "file-deleted" ? "was deleted" : "was not written";
    return {
      sentence: `${path} ${what}, but checkpoint ${checkpoint} has become one to restore from`,
      events: [event.index, pointer.index],
    };
  }
  if ([...files.keys()].some((path) => path.endsWith("/_metadata"))) return undefined;
  const sentence = `Checkpoint ${checkpoint} has become one to restore from, but there is no _metadata file of it`;
  return { sentence, events: [pointer.index] };
}

function transactionOf({
  place,
  transaction,
  epoch,
}: EventOf<"transaction-begun" | "transaction-committed" | "transaction-aborted">): string {
  return `${place} ${transaction} ${epoch}`;
}
