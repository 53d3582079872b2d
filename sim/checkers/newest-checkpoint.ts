// Checks what a completed checkpoint is for. Every restore goes back to the newest one that was complete when it
// was decided on, and every task of that attempt to the same one. Nothing a sink wrote becomes visible before a
// checkpoint that covers it is complete; once the job has finished, everything so covered is visible.
//
// "Complete" is checkpoint-stored: the pointer is durable. A transaction may be committed once it holds only
// writes that lie before a snapshot, by the same attempt, whose checkpoint is complete; which checkpoint was
// meant for it does not matter, so one that covers an aborted one will do.
//
// Not checked: what is in a checkpoint; that a restored task really holds it (failure-transparency shows that);
// sinks without transactions.

import { stateHashOf } from "../kernel/state-hash.ts";
import type { EventOf, TraceEvent } from "../trace/trace-event.ts";
import type { CheckedJob, Checker, CheckerFold, Verdict } from "./checker.ts";
import { jobShapeOf } from "./job-shape.ts";
import { lackOf, notChecked } from "./not-checked.ts";
import { isLog } from "./outside-log.ts";
import type { Refutation } from "./refutation.ts";
import { counted, shortened } from "./sentence.ts";
import { SinkWriters } from "./sink-writers.ts";
import {
  type LedgerTransaction,
  TransactionLedger,
  type WriterAttempt,
} from "./transaction-ledger.ts";
import { hasWorkedOff } from "./work-done.ts";

export const newestCheckpoint: Checker = {
  name: "newest-checkpoint",
  claim:
    "Restores use the newest complete checkpoint; what it covers becomes visible, and nothing else",
  level: "records",
  start(job) {
    const lack = lackOf(newestCheckpoint, job);
    return lack === undefined
      ? new NewestCheckpointFold(job)
      : notChecked(newestCheckpoint.name, lack);
  },
};

/** A decision to restore, or to start, from a checkpoint. */
interface Decision {
  readonly checkpoint: number;
  /** Undefined until the first start is announced. */
  readonly event: EventOf<"restore-started"> | undefined;
}

class NewestCheckpointFold implements CheckerFold {
  readonly #ledger: TransactionLedger;
  /** The newest checkpoint that is complete, or what the job was started from if that came later. */
  #newest: EventOf<"checkpoint-stored" | "job-submitted"> | undefined;
  /** Savepoints and checkpoints that were completed. */
  readonly #all: Set<number>;
  #completed = 0;
  #restores = 0;
  #committed = 0;
  #decision: Decision = { checkpoint: 0, event: undefined };
  /** The decision each attempt of a task was deployed after. */
  readonly #deployed: Map<string, Decision>;
  #finishedBy: EventOf<"job-ended"> | undefined;
  #refutation: Refutation | undefined;

  constructor(original: NewestCheckpointFold | CheckedJob) {
    if (original instanceof NewestCheckpointFold) {
      this.#ledger = original.#ledger.clone();
      this.#newest = original.#newest;
      this.#completed = original.#completed;
      this.#restores = original.#restores;
      this.#committed = original.#committed;
      this.#decision = original.#decision;
      this.#deployed = new Map(original.#deployed);
      this.#all = new Set(original.#all);
      this.#finishedBy = original.#finishedBy;
      this.#refutation = original.#refutation;
      return;
    }
    const shape = jobShapeOf(original.description, original.parallelisms);
    this.#ledger = new TransactionLedger(new SinkWriters({ job: original, shape }));
    this.#deployed = new Map();
    this.#all = new Set();
  }

