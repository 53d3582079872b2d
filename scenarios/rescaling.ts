// A job that outgrows itself: it is stopped with a savepoint and started again with more subtasks, and with its state in
// another backend. Every key group, every position in the input and every open transaction finds a new owner.

import {
  type Fault,
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

/** A customer buys something. */
type Purchase = readonly [customer: string, product: string];

/** How many things a customer has bought by then. */
type Purchases = readonly [customer: string, count: number];

const PARTITIONS = 4;
const PURCHASES_PER_PARTITION = 24;
const CUSTOMERS = ["ada", "ben", "cora", "diana", "eve", "finn", "gita", "hugo", "ines", "jan"];
const PRODUCTS = ["lamp", "chair", "table", "shelf"];

/** Numbers the purchases of each customer. */
class CountPurchases extends RichMapFunction<Purchase, Purchases> {
  #count: ValueState<number> | undefined = undefined;

  override open(): void {
    const descriptor = new ValueStateDescriptor("purchases", Types.INT);
    this.#count = this.getRuntimeContext().getState(descriptor);
  }

  override map([customer]: Purchase): Purchases {
    const count = (this.#count?.value() ?? 0) + 1;
    this.#count?.update(count);
    return [customer, count];
  }
}

function build(): StreamExecutionEnvironment {
  const env = StreamExecutionEnvironment.getExecutionEnvironment();
  env.enableCheckpointing(100);
  env.setParallelism(2);
  env
    .fromSource(new LogSource<Purchase>("purchases"), WatermarkStrategy.noWatermarks(), "source")
    .keyBy(([customer]) => customer)
    .map(new CountPurchases())
    .name("count")
    .sinkTo(new TransactionalLogSink<Purchases>("counts"))
    .name("sink");
  env.execute("rescaling");
  return env;
}

/** The purchases of a partition. */
function purchasesOf(partition: number): readonly Purchase[] {
  return Array.from({ length: PURCHASES_PER_PARTITION }, (_, number): Purchase => {
    const at = number * PARTITIONS + partition;
    const customer = CUSTOMERS[(at * 7) % CUSTOMERS.length] ?? "";
    return [customer, PRODUCTS[at % PRODUCTS.length] ?? ""];
  });
}

/** When checkpoint `checkpoint` has become what a restore would use. */
function stored(checkpoint: number): Fault["when"] {
  return { after: { event: "checkpoint-stored", place: "job-master", checkpoint, nth: 1 } };
}

/** When the job has ended for the `nth` time. */
function ended(nth: number): Fault["when"] {
  return { after: { event: "job-ended", place: "job-master", nth } };
}

/** From two subtasks to three, and from files of RocksDB to objects on the heap. */
const SCALE_OUT: readonly Fault[] = [
  { what: "job-stopped", where: "job-master", when: stored(1), format: "CANONICAL" },
  {
    what: "job-resumed",
    where: "job-master",
    when: ended(1),
    resume: { config: { "parallelism.default": 3, "state.backend.type": "hashmap" } },
  },
];

/** To three subtasks and, later, to one. */
const OUT_AND_IN: readonly Fault[] = [
  ...SCALE_OUT,
  { what: "job-stopped", where: "job-master", when: stored(3), format: "CANONICAL" },
  {
    what: "job-resumed",
    where: "job-master",
    when: ended(2),
    resume: { config: { "parallelism.default": 1 } },
  },
];

/** Canceled, and started again from the checkpoint that was retained, which then is the job's own. */
const RETAINED: readonly Fault[] = [
  { what: "job-canceled", where: "job-master", when: stored(2) },
  {
    what: "job-resumed",
    where: "job-master",
    when: ended(1),
    resume: { claimMode: "CLAIM", config: { "parallelism.default": 4 } },
  },
];

/** The scenario `rescaling`. */
export const rescaling: Scenario = {
  name: "rescaling",
  title: "stopped with a savepoint, started again with more subtasks and another backend",
  group: "state",
  description:
    "A job counts purchases by customer in two subtasks, its state in RocksDB. It is stopped with a canonical savepoint and " +
    "started again with three subtasks and its state on the heap. Key groups go to new owners whole, the positions of the " +
    "four partitions are dealt out anew, and what the old subtasks had pre-committed is committed by the new ones. The plan " +
    "out-and-in goes on from three subtasks to one; the plan retained cancels the job and starts it from a checkpoint.",
  build,
  config: {
    "state.backend.type": "rocksdb",
    "execution.checkpointing.incremental": true,
    "execution.checkpointing.externalized-checkpoint-retention": "RETAIN_ON_CANCELLATION",
    "world.source.arrival-interval": "16 ms",
  },
  logs: { purchases: Array.from({ length: PARTITIONS }, (_, partition) => purchasesOf(partition)) },
  faults: SCALE_OUT,
  plans: { "out-and-in": OUT_AND_IN, retained: RETAINED },
  isConfluent: true,
  endsIn: "FINISHED",
  always: [
    "Each key group belongs to one subtask.",
    "No purchase is counted twice, whoever counts it.",
  ],
  eventually: ["Every purchase is counted, and every count is committed once."],
  sometimes: ["crash-while-pending"],
};
