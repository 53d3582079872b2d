// The text's second use (6.1) again, with rules that change while payments come in: a stream of limits is broadcast to
// every subtask, and each payment is held against the limit of its day and country (Flink: broadcast state pattern).
//
// Confluent, though limits and payments race: a payment whose limit is not there yet waits for it in keyed state, and
// those of one account, day and country wait together, so that they are judged in the order in which they came.

import {
  type Collector,
  type Fault,
  type KeyedBroadcastProcessContext,
  KeyedBroadcastProcessFunction,
  type ListState,
  ListStateDescriptor,
  LogSource,
  type MapState,
  MapStateDescriptor,
  type ReadOnlyKeyedBroadcastProcessContext,
  type Scenario,
  StreamExecutionEnvironment,
  TransactionalLogSink,
  Types,
  WatermarkStrategy,
} from "../sim/index.ts";

/** From that day on, an account may pay so much a day into a country. */
type Limit = readonly [day: number, country: string, max: number];

type Payment = readonly [id: number, account: string, day: number, country: string, amount: number];

/** A payment that takes its account past the limit: by how much. */
type Flag = readonly [id: number, account: string, total: number, max: number];

const LIMIT = Types.TUPLE(Types.INT, Types.STRING, Types.INT);
const PAYMENT = Types.TUPLE(Types.INT, Types.STRING, Types.INT, Types.STRING, Types.INT);
const FLAG = Types.TUPLE(Types.INT, Types.STRING, Types.INT, Types.INT);

/** The limits that have come, by day and country: what is broadcast. */
const LIMITS = new MapStateDescriptor("limits", Types.STRING, Types.INT);
/** An account's payments that wait for theirs. */
const WAITING = new ListStateDescriptor<Payment>("waiting", PAYMENT);
/** What an account has paid, by day and country. */
const TOTALS = new MapStateDescriptor("totals", Types.STRING, Types.INT);

const COUNTRIES = ["AT", "CN", "DE", "FR"];
const DAY_COUNT = 10;
const ACCOUNT_COUNT = 6;
const PAYMENTS_PER_DAY = 8;

const placeOf = (day: number, country: string): string => `${day} ${country}`;

/** Holds each payment against the limit of its day and country. */
class Judge extends KeyedBroadcastProcessFunction<string, Payment, Limit, Flag> {
  #waiting: ListState<Payment> | undefined = undefined;
  #totals: MapState<string, number> | undefined = undefined;

  override open(): void {
    const context = this.getRuntimeContext();
    this.#waiting = context.getListState(WAITING);
    this.#totals = context.getMapState(TOTALS);
  }

  override processElement(
    payment: Payment,
    context: ReadOnlyKeyedBroadcastProcessContext<string>,
    out: Collector<Flag>,
  ): void {
    const [, , day, country] = payment;
    const max = context.getBroadcastState(LIMITS).get(placeOf(day, country));
    if (max === undefined) this.#waiting?.add(payment);
    else this.#judge(payment, max, out);
  }

  override processBroadcastElement(
    [day, country, max]: Limit,
    context: KeyedBroadcastProcessContext<string>,
    out: Collector<Flag>,
  ): void {
    context.getBroadcastState(LIMITS).put(placeOf(day, country), max);
    context.applyToKeyedState(WAITING, (_account, waiting) => {
      const left: Payment[] = [];
      for (const payment of waiting.get()) {
        if (payment[2] === day && payment[3] === country) this.#judge(payment, max, out);
        else left.push(payment);
      }
      waiting.update(left);
    });
  }

  #judge([id, account, day, country, amount]: Payment, max: number, out: Collector<Flag>): void {
    const place = placeOf(day, country);
    const total = (this.#totals?.get(place) ?? 0) + amount;
    this.#totals?.put(place, total);
    if (total > max) out.collect([id, account, total, max]);
  }
}

