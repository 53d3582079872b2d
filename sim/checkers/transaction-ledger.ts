// Which writes of a sink each of its transactions holds. A sink's transactions of one attempt take its writes in
// order, so counting is enough: a transaction holds as many as it says, from where the one before it ended.

import { must } from "../kernel/invariant.ts";
import type { EventOf, TraceEvent } from "../trace/trace-event.ts";
import { EventHistory } from "./event-history.ts";
import type { SinkWriter, SinkWriters } from "./sink-writers.ts";

/** One attempt of a writer. */
export interface WriterAttempt {
  readonly writer: SinkWriter;
  readonly attempt: number;
  /** Whether a restore was decided on since, so that no snapshot of it can become part of a checkpoint. */
  isPast: boolean;
  readonly written: EventHistory<EventOf<"record-written">>;
  readonly transactions: LedgerTransaction[];
  /** Writes before the last of its snapshots whose checkpoint completed. */
  covered: number;
  /** The event that completed that checkpoint. */
  coveredBy: EventOf<"checkpoint-stored" | "job-submitted"> | undefined;
}

/** One transaction, from begin to end. */
export interface LedgerTransaction {
  readonly id: string;
  readonly epoch: number;
  readonly of: WriterAttempt;
  /** Writes of the attempt that lie before it. */
  readonly start: number;
  /** Writes it holds, as far as the log has said. */
  records: number;
  committedBy: EventOf<"transaction-committed"> | undefined;
  /** Records of it that readers have seen. */
  visible: number;
}

/** Follows writes, snapshots, checkpoints and transactions. */
export class TransactionLedger {
  readonly #writers: SinkWriters;
  readonly #attempts: readonly Map<number, WriterAttempt>[];
  /** By writer: where the snapshot for each checkpoint cut its writes. */
  readonly #cuts: readonly Map<number, { readonly of: WriterAttempt; readonly count: number }>[];
  readonly #transactions = new Map<string, LedgerTransaction[]>();

  constructor(writers: SinkWriters) {
    this.#writers = writers;
    this.#attempts = writers.all.map(() => new Map());
    this.#cuts = writers.all.map(() => new Map());
  }

  clone(): TransactionLedger {
    const copy = new TransactionLedger(this.#writers.clone());
    const attempts = new Map<WriterAttempt, WriterAttempt>();
    const transactions = new Map<LedgerTransaction, LedgerTransaction>();
    for (const original of this.attempts) {
      const copied = copyOfAttempt(original, transactions);
      attempts.set(original, copied);
      copy.#attempts[copied.writer.number]?.set(copied.attempt, copied);
    }
    for (const [number, cuts] of this.#cuts.entries()) {
      for (const [checkpoint, { of, count }] of cuts) {
        const copied = must(attempts.get(of), "attempt of a cut");
        copy.#cuts[number]?.set(checkpoint, { of: copied, count });
      }
    }
    for (const [id, named] of this.#transactions) {
      copy.#transactions.set(
        id,
        named.map((one) => must(transactions.get(one), "transaction")),
      );
    }
    return copy;
  }

