// The text's first use (6.1): a shop watches what its users do, as they do it. One stream of clicks is keyed two ways, by
// user for sessions and by product for counts. There is no event time yet, so a session ends with a purchase or
// after so many clicks.
//
// Confluent: a user's clicks stand in one partition, so sessions are fixed; and the counts of a product and an action
// are 1, 2, 3, ... whichever click comes first.

import {
  type Collector,
  type Fault,
  type KeyedProcessContext,
  KeyedProcessFunction,
  type ListState,
  ListStateDescriptor,
  LogSource,
  type MapState,
  MapStateDescriptor,
  RichMapFunction,
  type Scenario,
  StreamExecutionEnvironment,
  TransactionalLogSink,
  Types,
  type ValueState,
  ValueStateDescriptor,
  WatermarkStrategy,
} from "../sim/index.ts";

type Action = "view" | "cart" | "buy";

/** One user does one thing to one product. */
type Click = readonly [user: string, product: string, action: Action];

/** What a user did in one session, and the product that was clicked most in it. */
type Session = readonly [user: string, number: number, path: readonly string[], favourite: string];

/** How often something has been done to a product so far. */
type ProductCount = readonly [product: string, action: Action, count: number];

const SESSION_CLICKS_MAX = 6;
const USER_COUNT = 6;
const PRODUCT_COUNT = 5;
const CLICK_COUNT = 90;

/** Gathers a user's clicks and tells of them when the session ends. */
class Sessions extends KeyedProcessFunction<string, Click, Session> {
  #path: ListState<string> | undefined = undefined;
  #clicks: MapState<string, number> | undefined = undefined;
  #ended: ValueState<number> | undefined = undefined;

  override open(): void {
    const context = this.getRuntimeContext();
    this.#path = context.getListState(new ListStateDescriptor("path", Types.STRING));
    this.#clicks = context.getMapState(new MapStateDescriptor("clicks", Types.STRING, Types.INT));
    this.#ended = context.getState(new ValueStateDescriptor("ended", Types.INT, 0));
  }

  override processElement(
    [user, product, action]: Click,
    _context: KeyedProcessContext<string>,
    out: Collector<Session>,
  ): void {
    this.#path?.add(`${action} ${product}`);
    this.#clicks?.put(product, (this.#clicks.get(product) ?? 0) + 1);
    const path = this.#path?.get() ?? [];
    if (action !== "buy" && path.length < SESSION_CLICKS_MAX) return;
    const number = (this.#ended?.value() ?? 0) + 1;
    out.collect([user, number, [...path], favouriteOf(this.#clicks?.entries() ?? [])]);
    this.#ended?.update(number);
    this.#path?.clear();
    this.#clicks?.clear();
  }
}

/** The product with most clicks; of equals the first by name. */
function favouriteOf(clicks: readonly (readonly [product: string, count: number])[]): string {
  let favourite = "none";
  let most = 0;
  for (const [product, count] of clicks) {
    if (count <= most) continue;
    favourite = product;
    most = count;
  }
  return favourite;
}

/** Counts what is done to each product. */
class CountActions extends RichMapFunction<Click, ProductCount> {
  #counts: MapState<string, number> | undefined = undefined;

  override open(): void {
    this.#counts = this.getRuntimeContext().getMapState(
      new MapStateDescriptor("counts", Types.STRING, Types.INT),
    );
  }

  override map([, product, action]: Click): ProductCount {
    const count = (this.#counts?.get(action) ?? 0) + 1;
    this.#counts?.put(action, count);
    return [product, action, count];
  }
}

function build(): StreamExecutionEnvironment {
  const env = StreamExecutionEnvironment.getExecutionEnvironment();
  env.enableCheckpointing(100);
  env.setParallelism(2);
  const clicks = env.fromSource(
    new LogSource<Click>("clicks"),
    WatermarkStrategy.noWatermarks(),
    "clicks",
  );
  clicks
    .keyBy(([user]) => user)
    .process(new Sessions())
    .name("sessions")
    .sinkTo(new TransactionalLogSink<Session>("sessions"))
    .name("to-sessions")
    .setParallelism(1);
  clicks
    .keyBy(([, product]) => product)
    .map(new CountActions())
    .name("count-actions")
    .sinkTo(new TransactionalLogSink<ProductCount>("product-counts"))
    .name("to-product-counts")
    .setParallelism(1);
  env.execute("shop-behaviour");
  return env;
}

/** The click of that number: users take turns and come back to few products, and one click in eight buys. */
function clickAt(number: number): Click {
  const user = number % USER_COUNT;
  const product = (user + Math.floor(number / 7) + (number % 3)) % PRODUCT_COUNT;
  const action = number % 8 === 7 ? "buy" : number % 3 === 1 ? "cart" : "view";
  return [`user-${user}`, `product-${product}`, action];
}

const CLICKS = Array.from({ length: CLICK_COUNT }, (_, number) => clickAt(number));

/** A machine with open sessions dies when it has acknowledged the second checkpoint. */
const CRASH: readonly Fault[] = [
  {
    what: "task-manager-dies",
    where: "task-manager-1",
    when: {
      after: { event: "checkpoint-acknowledged", place: "sessions-1", checkpoint: 2, nth: 1 },
    },
  },
];

/** One of the two sinks never hears of the second checkpoint, and its code throws when the other has. */
const ONE_SINK_UNAWARE: readonly Fault[] = [
  {
    what: "message-lost",
    where: "to-sessions-1",
    when: { after: { event: "checkpoint-stored", place: "job-master", checkpoint: 2, nth: 1 } },
    message: "notify-checkpoint-complete",
  },
  {
    what: "task-throws",
    where: "to-sessions-1",
    when: {
      after: { event: "completion-received", place: "to-product-counts-1", checkpoint: 2, nth: 1 },
    },
  },
];

/** The scenario `shop-behaviour`. */
export const shopBehaviour: Scenario = {
  name: "shop-behaviour",
  title: "a shop's clicks become sessions by user and counts by product; both come out right",
  group: "uses",
  description:
    "Real-time behaviour of shop users (6.1). Clicks are keyed by user (list and map state of the open session) and by product " +
    "(map state of counts); each goes to a transactional log of its own. The plan one-sink-unaware lets " +
    "one sink commit a checkpoint of which the other never hears: after the restart that one commits it too.",
  build,
  config: { "world.source.arrival-interval": "10 ms" },
  logs: {
    clicks: [
      CLICKS.filter((_, number) => number % 2 === 0),
      CLICKS.filter((_, number) => number % 2 === 1),
    ],
  },
  faults: [],
  plans: { crash: CRASH, "one-sink-unaware": ONE_SINK_UNAWARE },
  isConfluent: true,
  endsIn: "FINISHED",
  always: [
    "A user's sessions are numbered 1, 2, 3, ... without gap or double, however often the shop's machines die.",
    "A product's counts of an action are 1, 2, 3, ... without gap or double.",
  ],
  eventually: ["Every click is counted, and every session that ended is told."],
  sometimes: ["crash-between-notify-and-commit", "lost-notification"],
};
