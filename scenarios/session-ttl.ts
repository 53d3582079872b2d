// Sessions that end by themselves: state with a time to live forgets a visitor who stays away. The clock goes on while a
// job is down, so that an outage ends every session, and what is counted afterwards no run without it would count.
//
// Not confluent: whether a pause is long enough to end a session is decided by the clock of the task, at each attempt.

import {
  type AggregateFunction,
  type AggregatingState,
  AggregatingStateDescriptor,
  type Collector,
  type Fault,
  type KeyedProcessContext,
  KeyedProcessFunction,
  LogSource,
  type MapState,
  MapStateDescriptor,
  type Scenario,
  StateTtlConfig,
  StreamExecutionEnvironment,
  TransactionalLogSink,
  Types,
  type ValueState,
  ValueStateDescriptor,
  WatermarkStrategy,
} from "../sim/index.ts";

/** A visitor looks at a page; or `PING`, by which an open page says that its visitor is still there. */
type Click = readonly [visitor: string, page: string];

/** How a visitor's session stands after a click. */
interface SessionState {
  readonly visitor: string;
  /** Which of the visitor's sessions it is, as far back as anyone remembers. */
  readonly visit: number;
  /** Which click of the session it is, from 1. */
  readonly click: number;
  readonly firstPage: string;
  /** The pages seen of late, by name; each is forgotten by itself. */
  readonly pages: readonly string[];
}

interface Session {
  readonly clicks: number;
  readonly firstPage: string;
}

const VISITOR_COUNT = 6;
const CLICK_COUNT = 120;
const PING = "(ping)";
const PAGES = ["home", "search", "shoes", "hats", "basket", PING, PING];

/** A session ends when its visitor has stayed away for so many milliseconds. */
const SESSION_TIMEOUT = 60;
/** A page is forgotten so many milliseconds after it was looked at. */
const PAGE_MEMORY = 90;
/** How often a visitor came is remembered for half a minute: through any outage here. */
const VISIT_MEMORY = 30_000;

const session: AggregateFunction<string, Session, Session> = {
  createAccumulator: () => ({ clicks: 0, firstPage: "" }),
  add: (page, { clicks, firstPage }) => ({
    clicks: clicks + 1,
    firstPage: clicks === 0 ? page : firstPage,
  }),
  getResult: (accumulator) => accumulator,
  merge: (left, right) => ({ ...left, clicks: left.clicks + right.clicks }),
};

/** Counts the clicks of each visitor's present session; a ping reads it, which keeps it alive. */
class Sessions extends KeyedProcessFunction<string, Click, SessionState> {
  #session: AggregatingState<string, Session> | undefined = undefined;
  #pages: MapState<string, boolean> | undefined = undefined;
  #visits: ValueState<number> | undefined = undefined;

  override open(): void {
    const context = this.getRuntimeContext();
    const sessionType = Types.OBJECT({ clicks: Types.INT, firstPage: Types.STRING });
    const sessions = new AggregatingStateDescriptor("session", session, sessionType);
    sessions.enableTimeToLive(
      StateTtlConfig.newBuilder(SESSION_TIMEOUT)
        .setUpdateType(StateTtlConfig.UpdateType.OnReadAndWrite)
        .build(),
    );
    const pages = new MapStateDescriptor("pages", Types.STRING, Types.BOOLEAN);
    pages.enableTimeToLive(StateTtlConfig.newBuilder(PAGE_MEMORY).cleanupFullSnapshot().build());
    const visits = new ValueStateDescriptor("visits", Types.INT, 0);
    visits.enableTimeToLive(StateTtlConfig.newBuilder(VISIT_MEMORY).build());
    this.#visits = context.getState(visits);
    this.#session = context.getAggregatingState(sessions);
    this.#pages = context.getMapState(pages);
  }

