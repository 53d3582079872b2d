// Pipelines as a user would write them, sound and unsound: a running sum by key, written by one sink or another.
import {
  type Asking,
  ask,
  LogSource,
  RichMapFunction,
  type SinkFunction,
  StreamExecutionEnvironment,
  TransactionalLogSink,
  type TransactionName,
  TwoPhaseCommitSinkFunction,
  Types,
  type ValueState,
  ValueStateDescriptor,
  WatermarkStrategy,
} from "../../sim/index.ts";
import type { Pipeline } from "../../sim/testing.ts";

/** What an account holds after a payment. */
export type Balance = readonly [account: string, balance: number];

class AddUp extends RichMapFunction<readonly [string, number], Balance> {
  #balance: ValueState<number> | undefined = undefined;

  override open(): void {
    const descriptor = new ValueStateDescriptor<number>("balance", Types.INT, 0);
    this.#balance = this.getRuntimeContext().getState(descriptor);
  }

  override map([account, amount]: readonly [string, number]): Balance {
    const balance = (this.#balance?.value() ?? 0) + amount;
    this.#balance?.update(balance);
    return [account, balance];
  }
}

/** Cleancut's own sink, but for one thing: it commits before the checkpoint is known to be complete. */
export class EarlySink<In> extends TransactionalLogSink<In> {
  override *preCommit(transaction: TransactionName): Asking<void> {
    yield* super.preCommit(transaction);
    yield* super.commit(transaction);
  }
}

/** A sink of the author's own from the ground up that commits in `preCommit`, and later has nothing left to do. */
export class HastySink extends TwoPhaseCommitSinkFunction<Balance, TransactionName> {
  readonly target = "log:balances";
  #begun = 0;
  #batches = 0;

  *beginTransaction(): Asking<TransactionName> {
    const { uid, subtaskIndex, attempt } = this.sinkContext;
    const producer = `${uid}-${subtaskIndex}`;
    const transactionalId = `${producer}-${attempt}-${this.#begun++}`;
    const request = { kind: "init-producer", producer, generation: attempt, transactionalId };
    this.#batches = 0;
    return { transactionalId, epoch: Number(yield* ask({ ...request, system: this.target })) };
  }

  *invokeTransaction(transaction: TransactionName, value: Balance): Asking<void> {
    const batch = this.#batches++;
    const records = [{ partition: 0, value }];
    yield* ask({ ...transaction, kind: "append", batch, records, system: this.target });
  }

  *preCommit(transaction: TransactionName): Asking<void> {
    yield* ask({ ...transaction, kind: "commit", system: this.target });
  }

  commit(): void {}

  *abort(transaction: TransactionName): Asking<void> {
    yield* ask({ ...transaction, kind: "abort", system: this.target });
  }
}

const PAYMENTS: readonly (readonly [string, number])[] = Array.from({ length: 40 }, (_, index) => [
  ["ann", "bob", "cho"][index % 3] ?? "",
  1 + (index % 7),
]);

/** Adds up payments by account. */
export function balances(sink: () => SinkFunction<Balance>): Pipeline {
  return {
    name: "balances",
    build: () => {
      const env = StreamExecutionEnvironment.getExecutionEnvironment();
      env.enableCheckpointing(50);
      env
        .fromSource(
          new LogSource<readonly [string, number]>("payments"),
          WatermarkStrategy.noWatermarks(),
          "payments",
        )
        .keyBy(([account]) => account)
        .map(new AddUp())
        .name("add-up")
        .setParallelism(2)
        .sinkTo(sink())
        .name("sink");
      return env.execute("balances");
    },
    config: { "world.source.arrival-interval": "10 ms" },
    logs: { payments: [PAYMENTS] },
  };
}

/** The pipeline as it should be. */
export const soundBalances: Pipeline = balances(() => new TransactionalLogSink("balances"));
