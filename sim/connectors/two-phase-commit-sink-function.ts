// A sink whose output appears exactly once, by two-phase commit with the checkpoint as coordinator
// (Flink: TwoPhaseCommitSinkFunction; spec 7.1). What was written between two barriers is one transaction: it is
// pre-committed when the snapshot is taken and committed when the checkpoint is known to be complete.
//
//   barrier n-1          barrier n               n complete
//   ----|---- transaction ----|---------------------|---->
//     begin     invoke ...   preCommit, begin       commit

import { type Duration, micros } from "../kernel/virtual-time.ts";
import type { ListState } from "../runtime/state/state.ts";
import { ListStateDescriptor } from "../runtime/state/state-descriptor.ts";
import type {
  CheckpointedFunction,
  CheckpointListener,
  FunctionInitializationContext,
  FunctionSnapshotContext,
  SinkContext,
  SinkFunction,
} from "../runtime/task/functions.ts";
import type { Hook } from "../runtime/task/outside-request.ts";
import type { Asking } from "./ask.ts";

/** A transaction and when it was begun. */
export interface TransactionHolder<Txn> {
  readonly handle: Txn;
  /** In whole microseconds. */
  readonly startTime: number;
}

/** What a subtask of the sink saves: one element of operator list state. */
export interface TwoPhaseCommitState<Txn> {
  /** The transaction that was open at the barrier; undefined after the last record. */
  readonly pendingTransaction: TransactionHolder<Txn> | undefined;
  /** Pre-committed ones whose checkpoint was not known to be complete, oldest first. */
  readonly pendingCommitTransactions: readonly TransactionHolder<Txn>[];
  readonly userContext: unknown;
}

/** How long transactions live outside, and what to do about it. */
export interface TransactionTimeoutOptions {
  /** Age at which the outside gives a transaction up; unset means never. */
  readonly transactionTimeout?: Duration;
  /** Whether a commit that fails on recovery after that age is passed over, which loses its records. */
  readonly ignoresFailuresAfterTimeout?: boolean;
  /** Share of the time-out, from 0 to 1, from which on {@link TwoPhaseCommitSinkFunction.warnOfTimeout} is called. */
  readonly warningRatio?: number;
}

/**
 * Extend it with what your outside system calls a transaction. A `Txn` is plain data: it is saved with checkpoints and
 * must suffice to commit or abort after a crash. Hooks may wait for the outside by yielding requests.
 *
 * @example
 * class FileSink extends TwoPhaseCommitSinkFunction<string, { readonly file: string }> {
 *   readonly target = "files";
 *   *beginTransaction() { return { file: String(yield* ask({ system: "files", kind: "create" })) }; }
 *   *invokeTransaction({ file }, line) { yield* ask({ system: "files", kind: "write", file, line }); }
 *   *preCommit({ file }) { yield* ask({ system: "files", kind: "sync", file }); }
 *   *commit({ file }) { yield* ask({ system: "files", kind: "publish", file }); }
 *   *abort({ file }) { yield* ask({ system: "files", kind: "delete", file }); }
 * }
 */