  override processElement(
    [visitor, page]: Click,
    _context: KeyedProcessContext<string>,
    out: Collector<SessionState>,
  ): void {
    if (page === PING) {
      this.#session?.get();
      return;
    }
    this.#session?.add(page);
    this.#pages?.put(page, true);
    const { clicks = 0, firstPage = "" } = this.#session?.get() ?? {};
    if (clicks === 1) this.#visits?.update((this.#visits.value() ?? 0) + 1);
    const visit = this.#visits?.value() ?? 0;
    const pages = this.#pages?.keys() ?? [];
    out.collect({ visitor, visit, click: clicks, firstPage, pages });
  }
}

function build(): StreamExecutionEnvironment {
  const env = StreamExecutionEnvironment.getExecutionEnvironment();
  env.enableCheckpointing(100);
  env.setParallelism(2);
  env
    .fromSource(new LogSource<Click>("clicks"), WatermarkStrategy.noWatermarks(), "clicks")
    .keyBy(([visitor]) => visitor)
    .process(new Sessions())
    .name("sessions")
    .sinkTo(new TransactionalLogSink<SessionState>("session-states"))
    .name("to-session-states")
    .setParallelism(1);
  env.execute("session-ttl");
  return env;
}

/** The click of that number: visitors come in no order, so that some of their pauses are long. */
function clickAt(number: number): Click {
  const visitor = scattered(number) % (VISITOR_COUNT / 2);
  const page = PAGES[(scattered(number) >>> 8) % PAGES.length] ?? "";
  return [`visitor-${visitor * 2 + (number % 2)}`, page];
}

/** A whole number that looks like chance and is a function of `number` alone. */
function scattered(number: number): number {
  const once = Math.imul(number + 1, 0x9e3779b1);
  return Math.imul(once ^ (once >>> 15), 0x85ebca6b) >>> 8;
}

const CLICKS = Array.from({ length: CLICK_COUNT }, (_, number) => clickAt(number));

/** A machine with sessions dies when it has acknowledged the second checkpoint. */
const CRASH: readonly Fault[] = [
  {
    what: "task-manager-dies",
    where: "task-manager-2",
    when: {
      after: { event: "checkpoint-acknowledged", place: "sessions-2", checkpoint: 2, nth: 1 },
    },
  },
];

/** The power goes right after the second checkpoint, whose sessions have all ended when it is back. */
const OUTAGE: readonly Fault[] = [
  {
    what: "power-loss",
    where: "cluster",
    when: { after: { event: "checkpoint-completed", place: "job-master", checkpoint: 2, nth: 1 } },
  },
];

/** The scenario `session-ttl`. */
export const sessionTtl: Scenario = {
  name: "session-ttl",
  title: "sessions end by their time to live, and an outage ends them all",
  group: "state",
  description:
    "State with a time to live (StateTtlConfig). A visitor's session is aggregating state, refreshed by each click and by the pings of an open page, " +
    "which only read it; a visitor who stays away for 60 ms begins a new one. The pages seen of late are a map whose entries expire one by " +
    "one, and snapshots leave out what has expired. Times go through a restore with the state, while the clock goes " +
    "on: after the plan outage every session begins anew, which no run without it shows, while the count of a visitor's " +
    "sessions, which lives for half a minute, goes on. Failure transparency holds " +
    "all the same, for the clock is an input like any other, and the trace tells what it showed.",
  build,
  config: { "world.source.arrival-interval": "10 ms" },
  logs: {
    clicks: [
      CLICKS.filter((_, number) => number % 2 === 0),
      CLICKS.filter((_, number) => number % 2 === 1),
    ],
  },
  faults: [],
  plans: { crash: CRASH, outage: OUTAGE },
  isConfluent: false,
  endsIn: "FINISHED",
  always: [
    "A session's clicks are 1, 2, 3, ...; the next session of its visitor begins at 1 again, one visit further.",
    "No page is remembered for longer than its visitor's clicks of the last 90 ms, and the page just seen always is.",
  ],
  eventually: ["Every click was counted in one session."],
  sometimes: ["crash-while-pending"],
};
