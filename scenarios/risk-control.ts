// The text's second use (6.1): a bank watches payments for fraud as they happen. Rules look at a customer's last few
// payments and at the sum of all of them; what they flag goes to a transactional log, because a flag that is doubled
// blocks a card twice and one that is lost blocks none.
//
// Confluent: a customer's payments stand in one partition, and the rules look at one customer at a time.

import {
  type Collector,
  type Fault,
  type KeyedProcessContext,
  KeyedProcessFunction,
  type ListState,
  ListStateDescriptor,
  LogSource,
  type ReducingState,
  ReducingStateDescriptor,
  type Scenario,
  StreamExecutionEnvironment,
  TransactionalLogSink,
  Types,
  WatermarkStrategy,
} from "../sim/index.ts";

type Payment = readonly [id: number, customer: string, amount: number, country: string];

/** A payment that a rule objects to. */
type Flag = readonly [id: number, customer: string, rule: string];

const PAYMENT = Types.TUPLE(Types.INT, Types.STRING, Types.INT, Types.STRING);
const FLAG = Types.TUPLE(Types.INT, Types.STRING, Types.STRING);

/** How many of a customer's payments the rules look back on, the present one included. */
const RECENT_COUNT = 3;
/** Rule "burst": so much in the last few payments. */
const BURST_MIN = 260;
/** Rule "limit": the payment that takes a customer's total past this. */
const TOTAL_MAX = 600;

const CUSTOMER_COUNT = 8;
const PAYMENT_COUNT = 96;
const COUNTRIES = ["AT", "CN", "DE", "FR", "JP"];

/** Keeps each customer's last payments and their total, and says which rules a new payment breaks. */
class Rules extends KeyedProcessFunction<string, Payment, Flag> {
  #recent: ListState<Payment> | undefined = undefined;
  #total: ReducingState<number> | undefined = undefined;

  override open(): void {
    const context = this.getRuntimeContext();
    this.#recent = context.getListState(new ListStateDescriptor<Payment>("recent", PAYMENT));
    this.#total = context.getReducingState(
      new ReducingStateDescriptor<number>("total", (a, b) => a + b, Types.LONG),
    );
  }

  override processElement(
    payment: Payment,
    _context: KeyedProcessContext<string>,
    out: Collector<Flag>,
  ): void {
    const [id, customer, amount] = payment;
    const before = this.#total?.get() ?? 0;
    this.#total?.add(amount);
    const recent = [...(this.#recent?.get() ?? []), payment].slice(-RECENT_COUNT);
    this.#recent?.update(recent);
    for (const rule of brokenRules(recent, { before, after: before + amount })) {
      out.collect([id, customer, rule]);
    }
  }
}

function brokenRules(
  recent: readonly Payment[],
  total: { readonly before: number; readonly after: number },
): readonly string[] {
  const sum = recent.reduce((all, [, , amount]) => all + amount, 0);
  const countries = new Set(recent.map(([, , , country]) => country));
  return [
    ...(sum >= BURST_MIN ? ["burst"] : []),
    ...(countries.size === RECENT_COUNT ? ["everywhere"] : []),
    ...(total.before <= TOTAL_MAX && total.after > TOTAL_MAX ? ["limit"] : []),
  ];
}

function build(): StreamExecutionEnvironment {
  const env = StreamExecutionEnvironment.getExecutionEnvironment();
  env.enableCheckpointing(100);
  env.setParallelism(2);
  env
    .fromSource(new LogSource<Payment>("payments"), WatermarkStrategy.noWatermarks(), "payments")
    .returns(PAYMENT)
    .keyBy(([, customer]) => customer)
    .process(new Rules())
    .name("rules")
    .returns(FLAG)
    .sinkTo(new TransactionalLogSink<Flag>("flags"))
    .name("to-flags")
    .setParallelism(1);
  env.execute("risk-control");
  return env;
}

/** The payment of that number: mostly small and at home, now and then far away or one of two large ones in a row. */
function paymentAt(number: number): Payment {
  const customer = number % CUSTOMER_COUNT;
  const round = Math.floor(number / CUSTOMER_COUNT);
  const isLarge = (round + customer * 2) % 7 < 2;
  const isAway = (number + customer) % 6 === 0 || number % 7 === 3;
  const amount = isLarge ? 105 + (number % 9) * 5 : 15 + (number % 6) * 4;
  const country = COUNTRIES[(customer + (isAway ? 1 + (number % 3) : 0)) % COUNTRIES.length];
  return [number, `customer-${customer}`, amount, country ?? ""];
}

const PAYMENTS = Array.from({ length: PAYMENT_COUNT }, (_, number) => paymentAt(number));

/** A machine with customers' totals dies when it has acknowledged the second checkpoint. */
const CRASH: readonly Fault[] = [
  {
    what: "task-manager-dies",
    where: "task-manager-2",
    when: { after: { event: "checkpoint-acknowledged", place: "rules-2", checkpoint: 2, nth: 1 } },
  },
];

/** The power goes when the second checkpoint is stored: its flags are prepared, and nobody has committed them. */
const POWER_LOSS: readonly Fault[] = [
  {
    what: "power-loss",
    where: "cluster",
    when: { after: { event: "checkpoint-stored", place: "job-master", checkpoint: 2, nth: 1 } },
  },
];

/** The sink's code throws when it has sent off the commit of the second checkpoint's flags and has no answer yet. */
const CRASH_AT_COMMIT: readonly Fault[] = [
  {
    what: "task-throws",
    where: "to-flags-1",
    when: { after: { event: "completion-received", place: "to-flags-1", checkpoint: 2, nth: 1 } },
  },
];

/** The scenario `risk-control`. */
export const riskControl: Scenario = {
  name: "risk-control",
  title: "rules over a customer's payments flag the risky ones, each exactly once",
  group: "uses",
  description:
    "Real-time risk control (6.1). Each customer's last payments (list state) and their total (reducing state) are held " +
    "against three rules; flags go to a transactional log. The plan power-loss strikes between the storing of a " +
    "checkpoint and the word of it: its flags are committed after the restart. The plan crash-at-commit strikes while a " +
    "commit is on its way: the restored sink, which cannot know, commits again, and nothing is doubled.",
  build,
  config: { "world.source.arrival-interval": "10 ms" },
  logs: {
    payments: [
      PAYMENTS.filter((_, number) => number % 2 === 0),
      PAYMENTS.filter((_, number) => number % 2 === 1),
    ],
  },
  faults: [],
  plans: { crash: CRASH, "power-loss": POWER_LOSS, "crash-at-commit": CRASH_AT_COMMIT },
  isConfluent: true,
  endsIn: "FINISHED",
  always: [
    "No flag is committed twice, and none before the checkpoint that covers it is complete.",
    "Flags do not depend on the machines: a plain loop over the payments gives the same.",
  ],
  eventually: ["Every payment that breaks a rule is flagged."],
  sometimes: ["crash-between-store-and-notify", "crash-between-notify-and-commit"],
};
