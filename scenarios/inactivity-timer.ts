// Sessions that a timer ends: each click sets the visitor's timer anew, and when it fires nobody has clicked for a while.
// A timer is keyed state; one that fell due while the job was down fires as soon as the job is back, late.
//
// Not confluent: whether a pause is long enough to end a session is decided by the clock of the task, at each attempt.

import {
  type Collector,
  type Fault,
  type KeyedProcessContext,
  KeyedProcessFunction,
  LogSource,
  type Scenario,
  StreamExecutionEnvironment,
  TransactionalLogSink,
  Types,
  type ValueState,
  ValueStateDescriptor,
  WatermarkStrategy,
} from "../sim/index.ts";

/** A visitor looks at a page. */
type Click = readonly [visitor: string, page: string];

/** A session that is over; times are in milliseconds. */
interface EndedSession {
  readonly visitor: string;
  readonly clicks: number;
  readonly firstPage: string;
  /** From the first click to the last. */
  readonly lasted: number;
  /** How long after its time the timer fired: long only where the job was down. */
  readonly late: number;
}

/** A session under way. */
interface OpenSession {
  readonly clicks: number;
  readonly firstPage: string;
  readonly firstAt: number;
  readonly lastAt: number;
}

/** A session ends when its visitor has been quiet for so many milliseconds. */
const QUIET = 100;
const PARTITIONS = 2;
const CLICKS_PER_PARTITION = 60;
/** Visitors come for a burst of clicks and leave again. */
const CLICKS_PER_BURST = 5;
const VISITORS_PER_PARTITION = 4;
const PAGES = ["home", "search", "shoes", "hats", "basket"];

/** Emits each session of a visitor once it is over. */
class Sessions extends KeyedProcessFunction<string, Click, EndedSession> {
  #session: ValueState<OpenSession> | undefined = undefined;

  override open(): void {
    const type = Types.OBJECT({
      clicks: Types.INT,
      firstPage: Types.STRING,
      firstAt: Types.LONG,
      lastAt: Types.LONG,
    });
    const session = new ValueStateDescriptor<OpenSession>("session", type);
    this.#session = this.getRuntimeContext().getState(session);
  }

  override processElement([, page]: Click, context: KeyedProcessContext<string>): void {
    const timers = context.timerService();
    const lastAt = timers.currentProcessingTime();
    const session = this.#session?.value();
    if (session !== undefined) timers.deleteProcessingTimeTimer(session.lastAt + QUIET);
    timers.registerProcessingTimeTimer(lastAt + QUIET);
    const { clicks, firstPage, firstAt } = session ?? {
      clicks: 0,
      firstPage: page,
      firstAt: lastAt,
    };
    this.#session?.update({ clicks: clicks + 1, firstPage, firstAt, lastAt });
  }

  override onTimer(
    timestamp: number,
    context: KeyedProcessContext<string>,
    out: Collector<EndedSession>,
  ): void {
    const session = this.#session?.value();
    if (session === undefined) return;
    const { clicks, firstPage, firstAt, lastAt } = session;
    const late = context.timerService().currentProcessingTime() - timestamp;
    const visitor = context.getCurrentKey();
    out.collect({ visitor, clicks, firstPage, lasted: lastAt - firstAt, late });
    this.#session?.clear();
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
    .sinkTo(new TransactionalLogSink<EndedSession>("ended-sessions"))
    .name("to-ended-sessions")
    .setParallelism(1);
  env.execute("inactivity-timer");
  return env;
}

/** The clicks of a partition: each of its visitors stays away now for a short while, now for a long one. */
function clicksOf(partition: number): readonly Click[] {
  return Array.from({ length: CLICKS_PER_PARTITION }, (_, number): Click => {
    const burst = Math.floor(number / CLICKS_PER_BURST);
    const visitor = scattered(burst * PARTITIONS + partition) % VISITORS_PER_PARTITION;
    const page = PAGES[scattered(number) % PAGES.length] ?? "";
    return [`visitor-${visitor * PARTITIONS + partition}`, page];
  });
}

/** A whole number that looks like chance and is a function of `number` alone. */
function scattered(number: number): number {
  const once = Math.imul(number + 1, 0x9e3779b1);
  return Math.imul(once ^ (once >>> 15), 0x85ebca6b) >>> 8;
}

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

/** The power goes right after the second checkpoint: the timers in it are all past when it is back. */
const OUTAGE: readonly Fault[] = [
  {
    what: "power-loss",
    where: "cluster",
    when: { after: { event: "checkpoint-completed", place: "job-master", checkpoint: 2, nth: 1 } },
  },
];

/** The scenario `inactivity-timer`. */
export const inactivityTimer: Scenario = {
  name: "inactivity-timer",
  title: "a timer ends each session, and fires late after an outage",
  group: "state",
  description:
    "Processing-time timers. Each click of a visitor takes the visitor's timer back and sets it anew, 100 ms ahead; when it fires, the " +
    "session is over and is sent on. Timers are keyed state: a snapshot holds those that are set, a restore brings them " +
    "back, and those that fell due in between fire at once, which the field late shows after the plan outage. A timer that fires is a " +
    "step like one on a record: what it sends on is committed once, whatever fails. What is still open at the end of the data " +
    "is never sent on, for the end drops timers of this kind.",
  build,
  config: { "world.source.arrival-interval": "10 ms" },
  logs: { clicks: Array.from({ length: PARTITIONS }, (_, partition) => clicksOf(partition)) },
  faults: [],
  plans: { crash: CRASH, outage: OUTAGE },
  isConfluent: false,
  endsIn: "FINISHED",
  always: [
    "A session is sent on only when its visitor has been quiet for 100 ms.",
    "No click is in two sessions.",
  ],
  eventually: ["Every click is in a session that was sent on, or in the last one of its visitor."],
  sometimes: ["crash-while-pending"],
};
