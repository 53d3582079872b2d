// The sink of a transactional log (the place of Flink's KafkaSink with EXACTLY_ONCE; spec 7.3). A transaction is
// numbered by the checkpoint that will cover it, so that a later attempt finds by name what an earlier one left open:
//
//   restored from 4:   sink-0-4 and before   pre-committed, in the restored state: to be committed
//                      sink-0-5 and after    left open by earlier attempts: to be aborted
//
// Batches go out without waiting; the flush at the barrier learns which were lost and sends those again.

import type {
  FunctionInitializationContext,
  FunctionSnapshotContext,
} from "../runtime/task/functions.ts";
import type { Hook } from "../runtime/task/outside-request.ts";
import { type Asking, ask } from "./ask.ts";
import { logSystem } from "./outside-system.ts";
import type {
  AppendedRecord,
  FlushResult,
  ListedTransaction,
  TransactionalLogRequest,
  TransactionName,
} from "./transactional-log-request.ts";
import {
  type TransactionTimeoutOptions,
  TwoPhaseCommitSinkFunction,
} from "./two-phase-commit-sink-function.ts";

/** What follows the sink's name in a transactional id: subtask and number. */
const TRANSACTION_ID_END = /^-(\d+)-(\d+)$/;

/** How a transactional log is written. */
export interface TransactionalLogSinkOptions<In> extends TransactionTimeoutOptions {
  /** Picks a partition, counted round the log's; without it each subtask has one of its own. */
  readonly partitioner?: (value: In) => number;
  /** Records gathered before they are sent. */
  readonly batchSize?: number;
}

/**
 * Writes an outside log so that a read-committed reader sees every record exactly once.
 *
 * @example counts.sinkTo(new TransactionalLogSink<WordCount>("counts"))
 */
export class TransactionalLogSink<In> extends TwoPhaseCommitSinkFunction<In, TransactionName> {
  readonly target: string;
  readonly #partitioner: ((value: In) => number) | undefined;
  readonly #batchSize: number;
  /** Number of the next transaction: the checkpoint that can cover it at the earliest. */
  #nextNumber = 1;
  /** Batches of the open transaction that were sent and may be lost. */
  #batches: (readonly AppendedRecord[])[] = [];
  #gathered: AppendedRecord[] = [];

  constructor(log: string, options: TransactionalLogSinkOptions<In> = {}) {
    super(options);
    this.target = logSystem(log);
    this.#partitioner = options.partitioner;
    this.#batchSize = options.batchSize ?? 64;
  }

  override *initializeState(context: FunctionInitializationContext): Asking<void> {
    const restored = context.getRestoredCheckpointId() ?? 0;
    this.#nextNumber = restored + 1;
    yield* this.#fenceEarlierAttempts();
    yield* this.#abortLingering(restored);
    yield* super.initializeState(context);
  }

  override *snapshotState(context: FunctionSnapshotContext): Asking<void> {
    this.#nextNumber = context.getCheckpointId() + 1;
    yield* super.snapshotState(context);
  }

  *beginTransaction(): Asking<TransactionName> {
    const transactionalId = `${this.#producer}-${this.#nextNumber}`;
    const epoch = yield* this.#ask({
      system: this.target,
      kind: "init-producer",
      producer: this.#producer,
      generation: this.sinkContext.attempt,
      transactionalId,
    });
    return { transactionalId, epoch: epoch as number };
  }

  invokeTransaction(transaction: TransactionName, value: In): Hook {
    const partition = this.#partitioner?.(value) ?? this.sinkContext.subtaskIndex;
    if (!Number.isSafeInteger(partition) || partition < 0) {
      throw new Error(
        `Cannot pick a partition: found ${partition}, expected a whole number from 0 up`,
      );
    }
    this.#gathered.push({ partition, value });
    if (this.#gathered.length >= this.#batchSize) this.#sendGathered(transaction);
  }

  *preCommit(transaction: TransactionName): Asking<void> {
    if (this.#gathered.length > 0) this.#sendGathered(transaction);
    const sent = this.#batches;
    this.#batches = [];
    if (sent.length === 0) return;
    const { transactionalId, epoch } = transaction;
    const batches = sent.length;
    const flush = { system: this.target, kind: "flush", transactionalId, epoch, batches } as const;
    const { arrived } = (yield* this.#ask(flush)) as FlushResult;
    if (arrived === sent.length) return;
    for (const [batch, records] of sent.entries()) {
      if (batch >= arrived) yield* this.#ask(this.#appendRequest(transaction, batch, records));
    }
    yield* this.#ask(flush);
  }

  *commit({ transactionalId, epoch }: TransactionName): Asking<void> {
    yield* this.#ask({ system: this.target, kind: "commit", transactionalId, epoch });
  }

  *abort({ transactionalId, epoch }: TransactionName): Asking<void> {
    yield* this.#ask({ system: this.target, kind: "abort", transactionalId, epoch });
  }

  override describeState(): unknown {
    return [super.describeState(), this.#nextNumber, this.#batches, this.#gathered];
  }

  /** Keeps a zombie of an earlier attempt from beginning transactions under the names this one will use. */
  *#fenceEarlierAttempts(): Asking<void> {
    yield* this.#ask({
      system: this.target,
      kind: "fence-producer",
      producer: this.#producer,
      generation: this.sinkContext.attempt,
    });
  }

  /**
   * Aborts what earlier attempts left open after the restored checkpoint: nobody will ever commit it. Subtasks that
   * the sink has no more, after a restart with fewer, are looked after by the others.
   */
  *#abortLingering(restored: number): Asking<void> {
    const { uid, subtaskIndex, parallelism, attempt } = this.sinkContext;
    const list = { system: this.target, kind: "list", prefix: `${uid}-` } as const;
    const listed = (yield* this.#ask(list)) as ListedTransactions;
    for (const transaction of listed) {
      const [, subtask, number] =
        TRANSACTION_ID_END.exec(transaction.transactionalId.slice(uid.length)) ?? [];
      if (Number(subtask) % parallelism !== subtaskIndex) continue;
      if (Number(number) <= restored) continue; // Pre-committed: it is in a restored state.
      if (transaction.generation >= attempt) continue; // This attempt is a zombie itself.
      yield* this.abort(transaction);
    }
  }

  #sendGathered(transaction: TransactionName): void {
    const records = this.#gathered;
    const batch = this.#batches.push(records) - 1;
    this.#gathered = [];
    this.sinkContext.send(this.#appendRequest(transaction, batch, records));
  }

  #appendRequest(
    { transactionalId, epoch }: TransactionName,
    batch: number,
    records: readonly AppendedRecord[],
  ): TransactionalLogRequest {
    return { system: this.target, kind: "append", transactionalId, epoch, batch, records };
  }

  #ask(request: TransactionalLogRequest): Asking<unknown> {
    return ask(request);
  }

  /** The name that all transactions of this subtask begin with. */
  get #producer(): string {
    return `${this.sinkContext.uid}-${this.sinkContext.subtaskIndex}`;
  }
}

type ListedTransactions = readonly ListedTransaction[];