export abstract class TwoPhaseCommitSinkFunction<In, Txn>
  implements SinkFunction<In>, CheckpointedFunction, CheckpointListener
{
  readonly guarantee = "exactly-once";
  abstract readonly target: string;
  readonly #timeouts: TransactionTimeoutOptions;
  #sinkContext: SinkContext | undefined = undefined;
  #state: ListState<TwoPhaseCommitState<Txn>> | undefined = undefined;
  /** Pre-committed transactions by the checkpoint that covers them. */
  readonly #pendingCommits = new Map<number, TransactionHolder<Txn>>();
  #current: TransactionHolder<Txn> | undefined = undefined;
  #isFinished = false;
  #userContext: unknown = undefined;

  constructor(timeouts: TransactionTimeoutOptions = {}) {
    this.#timeouts = timeouts;
  }

  /** Begins a transaction. */
  abstract beginTransaction(): Asking<Txn>;

  /** Writes one record into the open transaction. */
  abstract invokeTransaction(transaction: Txn, value: In): Hook;

  /** Makes everything written so far safe outside, so that nothing but `commit` is left to do. */
  abstract preCommit(transaction: Txn): Hook;

  /** Makes a pre-committed transaction visible. Throwing fails the task. */
  abstract commit(transaction: Txn): Hook;

  /** Drops a transaction. */
  abstract abort(transaction: Txn): Hook;

  /** Commits after a crash; must do nothing for what is committed already. */
  recoverAndCommit(transaction: Txn): Hook {
    return this.commit(transaction);
  }

  /** Aborts after a crash; must do nothing for what is aborted already. */
  recoverAndAbort(transaction: Txn): Hook {
    return this.abort(transaction);
  }

  /** No more records will come; the open transaction will still be pre-committed. */
  finishProcessing(_transaction: Txn | undefined): Hook {}

  /** What to save beside the transactions, as plain data; called where nothing was restored. */
  initializeUserContext(): unknown {
    return undefined;
  }

  /** Called on recovery once the transactions of one saved state are dealt with. */
  finishRecoveringContext(_handled: readonly Txn[]): Hook {}

  /** A transaction about to be committed is `age` old, close to the time-out or past it. */
  warnOfTimeout(_age: Duration, _timeout: Duration): void {}

  /** What is saved beside the transactions. */
  get userContext(): unknown {
    return this.#userContext;
  }

  /** Where this sink runs. Throws before the runtime has said so. */
  get sinkContext(): SinkContext {
    if (this.#sinkContext === undefined) {
      throw new Error("Cannot get the sink context: the sink has not been placed yet");
    }
    return this.#sinkContext;
  }

  setSinkContext(context: SinkContext): void {
    this.#sinkContext = context;
  }

  *initializeState(context: FunctionInitializationContext): Asking<void> {
    const descriptor = new ListStateDescriptor<TwoPhaseCommitState<Txn>>("transactions");
    this.#state = context.getOperatorStateStore().getListState(descriptor);
    let hasUserContext = false;
    for (const restored of context.isRestored() ? this.#state.get() : []) {
      const handled: Txn[] = [];
      for (const holder of restored.pendingCommitTransactions) {
        yield* this.#recoverAndCommit(holder);
        handled.push(holder.handle);
      }
      if (restored.pendingTransaction !== undefined) {
        yield* waitFor(this.recoverAndAbort(restored.pendingTransaction.handle));
        handled.push(restored.pendingTransaction.handle);
      }
      if (restored.userContext === undefined) continue;
      hasUserContext = true;
      this.#userContext = restored.userContext;
      yield* waitFor(this.finishRecoveringContext(handled));
    }
    if (!hasUserContext) this.#userContext = this.initializeUserContext();
    this.#current = yield* this.#begin();
  }

  invoke(value: In): Hook {
    if (this.#current === undefined) {
      throw new Error("Cannot write a record: no transaction is open, for the sink has finished");
    }
    return this.invokeTransaction(this.#current.handle, value);
  }

  *snapshotState(context: FunctionSnapshotContext): Asking<void> {
    const checkpoint = context.getCheckpointId();
    const current = this.#current;
    if (current !== undefined) {
      yield* waitFor(this.preCommit(current.handle));
      this.#pendingCommits.set(checkpoint, current);
      this.#current = undefined;
    }
    if (!this.#isFinished) this.#current = yield* this.#begin();
    this.#state?.update([
      {
        pendingTransaction: this.#current,
        pendingCommitTransactions: [...this.#pendingCommits.values()],
        userContext: this.#userContext,
      },
    ]);
  }

  /**
   * Commits what `checkpoint` covers: also the transactions of earlier checkpoints, whose completion may have gone
   * unheard or which were aborted after this sink had pre-committed. A failure does not keep the others from it.
   */
  *notifyCheckpointComplete(checkpoint: number): Asking<void> {
    let firstError: unknown;
    for (const [covering, holder] of [...this.#pendingCommits]) {
      if (covering > checkpoint) continue;
      this.#checkAge(holder);
      try {
        yield* waitFor(this.commit(holder.handle));
      } catch (error) {
        firstError ??= error;
      }
      this.#pendingCommits.delete(covering);
    }
    if (firstError !== undefined) throw firstError;
  }

  /** Nothing: the transactions stay pending, and the next completed checkpoint covers them. */
  notifyCheckpointAborted(_checkpoint: number): Hook {}

  *finish(): Asking<void> {
    this.#isFinished = true;
    yield* waitFor(this.finishProcessing(this.#current?.handle));
  }

  /** Aborts the open transaction. What is pre-committed stays: its checkpoint may be complete. */
  *close(): Asking<void> {
    const current = this.#current;
    this.#current = undefined;
    if (current !== undefined) yield* waitFor(this.abort(current.handle));
  }

  /** What determines this sink's future, as plain data. */
  describeState(): unknown {
    return {
      current: this.#current,
      pendingCommits: [...this.#pendingCommits],
      isFinished: this.#isFinished,
      userContext: this.#userContext,
    };
  }

  *#begin(): Asking<TransactionHolder<Txn>> {
    const startTime = this.sinkContext.now();
    return { handle: yield* this.beginTransaction(), startTime };
  }

  *#recoverAndCommit(holder: TransactionHolder<Txn>): Asking<void> {
    const { transactionTimeout, ignoresFailuresAfterTimeout } = this.#timeouts;
    this.#checkAge(holder);
    try {
      yield* waitFor(this.recoverAndCommit(holder.handle));
    } catch (error) {
      const isTimedOut = transactionTimeout !== undefined && this.#age(holder) > transactionTimeout;
      if (ignoresFailuresAfterTimeout !== true || !isTimedOut) throw error;
    }
  }

  #checkAge(holder: TransactionHolder<Txn>): void {
    const { transactionTimeout, warningRatio } = this.#timeouts;
    if (transactionTimeout === undefined || warningRatio === undefined) return;
    const age = this.#age(holder);
    if (age > transactionTimeout * warningRatio) this.warnOfTimeout(age, transactionTimeout);
  }

  #age(holder: TransactionHolder<Txn>): Duration {
    return micros(this.sinkContext.now() - holder.startTime);
  }
}

function* waitFor(hook: Hook): Asking<void> {
  if (hook !== undefined) yield* hook;
}