function build(): StreamExecutionEnvironment {
  const env = StreamExecutionEnvironment.getExecutionEnvironment();
  env.enableCheckpointing(100);
  env.setParallelism(2);
  const limits = env
    .fromSource(new LogSource<Limit>("limits"), WatermarkStrategy.noWatermarks(), "limits")
    .returns(LIMIT)
    .setParallelism(1)
    .broadcast(LIMITS);
  env
    .fromSource(new LogSource<Payment>("payments"), WatermarkStrategy.noWatermarks(), "payments")
    .returns(PAYMENT)
    .keyBy(([, account]) => account)
    .connect(limits)
    .process(new Judge())
    .name("judge")
    .returns(FLAG)
    .sinkTo(new TransactionalLogSink<Flag>("flags"))
    .name("to-flags")
    .setParallelism(1);
  env.execute("risk-rules");
  return env;
}

/** The limits of all days, each day's in an order of its own. */
const LIMIT_LOG = Array.from({ length: DAY_COUNT * COUNTRIES.length }, (_, number): Limit => {
  const day = Math.floor(number / COUNTRIES.length);
  const country = COUNTRIES[(number + day) % COUNTRIES.length] ?? "";
  return [day, country, 25 + ((number * 7) % 5) * 15];
});

/** The payment of that number: most come about when the limits of their day do, some two days later. */
function paymentAt(number: number): Payment {
  const account = (number * 5) % ACCOUNT_COUNT;
  const today = Math.floor(number / PAYMENTS_PER_DAY);
  const day = Math.max(0, number % 3 === 0 ? today - 2 : today);
  const country = COUNTRIES[(account + (number % 7 === 0 ? 1 : 0)) % COUNTRIES.length] ?? "";
  return [number, `account-${account}`, day, country, 20 + ((number * 11) % 8) * 5];
}

const PAYMENTS = Array.from({ length: DAY_COUNT * PAYMENTS_PER_DAY }, (_, number) => {
  return paymentAt(number);
});

/** A machine dies when its judge has acknowledged the second checkpoint: its copy of the limits goes with it. */
const CRASH: readonly Fault[] = [
  {
    what: "task-manager-dies",
    where: "task-manager-2",
    when: { after: { event: "checkpoint-acknowledged", place: "judge-2", checkpoint: 2, nth: 1 } },
  },
];

/** The power goes when the third checkpoint is stored: no copy of the limits is left but those in it. */
const POWER_LOSS: readonly Fault[] = [
  {
    what: "power-loss",
    where: "cluster",
    when: { after: { event: "checkpoint-stored", place: "job-master", checkpoint: 3, nth: 1 } },
  },
];

/** The scenario `risk-rules`. */
export const riskRules: Scenario = {
  name: "risk-rules",
  title:
    "limits are broadcast to every subtask while payments come in; a payment waits for its own",
  group: "uses",
  description:
    "Rules that change while they are used (6.1). Limits, by day and country, are broadcast and kept in broadcast state, a " +
    "copy in every subtask; payments, by account, are held against the limit of their day and country. Which comes first is " +
    "chance: a payment without its limit waits in keyed state, and is judged when the limit comes. A crash takes the copies " +
    "with it, and each subtask is given its own back: without them payments would wait for ever.",
  build,
  config: { "world.source.arrival-interval": "10 ms" },
  logs: {
    limits: [LIMIT_LOG],
    payments: [
      PAYMENTS.filter(([, account]) => Number(account.at(-1)) % 2 === 0),
      PAYMENTS.filter(([, account]) => Number(account.at(-1)) % 2 === 1),
    ],
  },
  faults: [],
  plans: { crash: CRASH, "power-loss": POWER_LOSS },
  isConfluent: true,
  endsIn: "FINISHED",
  always: [
    "Every subtask has seen the same limits when it takes its snapshot.",
    "Flags do not depend on whether a limit or its payments come first: a plain loop over both gives the same.",
  ],
  eventually: ["No payment waits any more, and every payment past its limit is flagged."],
  sometimes: ["crash-while-pending", "crash-between-store-and-notify"],
};
