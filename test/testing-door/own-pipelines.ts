// Pipelines as a user would write them, sound and unsound: a running sum by key, written by one sink or another.
import {
  LogSource,
  type OutsideAnswer,
  type OutsideRequest,
  RichMapFunction,
  type SinkFunction,
  StreamExecutionEnvironment,
  TransactionalLogSink,
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
  override *preCommit(transaction: Transaction): ReturnType<TransactionalLogSink<In>["preCommit"]> {
    yield* super.preCommit(transaction);
    yield* super.commit(transaction);
  }
}

/** A transaction of an outside log. */
interface Transaction {
  readonly transactionalId: string;
  readonly epoch: number;
}

/** A sink of the author's own from the ground up that commits in `preCommit`, and later has nothing left to do. */
export class HastySink extends TwoPhaseCommitSinkFunction<Balance, Transaction> {
  readonly target = "log:balances";
  #begun = 0;
  readonly #batches = new Map<string, number>();

  *beginTransaction() {
    const { uid, subtaskIndex, attempt } = this.sinkContext;
    const transactionalId = `${uid}-${subtaskIndex}-${attempt}-${this.#begun++}`;
    const producer = `${uid}-${subtaskIndex}`;
    const request = { kind: "init-producer", producer, generation: attempt, transactionalId };
    return { transactionalId, epoch: Number(yield* this.#ask(request)) };
  }

  *invokeTransaction(transaction: Transaction, value: Balance) {
    const records = [{ partition: 0, value }];
    const batch = this.#sent(transaction);
    yield* this.#ask({ ...transaction, kind: "append", batch, records });
  }

  *preCommit(transaction: Transaction) {
    yield* this.#ask({ ...transaction, kind: "commit" });
  }

  *commit(): Generator<never, void, never> {}

  *abort(transaction: Transaction) {
    yield* this.#ask({ ...transaction, kind: "abort" });
  }

  #sent({ transactionalId }: Transaction): number {
    const sent = this.#batches.get(transactionalId) ?? 0;
    this.#batches.set(transactionalId, sent + 1);
    return sent;
  }

  *#ask(request: {
    readonly kind: string;
    readonly [field: string]: unknown;
  }): Generator<OutsideRequest, unknown, OutsideAnswer> {
    const answer = yield { ...request, system: this.target };
    if (answer.kind === "error") throw new Error(answer.reason);
    return answer.value;
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
