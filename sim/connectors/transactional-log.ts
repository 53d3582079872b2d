// An outside log that takes records in transactions (the model is Kafka; spec 7.3). A transaction is one epoch of
// a transactional id: it is begun by raising the epoch, which aborts and fences what went before under that id.
// Records get their offsets as they are appended; readers see them by state of their transaction:
//
//   offset       0  1  2  3 | 4  5  6  7
//   transaction  a  a  b  a | c  a  c  d      a committed, b aborted, c open, d committed
//                           ^ last stable offset: the first of an open transaction. Committed records before it are
//                             what a read-committed reader sees (0, 1, 3); 7 has to wait for c.

import type { Actor } from "../kernel/actor.ts";
import type { EventHandle } from "../kernel/event-queue.ts";
import { must } from "../kernel/invariant.ts";
import { Incarnation, Place } from "../kernel/place.ts";
import type { Simulation } from "../kernel/simulation.ts";
import { stateHashOf } from "../kernel/state-hash.ts";
import { after, between, type Duration, type Instant } from "../kernel/virtual-time.ts";
import type { OutsideAnswer } from "../runtime/task/outside-request.ts";
import type { ConnectorRecorder } from "./events.ts";
import {
  logSystem,
  type OutsideArrival,
  type OutsideEnvironment,
  type OutsideSystem,
  refused,
  succeeded,
} from "./outside-system.ts";
import type {
  AppendedRecord,
  FlushResult,
  ListedTransaction,
  TransactionalLogRequest,
  TransactionName,
} from "./transactional-log-request.ts";

/** What has become of a transaction. */
export type TransactionStatus =
  | { readonly kind: "open" }
  | { readonly kind: "committed" }
  | { readonly kind: "aborted"; readonly reason: AbortReason };

/** Why a transaction was aborted. */
export type AbortReason = "its producer asked" | "a newer epoch fenced it" | "it timed out";

/** A record with its place in a partition. */
export interface LogRecord {
  readonly offset: number;
  readonly transactionalId: string;
  readonly value: unknown;
}

/** One epoch of a transactional id. */
interface LogTransaction extends TransactionName {
  readonly generation: number;
  status: TransactionStatus;
  /** Batches appended; the next one has this number. */
  batchCount: number;
  recordCount: number;
  /** Running from the first append on, while open. */
  timeout: { readonly handle: EventHandle; readonly due: Instant } | undefined;
}

interface LogPartition {
  readonly entries: { readonly value: unknown; readonly transaction: LogTransaction }[];
  /** All before it is decided; what is committed there has been published. */
  lastStableOffset: number;
}

/** A log of the outside world that is written in transactions. */
export class TransactionalLog implements Actor, OutsideSystem {
  readonly incarnation: Incarnation;
  readonly #name: string;
  readonly #simulation: Simulation;
  readonly #recorder: ConnectorRecorder;
  readonly #transactionTimeout: Duration;
  readonly #partitions: readonly LogPartition[];
  /** By transactional id; the index in the list is the epoch. */
  readonly #transactions = new Map<string, LogTransaction[]>();
  /** The newest generation of each producer; older ones begin no more transactions. */
  readonly #generations = new Map<string, number>();