  /** Plain data that determines what will be said; of past attempts only what completed checkpoints cover. */
  describeState(): unknown {
    const attempts = this.attempts.map((of) => {
      const { writer, attempt, isPast, written, covered, transactions } = of;
      const length = isPast ? covered : written.length;
      const list = transactions.map(({ id, epoch, start, records, visible, committedBy }) => {
        return [id, epoch, start, records, visible, committedBy !== undefined];
      });
      return [writer.number, attempt, isPast, covered, length, written.contentHash(length), list];
    });
    const cuts = this.#cuts.map((ofWriter) => {
      const living = [...ofWriter].filter(([, { of }]) => !of.isPast);
      return living.map(([checkpoint, { of, count }]) => [checkpoint, of.attempt, count]);
    });
    return [attempts, cuts];
  }

  /** Every attempt of every writer, in order. */
  get attempts(): readonly WriterAttempt[] {
    return this.#attempts.flatMap((attempts) => [...attempts.values()]);
  }

  /** Follows all but commits and what readers see, which have an answer: {@link commit} and {@link see}. */
  step(event: TraceEvent): void {
    switch (event.kind) {
      case "record-written":
        this.#write(event);
        return;
      case "snapshot-taken":
        this.#cut(event);
        return;
      case "checkpoint-stored":
        this.#complete(event);
        return;
      case "job-submitted":
        this.#startFrom(event);
        return;
      case "restore-started":
        this.#goBack();
        return;
      case "transaction-begun":
        this.#begin(event);
        return;
      case "transaction-flushed":
        this.#flush(event);
        return;
      default:
        return;
    }
  }

  /** The transaction that is committed. */
  commit(event: EventOf<"transaction-committed">): LedgerTransaction | undefined {
    const transaction = this.#find(event.transaction, event.epoch);
    if (transaction === undefined) return undefined;
    transaction.records = event.records;
    transaction.committedBy ??= event;
    return transaction;
  }

  /** The first committed transaction of this id whose records are not all visible yet. */
  see(event: EventOf<"record-committed">): LedgerTransaction | undefined {
    const named = this.#transactions.get(event.transaction) ?? [];
    const transaction = named.find(
      ({ committedBy, visible, records }) => committedBy !== undefined && visible < records,
    );
    if (transaction !== undefined) transaction.visible++;
    return transaction;
  }

  /** Whether any sink of the job began a transaction of this id. */
  knows(transaction: string): boolean {
    return this.#transactions.has(transaction);
  }

  #write(event: EventOf<"record-written">): void {
    const writer = this.#writers.find(event.place, event.sink);
    if (writer !== undefined) this.#attemptOf(writer, event.incarnation).written.push(event);
  }

  #cut(event: EventOf<"snapshot-taken">): void {
    for (const writer of this.#writers.of(event.place)) {
      const of = this.#attemptOf(writer, event.incarnation);
      this.#cuts[writer.number]?.set(event.checkpoint, { of, count: of.written.length });
    }
  }

  #complete(event: EventOf<"checkpoint-stored" | "job-submitted">): void {
    for (const cuts of this.#cuts) {
      const cut = cuts.get(event.checkpoint);
      if (cut === undefined || cut.count < cut.of.covered) continue;
      cut.of.covered = cut.count;
      cut.of.coveredBy = event;
    }
  }

  /** What the job is started from covers what it holds, be it a savepoint; what only later ones covered will come again. */
  #startFrom(event: EventOf<"job-submitted">): void {
    for (const attempt of this.attempts) {
      if ((attempt.coveredBy?.checkpoint ?? 0) <= event.checkpoint) continue;
      attempt.covered = 0;
      attempt.coveredBy = undefined;
    }
    this.#complete(event);
  }

  /** A restore was decided on: the attempts so far are past. */
  #goBack(): void {
    for (const attempts of this.#attempts) {
      for (const attempt of attempts.values()) attempt.isPast = true;
    }
  }

  #begin(event: EventOf<"transaction-begun">): void {
    this.#writers.step(event);
    const writer = this.#writers.ofTransaction(event.transaction);
    if (writer === undefined) return;
    const of = this.#attemptOf(writer, event.attempt);
    const last = of.transactions.at(-1);
    const transaction: LedgerTransaction = {
      id: event.transaction,
      epoch: event.epoch,
      of,
      start: last === undefined ? 0 : last.start + last.records,
      records: 0,
      committedBy: undefined,
      visible: 0,
    };
    of.transactions.push(transaction);
    const named = this.#transactions.get(event.transaction) ?? [];
    this.#transactions.set(event.transaction, named);
    named.push(transaction);
  }

  #flush(event: EventOf<"transaction-flushed">): void {
    const transaction = this.#find(event.transaction, event.epoch);
    if (transaction !== undefined) transaction.records = event.records;
  }

  #find(id: string, epoch: number): LedgerTransaction | undefined {
    return this.#transactions.get(id)?.findLast((transaction) => transaction.epoch === epoch);
  }

  #attemptOf(writer: SinkWriter, attempt: number): WriterAttempt {
    const attempts = this.#attempts[writer.number] ?? new Map<number, WriterAttempt>();
    const known = attempts.get(attempt);
    if (known !== undefined) return known;
    const fresh: WriterAttempt = {
      writer,
      attempt,
      isPast: false,
      written: new EventHistory(),
      transactions: [],
      covered: 0,
      coveredBy: undefined,
    };
    attempts.set(attempt, fresh);
    return fresh;
  }
}

/** A copy of an attempt with copies of its transactions, which are noted. */
function copyOfAttempt(
  original: WriterAttempt,
  transactions: Map<LedgerTransaction, LedgerTransaction>,
): WriterAttempt {
  const list: LedgerTransaction[] = [];
  const of = { ...original, written: original.written.clone(), transactions: list };
  for (const transaction of original.transactions) {
    const copy = { ...transaction, of };
    transactions.set(transaction, copy);
    list.push(copy);
  }
  return of;
}
