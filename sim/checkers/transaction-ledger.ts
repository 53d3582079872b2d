// Which writes of a sink each of its transactions holds. A sink's transactions of one attempt take its writes in
// order, so counting is enough: a transaction holds as many as it says, from where the one before it ended.

import type { SinkWriter, SinkWriters } from "./sink-writers.ts";
import type { EventOf } from "./witness.ts";

/** One attempt of a writer. */
export interface WriterAttempt {
  readonly writer: SinkWriter;
  readonly attempt: number;
  readonly written: EventOf<"record-written">[];
  readonly transactions: LedgerTransaction[];
  /** Writes before the last of its snapshots whose checkpoint completed. */
  covered: number;
  /** The event that completed that checkpoint. */
  coveredBy: EventOf<"checkpoint-stored"> | undefined;
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

  /** Every attempt of every writer, in order. */
  get attempts(): readonly WriterAttempt[] {
    return this.#attempts.flatMap((attempts) => [...attempts.values()]);
  }

  write(event: EventOf<"record-written">): void {
    const writer = this.#writers.find(event.place, event.sink);
    if (writer !== undefined) this.#attemptOf(writer, event.incarnation).written.push(event);
  }

  cut(event: EventOf<"snapshot-taken">): void {
    for (const writer of this.#writers.of(event.place)) {
      const of = this.#attemptOf(writer, event.incarnation);
      this.#cuts[writer.number]?.set(event.checkpoint, { of, count: of.written.length });
    }
  }

  complete(event: EventOf<"checkpoint-stored">): void {
    for (const cuts of this.#cuts) {
      const cut = cuts.get(event.checkpoint);
      if (cut === undefined || cut.count < cut.of.covered) continue;
      cut.of.covered = cut.count;
      cut.of.coveredBy = event;
    }
  }

  begin(event: EventOf<"transaction-begun">): void {
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

  flush(event: EventOf<"transaction-flushed">): void {
    const transaction = this.#find(event.transaction, event.epoch);
    if (transaction !== undefined) transaction.records = event.records;
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
      written: [],
      transactions: [],
      covered: 0,
      coveredBy: undefined,
    };
    attempts.set(attempt, fresh);
    return fresh;
  }
}