  step(event: TraceEvent): void {
    this.#ledger.step(event);
    switch (event.kind) {
      case "checkpoint-stored":
        this.#completed++;
        if (event.checkpoint > (this.#newest?.checkpoint ?? 0)) this.#newest = event;
        return;
      case "checkpoint-completed":
        this.#all.add(event.checkpoint);
        return;
      case "job-submitted":
        this.#refutation ??= this.#refuteStart(event);
        this.#newest = event;
        return;
      case "restore-started":
        // The first start is announced too, and is no restore.
        if (this.#deployed.size > 0) this.#restores++;
        this.#decision = { checkpoint: event.checkpoint, event };
        this.#refutation ??= this.#refuteRestore(event);
        return;
      case "task-deployed":
        this.#deployed.set(attemptKey(event.task, event.attempt), this.#decision);
        this.#refutation ??= refuteTask(event, event.task, this.#decision);
        return;
      case "task-restored": {
        const decision = this.#deployed.get(attemptKey(event.place, event.incarnation));
        this.#refutation ??= refuteTask(event, event.place, decision ?? this.#decision);
        return;
      }
      case "transaction-committed":
        this.#refutation ??= this.#refuteCommit(event);
        return;
      case "record-committed":
        this.#refutation ??= this.#refuteVisible(event);
        return;
      case "job-ended":
        if (hasWorkedOff(event)) this.#finishedBy = event;
        return;
      default:
        return;
    }
  }

  verdict(): Verdict {
    const { name: checker } = newestCheckpoint;
    const refutation = this.#refutation ?? this.#refuteMissing();
    if (refutation !== undefined) return { kind: "violated", checker, ...refutation };
    const restores = counted(this.#restores, "restore");
    const sentence =
      `${counted(this.#completed, "checkpoint")} completed, ${restores} from the newest, ` +
      `${counted(this.#committed, "transaction")} committed under cover`;
    return { kind: "holds", checker, sentence };
  }

  finish(): Verdict {
    return this.verdict();
  }

  clone(): NewestCheckpointFold {
    return new NewestCheckpointFold(this);
  }

  stateHash(): string {
    return stateHashOf([
      this.#ledger.describeState(),
      this.#newest?.checkpoint,
      [...this.#all],
      this.#decision.checkpoint,
      [...this.#deployed].map(([task, { checkpoint }]) => [task, checkpoint]),
      this.#finishedBy !== undefined,
      this.#refutation?.sentence,
    ]);
  }

  /** Which snapshot a job is started from is up to who starts it, but it has to be one. */
  #refuteStart({ checkpoint, index, path }: EventOf<"job-submitted">): Refutation | undefined {
    if (this.#all.has(checkpoint)) return undefined;
    return {
      sentence: `The job is started from ${path}, but checkpoint ${checkpoint} never completed`,
      events: [index],
    };
  }

  #refuteRestore(event: EventOf<"restore-started">): Refutation | undefined {
    const newest = this.#newest?.checkpoint ?? 0;
    if (event.checkpoint === newest) return undefined;
    const sentence = `The job is restored from ${named(event.checkpoint)}, but the newest complete one is ${named(newest)}`;
    return {
      sentence,
      events: [...(this.#newest === undefined ? [] : [this.#newest.index]), event.index],
    };
  }

  #refuteCommit(event: EventOf<"transaction-committed">): Refutation | undefined {
    const transaction = this.#ledger.commit(event);
    if (transaction === undefined) return undefined;
    this.#committed++;
    const { of, start, records } = transaction;
    if (records === 0 || start + records <= of.covered) return undefined;
    const first = of.written.events[Math.max(start, of.covered)];
    const value = first === undefined ? "records" : shortened(first.value);
    const newest = named(this.#newest?.checkpoint ?? 0);
    const sentence =
      `Committed too early: transaction ${event.transaction} holds ${value}, written by ${nameOf(of)}, ` +
      `which no complete checkpoint covers; the newest is ${newest}`;
    return { sentence, events: [...(first === undefined ? [] : [first.index]), event.index] };
  }

  #refuteVisible(event: EventOf<"record-committed">): Refutation | undefined {
    const isKnown = this.#ledger.knows(event.transaction);
    if (this.#ledger.see(event) !== undefined || !isKnown) return undefined;
    const sentence = `${shortened(event.value)} is visible in ${event.log}, but transaction ${event.transaction} was not committed with it`;
    return { sentence, events: [event.index] };
  }

  /** Of what completed checkpoints cover, all is visible when the job has finished. */
  #refuteMissing(): Refutation | undefined {
    if (this.#finishedBy === undefined) return undefined;
    for (const attempt of this.#ledger.attempts) {
      if (attempt.writer.guarantee !== "exactly-once") continue;
      if (!isLog(attempt.writer.target)) continue;
      const refutation = refuteUncommitted(attempt, this.#finishedBy);
      if (refutation !== undefined) return refutation;
    }
    return undefined;
  }
}

/** A task goes on from the checkpoint that was decided on for its attempt. */
function refuteTask(
  event: EventOf<"task-deployed" | "task-restored">,
  task: string,
  { checkpoint, event: decidedBy }: Decision,
): Refutation | undefined {
  if (event.checkpoint === checkpoint) return undefined;
  const what = event.kind === "task-deployed" ? "is deployed with" : "goes on from";
  const sentence = `${task} ${what} ${named(event.checkpoint)}, but the restore is from ${named(checkpoint)}`;
  return { sentence, events: [...(decidedBy === undefined ? [] : [decidedBy.index]), event.index] };
}

function refuteUncommitted(attempt: WriterAttempt, finishedBy: TraceEvent): Refutation | undefined {
  const { covered, coveredBy, written, transactions } = attempt;
  const committed = transactions.filter(({ committedBy }) => committedBy !== undefined);
  let reached = 0;
  for (const transaction of committed) {
    if (transaction.start > reached || reached >= covered) break;
    if (transaction.visible < transaction.records) return refuteHidden(transaction, finishedBy);
    reached = transaction.start + transaction.records;
  }
  const first = written.events[reached];
  if (reached >= covered || first === undefined || coveredBy === undefined) return undefined;
  const sentence =
    `Never committed: ${shortened(first.value)}, written by ${nameOf(attempt)}, ` +
    `though checkpoint ${coveredBy.checkpoint} covers it and the job finished`;
  return { sentence, events: [first.index, coveredBy.index, finishedBy.index] };
}

function refuteHidden(
  { id, visible, records, committedBy }: LedgerTransaction,
  finishedBy: TraceEvent,
): Refutation {
  const sentence = `Never visible: transaction ${id} was committed with ${counted(records, "record")}, but readers see ${visible}`;
  return {
    sentence,
    events: [...(committedBy === undefined ? [] : [committedBy.index]), finishedBy.index],
  };
}

function named(checkpoint: number): string {
  return checkpoint === 0 ? "no checkpoint" : `checkpoint ${checkpoint}`;
}

function nameOf({ writer, attempt }: WriterAttempt): string {
  return `${writer.subtask.name} (attempt ${attempt})`;
}

function attemptKey(task: string, attempt: number): string {
  return `${task} ${attempt}`;
}
