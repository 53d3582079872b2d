// A bank: money leaves a payer's wallet in one keyed stage, travels as a record, and arrives in the payee's savings in
// another. Between the two it is in no account, only in a channel, so a snapshot that is not one consistent cut
// finds too little money or too much (Chandy and Lamport's own reason for recording channels).
//
// Confluent: a payer's orders stand in one partition, so which of them the wallet covers does not hang on the order
// of arrival, and a receipt says nothing of the savings, which may grow in any order.

import {
  type Collector,
  type Fault,
  type KeyedProcessContext,
  KeyedProcessFunction,
  LogSource,
  RichMapFunction,
  type Scenario,
  StreamExecutionEnvironment,
  TransactionalLogSink,
  Types,
  type ValueState,
  ValueStateDescriptor,
  WatermarkStrategy,
} from "../sim/index.ts";

/** An order to pay, then the money on its way, then a receipt. */
type Transfer = readonly [id: number, payer: string, payee: string, amount: number];

const TRANSFER = Types.TUPLE(Types.INT, Types.STRING, Types.STRING, Types.INT);

const ACCOUNT_COUNT = 8;
const ORDER_COUNT = 88;

/** What is in every wallet before the first order. */
const OPENING = 100;

/** Takes the money out of the payer's wallet and sends it on its way, if the wallet covers it. */
class Debit extends KeyedProcessFunction<string, Transfer, Transfer> {
  #wallet: ValueState<number> | undefined = undefined;

  override open(): void {
    this.#wallet = this.getRuntimeContext().getState(
      new ValueStateDescriptor("wallet", Types.INT, OPENING),
    );
  }

  override processElement(
    order: Transfer,
    _context: KeyedProcessContext<string>,
    out: Collector<Transfer>,
  ): void {
    const [, , , amount] = order;
    const wallet = this.#wallet?.value() ?? 0;
    if (wallet < amount) return;
    this.#wallet?.update(wallet - amount);
    out.collect(order);
  }
}

/** Adds the money that arrives to the payee's savings. */
class Credit extends RichMapFunction<Transfer, Transfer> {
  #savings: ValueState<number> | undefined = undefined;

  override open(): void {
    this.#savings = this.getRuntimeContext().getState(
      new ValueStateDescriptor("savings", Types.INT, 0),
    );
  }

  override map(money: Transfer): Transfer {
    const [, , , amount] = money;
    this.#savings?.update((this.#savings.value() ?? 0) + amount);
    return money;
  }
}

function build(): StreamExecutionEnvironment {
  const env = StreamExecutionEnvironment.getExecutionEnvironment();
  env.enableCheckpointing(100);
  env.setParallelism(2);
  env
    .fromSource(new LogSource<Transfer>("orders"), WatermarkStrategy.noWatermarks(), "orders")
    .returns(TRANSFER)
    .keyBy(([, payer]) => payer)
    .process(new Debit())
    .name("debit")
    .returns(TRANSFER)
    .keyBy(([, , payee]) => payee)
    .map(new Credit())
    .name("credit")
    .returns(TRANSFER)
    .sinkTo(new TransactionalLogSink<Transfer>("receipts"))
    .name("to-receipts")
    .setParallelism(1);
  env.execute("bank");
  return env;
}

/** The order of that number: never to oneself, and in sum more than the wallets hold. */
function orderAt(number: number): Transfer {
  const payer = number % ACCOUNT_COUNT;
  const payee = (payer + 1 + ((number * 3) % (ACCOUNT_COUNT - 1))) % ACCOUNT_COUNT;
  return [number, `account-${payer}`, `account-${payee}`, 6 + ((number * 7) % 13)];
}

const ORDERS = Array.from({ length: ORDER_COUNT }, (_, number) => orderAt(number));

/** A machine with wallets and savings dies when it has acknowledged the second checkpoint. */
const CRASH: readonly Fault[] = [
  {
    what: "task-manager-dies",
    where: "task-manager-2",
    when: { after: { event: "checkpoint-acknowledged", place: "debit-2", checkpoint: 2, nth: 1 } },
  },
];

/** Savings are slow to write, and the wallets' machine dies while that checkpoint waits for them. */
const HALF_WRITTEN: readonly Fault[] = [
  {
    what: "storage-slow",
    where: "credit-1",
    when: { after: { event: "snapshot-taken", place: "credit-1", checkpoint: 2, nth: 1 } },
    duration: 120_000,
  },
  {
    what: "task-manager-loses-disk",
    where: "task-manager-2",
    when: { after: { event: "checkpoint-acknowledged", place: "credit-2", checkpoint: 2, nth: 1 } },
  },
];

/** The scenario `bank`. */
export const bank: Scenario = {
  name: "bank",
  title: "money moves between accounts as records; no crash makes any or loses any",
  group: "consistent cuts",
  description:
    "Orders are debited from the payer's wallet in one keyed stage and credited to the payee's savings in the next; " +
    "in between the money is a record in a channel. Every completed checkpoint is one consistent cut, so wallets, savings and " +
    "channels hold the same sum in each. The plan half-written loses a machine while one half of the cut is still " +
    "being written: the job goes back to the checkpoint before it.",
  build,
  config: {
    "world.source.arrival-interval": "10 ms",
    "execution.checkpointing.data-inline-threshold": "0 b",
  },
  logs: {
    orders: [
      ORDERS.filter((_, number) => (number % ACCOUNT_COUNT) % 2 === 0),
      ORDERS.filter((_, number) => (number % ACCOUNT_COUNT) % 2 === 1),
    ],
  },
  faults: [],
  plans: { crash: CRASH, "half-written": HALF_WRITTEN },
  isConfluent: true,
  endsIn: "FINISHED",
  always: [
    `The money in states and channels of every completed checkpoint is ${ACCOUNT_COUNT * OPENING}.`,
    "No receipt is committed twice, and none for an order that the wallet did not cover.",
  ],
  eventually: ["Every order that the wallet covers has its receipt."],
  sometimes: ["crash-while-pending", "crash-between-store-and-notify"],
  conserved: ({ states, channels }) => {
    // An account that nothing was taken from yet has no state and counts with what it opened with.
    let money = ACCOUNT_COUNT * OPENING;
    for (const { state, value } of states) {
      if (state === "wallet") money += (value as number) - OPENING;
      if (state === "savings") money += value as number;
    }
    for (const { channel, value } of channels) {
      if (channel.startsWith("debit-")) money += (value as Transfer)[3];
    }
    return money;
  },
};