  constructor(options: {
    readonly simulation: Simulation;
    readonly recorder: ConnectorRecorder;
    readonly name: string;
    /** For a copy: the life it goes on with. */
    readonly incarnation?: Incarnation;
    readonly partitions: number;
    /** Age, from its first append on, at which an open transaction is aborted; 0 for never. */
    readonly transactionTimeout: Duration;
  }) {
    this.#simulation = options.simulation;
    this.#recorder = options.recorder;
    this.#name = options.name;
    this.incarnation =
      options.incarnation ?? new Incarnation(new Place(logSystem(options.name)), 0);
    this.#transactionTimeout = options.transactionTimeout;
    this.#partitions = Array.from({ length: options.partitions }, () => {
      return { entries: [], lastStableOffset: 0 };
    });
  }

  get partitionCount(): number {
    return this.#partitions.length;
  }

  /** The first offset that belongs to an open transaction, or the end. */
  lastStableOffset(partition: number): number {
    return this.#partition(partition).lastStableOffset;
  }

  /** What a read-committed reader sees of a partition. */
  readCommitted(partition: number): readonly LogRecord[] {
    const stable = this.lastStableOffset(partition);
    return this.#read(
      partition,
      (offset, { status }) => offset < stable && status.kind === "committed",
    );
  }

  /** What a read-uncommitted reader sees of a partition: everything ever appended. */
  readUncommitted(partition: number): readonly LogRecord[] {
    return this.#read(partition, () => true);
  }

  /** The transactions that are neither committed nor aborted. */
  openTransactions(): readonly ListedTransaction[] {
    return [...this.#transactions.values()].flatMap((epochs) => {
      const newest = epochs.at(-1);
      if (newest === undefined || newest.status.kind !== "open") return [];
      const { transactionalId, epoch, generation } = newest;
      return [{ transactionalId, epoch, generation }];
    });
  }

  handle(arrival: OutsideArrival): void {
    const request: unknown = arrival.request;
    arrival.answer(this.#answerTo(request as TransactionalLogRequest, arrival));
  }

  /** An open transaction has reached the age at which it is aborted. */
  receive(message: unknown): void {
    const { transactionalId, epoch } = message as TransactionName;
    const transaction = must(this.#transactions.get(transactionalId)?.[epoch], "aged transaction");
    transaction.timeout = undefined;
    this.#abort(transaction, "it timed out");
  }

  describeState(horizon?: Duration): unknown {
    const now = this.#simulation.now;
    const left = ({ timeout }: LogTransaction): number | "beyond" => {
      if (timeout === undefined) return -1;
      return horizon !== undefined && timeout.due - now > horizon ? "beyond" : timeout.due - now;
    };
    return {
      partitions: this.#partitions.map(({ entries, lastStableOffset }) => {
        const records = entries.map(({ value, transaction }) => {
          return [transaction.transactionalId, transaction.epoch, value];
        });
        return [lastStableOffset, records];
      }),
      transactions: [...this.#transactions.values()].flat().map((transaction) => {
        const { timeout: _, ...rest } = transaction;
        return { ...rest, abortedIn: left(transaction) };
      }),
      generations: [...this.#generations],
    };
  }

  stateHash(): string {
    return stateHashOf(this.describeState());
  }

  copyInto({ simulation, recorder }: OutsideEnvironment): TransactionalLog {
    const copied = new TransactionalLog({
      simulation,
      recorder,
      incarnation: this.incarnation.copy(),
      name: this.#name,
      partitions: this.#partitions.length,
      transactionTimeout: this.#transactionTimeout,
    });
    const twins = new Map<LogTransaction, LogTransaction>();
    for (const [id, epochs] of this.#transactions) {
      const twinEpochs = epochs.map((transaction): LogTransaction => {
        const twin = { ...transaction, timeout: undefined };
        twins.set(transaction, twin);
        return twin;
      });
      copied.#transactions.set(id, twinEpochs);
    }
    for (const [transaction, twin] of twins) {
      if (transaction.timeout !== undefined)
        twin.timeout = copied.#startTimeout(twin, transaction.timeout.due);
    }
    for (const [index, { entries, lastStableOffset }] of this.#partitions.entries()) {
      const partition = copied.#partition(index);
      partition.lastStableOffset = lastStableOffset;
      for (const { value, transaction } of entries) {
        partition.entries.push({
          value,
          transaction: must(twins.get(transaction), "twin of a transaction"),
        });
      }
    }
    for (const [producer, generation] of this.#generations)
      copied.#generations.set(producer, generation);
    return copied;
  }

  #answerTo(request: TransactionalLogRequest, arrival: OutsideArrival): OutsideAnswer {
    switch (request.kind) {
      case "fence-producer":
        return this.#fenceProducer(request);
      case "init-producer":
        return this.#initProducer(request, arrival);
      case "append":
        return this.#onTransaction(request, (transaction) => {
          return this.#append(transaction, request.batch, request.records);
        });
      case "flush":
        return this.#onTransaction(request, (transaction) => {
          return this.#flush(transaction, request.batches);
        });
      case "commit":
        return this.#onTransaction(request, (transaction) => this.#commit(transaction));
      case "abort":
        return this.#onTransaction(request, (transaction) => this.#abortOnRequest(transaction));
      case "list":
        return succeeded(
          this.openTransactions().filter((open) => open.transactionalId.startsWith(request.prefix)),
        );
      default:
        return refused(`a transactional log knows no request "${unknownKind(request)}"`);
    }
  }

  /** From now on only this generation of the producer, or a later one, begins transactions. */
  #fenceProducer(request: {
    readonly producer: string;
    readonly generation: number;
  }): OutsideAnswer {
    const { producer, generation } = request;
    const newest = this.#generations.get(producer) ?? 0;
    if (generation < newest) {
      return refused(`generation ${generation} of ${producer} is fenced by generation ${newest}`);
    }
    this.#generations.set(producer, generation);
    return succeeded();
  }

  #initProducer(
    request: TransactionalLogRequest & { readonly kind: "init-producer" },
    arrival: OutsideArrival,
  ): OutsideAnswer {
    const { transactionalId, generation } = request;
    const fenced = this.#fenceProducer(request);
    if (fenced.kind === "error") {
      this.#recordFenced(transactionalId);
      return fenced;
    }
    const epochs = this.#transactions.get(transactionalId) ?? [];
    const last = epochs.at(-1);
    if (last?.status.kind === "open") {
      const isSameAgain = last.generation === generation && last.batchCount === 0;
      if (isSameAgain) return succeeded(last.epoch);
      this.#abort(last, "a newer epoch fenced it");
    }
    const epoch = epochs.length;
    const begun: LogTransaction = {
      transactionalId,
      epoch,
      generation,
      status: { kind: "open" },
      batchCount: 0,
      recordCount: 0,
      timeout: undefined,
    };
    this.#transactions.set(transactionalId, [...epochs, begun]);
    this.#recorder.record("transaction-begun", this.incarnation, {
      transaction: transactionalId,
      epoch,
      by: arrival.by,
      attempt: arrival.attempt,
    });
    return succeeded(epoch);
  }

  /** Runs `action` on the transaction that a request names by id and epoch. */
  #onTransaction(
    name: TransactionName,
    action: (transaction: LogTransaction) => OutsideAnswer,
  ): OutsideAnswer {
    const epochs = this.#transactions.get(name.transactionalId) ?? [];
    const transaction = epochs[name.epoch];
    if (transaction === undefined) {
      return refused(`there is no transaction ${name.transactionalId} with epoch ${name.epoch}`);
    }
    return action(transaction);
  }

  #append(
    transaction: LogTransaction,
    batch: number,
    records: readonly AppendedRecord[],
  ): OutsideAnswer {
    const { status } = transaction;
    if (status.kind === "aborted") return this.#refuseAborted(transaction, status.reason);
    const next = transaction.batchCount;
    if (batch < next) return succeeded(); // The same batch again: its answer was lost.
    if (status.kind === "committed") return refused(`${nameOf(transaction)} is committed`);
    if (batch > next) return outOfOrder(batch, next);
    transaction.batchCount++;
    for (const { partition, value } of records) {
      this.#partition(partition % this.#partitions.length).entries.push({ value, transaction });
    }
    transaction.recordCount += records.length;
    transaction.timeout ??= this.#startTimeout(transaction);
    return succeeded();
  }

  #startTimeout(
    { transactionalId, epoch }: TransactionName,
    due = after(this.#simulation.now, this.#transactionTimeout),
  ): LogTransaction["timeout"] {
    if (this.#transactionTimeout === 0) return undefined;
    const aged = { kind: "transaction-aged", transactionalId, epoch };
    const left = between(this.#simulation.now, due);
    return { handle: this.#simulation.schedule(left, this, aged), due };
  }

  /** Says how many batches have arrived, of the `batches` that were sent. */
  #flush(transaction: LogTransaction, batches: number): OutsideAnswer {
    const { status, transactionalId, epoch, recordCount, batchCount } = transaction;
    if (status.kind === "aborted") return this.#refuseAborted(transaction, status.reason);
    if (batchCount === batches) {
      const flushed = { transaction: transactionalId, epoch, records: recordCount };
      this.#recorder.record("transaction-flushed", this.incarnation, flushed);
    }
    return succeeded({ arrived: batchCount } satisfies FlushResult);
  }

  #commit(transaction: LogTransaction): OutsideAnswer {
    const { status } = transaction;
    if (status.kind === "committed") return succeeded(); // Committing again changes nothing.
    if (status.kind === "aborted") return this.#refuseAborted(transaction, status.reason);
    this.#decide(transaction, { kind: "committed" });
    this.#recorder.record("transaction-committed", this.incarnation, {
      transaction: transaction.transactionalId,
      epoch: transaction.epoch,
      records: transaction.recordCount,
    });
    this.#publish();
    return succeeded();
  }

  #abortOnRequest(transaction: LogTransaction): OutsideAnswer {
    const { status } = transaction;
    if (status.kind === "aborted") return succeeded(); // Aborting again changes nothing.
    if (status.kind === "committed") return refused(`${nameOf(transaction)} is committed`);
    this.#abort(transaction, "its producer asked");
    return succeeded();
  }

  #abort(transaction: LogTransaction, reason: AbortReason): void {
    const { transactionalId, epoch } = transaction;
    this.#decide(transaction, { kind: "aborted", reason });
    const aborted = { transaction: transactionalId, epoch, reason };
    this.#recorder.record("transaction-aborted", this.incarnation, aborted);
    this.#publish();
  }

  #decide(transaction: LogTransaction, status: TransactionStatus): void {
    transaction.status = status;
    if (transaction.timeout === undefined) return;
    this.#simulation.cancel(transaction.timeout.handle);
    transaction.timeout = undefined;
  }

  /** Moves the last stable offsets on and shows what is committed before them. */
  #publish(): void {
    for (const [partition, { entries }] of this.#partitions.entries()) {
      let offset = this.lastStableOffset(partition);
      for (; offset < entries.length; offset++) {
        const { value, transaction } = must(entries[offset], "entry of a log");
        if (transaction.status.kind === "open") break;
        if (transaction.status.kind === "aborted") continue;
        this.#recorder.record("record-committed", this.incarnation, {
          log: this.#name,
          partition,
          offset,
          transaction: transaction.transactionalId,
          value,
        });
      }
      this.#partition(partition).lastStableOffset = offset;
    }
  }

  #refuseAborted(transaction: LogTransaction, reason: AbortReason): OutsideAnswer {
    const { transactionalId, epoch } = transaction;
    const epochs = must(this.#transactions.get(transactionalId), "epochs of a transaction");
    if (epoch < epochs.length - 1) this.#recordFenced(transactionalId);
    return refused(`${nameOf(transaction)} was aborted: ${reason}`);
  }

  #recordFenced(transaction: string): void {
    const epoch = Math.max(0, (this.#transactions.get(transaction) ?? []).length - 1);
    this.#recorder.record("producer-fenced", this.incarnation, { transaction, epoch });
  }

  #partition(partition: number): LogPartition {
    return must(this.#partitions[partition], () => `partition ${partition} of ${this.#name}`);
  }

  #read(
    partition: number,
    isSeen: (offset: number, transaction: LogTransaction) => boolean,
  ): readonly LogRecord[] {
    return this.#partition(partition).entries.flatMap(({ value, transaction }, offset) => {
      const { transactionalId } = transaction;
      return isSeen(offset, transaction) ? [{ offset, transactionalId, value }] : [];
    });
  }
}

function nameOf({ transactionalId, epoch }: TransactionName): string {
  return `transaction ${transactionalId} (epoch ${epoch})`;
}

/** A batch before it was lost; the flush will tell. */
function outOfOrder(batch: number, next: number): OutsideAnswer {
  return {
    kind: "error",
    reason: `batch ${batch} is out of order, the next is ${next}`,
    retriable: true,
  };
}

/** The kind of a request that an author's own sink may have made up. */
function unknownKind(request: never): string {
  return String((request as { readonly kind: unknown }).kind);
}
