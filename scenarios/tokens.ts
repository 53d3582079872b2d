// Chandy and Lamport's first example: a token passes between the processes p and q, and a snapshot must find it exactly
// once, in a state or in a channel.
//
// The paper's two processes form a cycle; this engine's jobs have none. So the cycle is unrolled in time: p and q, then
// p again and q again, each a keyed stage of its own, and six tokens (one a ring) so that some are always moving. What
// is kept: without a consistent cut the same token is found twice or not at all (sender's state from before it left,
// receiver's from after it came; or the other way round). What is lost: in a cycle a marker comes back to who sent
// it, and the channel of a cycle must be recorded; here alignment leaves every channel of a checkpoint empty.
//
// Confluent: a ring's signals take one way through first-in-first-out channels, so each ring's history is fixed.

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

/** What makes a ring's processes take their turns, one after the other; it carries the token where `tokens` is 1. */
type Signal = readonly [ring: number, number: number, tokens: number];

const SIGNAL = Types.TUPLE(Types.INT, Types.INT, Types.INT);

const RING_COUNT = 6;
const SIGNAL_COUNT = 16;

/** A process that holds the token lets it go with every so-many-th signal; rings do so at different ones. */
const TURN = 5;

/** A process: it takes the token in, and lets it go with a later signal. */
class Process extends KeyedProcessFunction<number, Signal, Signal> {
  readonly #tokensAtFirst: number;
  #tokens: ValueState<number> | undefined = undefined;

  constructor(tokensAtFirst: number) {
    super();
    this.#tokensAtFirst = tokensAtFirst;
  }

  override open(): void {
    this.#tokens = this.getRuntimeContext().getState(
      new ValueStateDescriptor("tokens", Types.INT, this.#tokensAtFirst),
    );
  }

  override processElement(
    [ring, number, arriving]: Signal,
    _context: KeyedProcessContext<number>,
    out: Collector<Signal>,
  ): void {
    const held = this.#tokens?.value() ?? 0;
    const leaving = (number + ring) % TURN === 0 ? held : 0;
    this.#tokens?.update(held + arriving - leaving);
    out.collect([ring, number, leaving]);
  }
}

/** The last process, which keeps the token and tells whether it is there. */
class Home extends RichMapFunction<Signal, Signal> {
  #tokens: ValueState<number> | undefined = undefined;

  override open(): void {
    this.#tokens = this.getRuntimeContext().getState(
      new ValueStateDescriptor("tokens", Types.INT, 0),
    );
  }

  override map([ring, number, arriving]: Signal): Signal {
    const held = (this.#tokens?.value() ?? 0) + arriving;
    this.#tokens?.update(held);
    return [ring, number, held];
  }
}

const ringOf = ([ring]: Signal): number => ring;

function build(): StreamExecutionEnvironment {
  const env = StreamExecutionEnvironment.getExecutionEnvironment();
  env.enableCheckpointing(100);
  env.setParallelism(2);
  env
    .fromSource(new LogSource<Signal>("signals"), WatermarkStrategy.noWatermarks(), "signals")
    .returns(SIGNAL)
    .keyBy(ringOf)
    .process(new Process(1))
    .name("p")
    .returns(SIGNAL)
    .keyBy(ringOf)
    .process(new Process(0))
    .name("q")
    .returns(SIGNAL)
    .keyBy(ringOf)
    .process(new Process(0))
    .name("p-again")
    .returns(SIGNAL)
    .keyBy(ringOf)
    .map(new Home())
    .name("q-again")
    .returns(SIGNAL)
    .sinkTo(new TransactionalLogSink<Signal>("whereabouts"))
    .name("to-whereabouts")
    .setParallelism(1);
  env.execute("tokens");
  return env;
}

/** The signals of the rings whose number leaves `rest` when it is halved: all rings take turns. */
function signalsOf(rest: number): readonly Signal[] {
  const all = Array.from({ length: RING_COUNT * SIGNAL_COUNT }, (_, index): Signal => {
    return [index % RING_COUNT, Math.floor(index / RING_COUNT) + 1, 0];
  });
  return all.filter(([ring]) => ring % 2 === rest);
}

/** A machine with processes of every kind dies when p has acknowledged the second checkpoint. */
const CRASH: readonly Fault[] = [
  {
    what: "task-manager-dies",
    where: "task-manager-1",
    when: { after: { event: "checkpoint-acknowledged", place: "p-1", checkpoint: 2, nth: 1 } },
  },
];

/** The power goes when the second checkpoint is stored and nobody has heard of it. */
const POWER_LOSS: readonly Fault[] = [
  {
    what: "power-loss",
    where: "cluster",
    when: { after: { event: "checkpoint-stored", place: "job-master", checkpoint: 2, nth: 1 } },
  },
];

/** The scenario `tokens`. */
export const tokens: Scenario = {
  name: "tokens",
  title: "Chandy and Lamport's token, unrolled: every checkpoint finds each token exactly once",
  group: "consistent cuts",
  description:
    "Six rings, one token each. A token goes from p to q, to p again and to q again, each a keyed stage (jobs have no " +
    "cycles, so the paper's cycle is unrolled in time). States and channels of every completed checkpoint hold six " +
    "tokens. A cut that is not consistent would find one of them twice or not at all.",
  build,
  config: { "world.source.arrival-interval": "10 ms" },
  logs: { signals: [signalsOf(0), signalsOf(1)] },
  faults: [],
  plans: { crash: CRASH, "power-loss": POWER_LOSS },
  isConfluent: true,
  endsIn: "FINISHED",
  always: [
    `States and channels of every completed checkpoint hold ${RING_COUNT} tokens, one a ring.`,
    "Once the whereabouts say that a token is home, they never say otherwise.",
  ],
  eventually: ["Every token is home."],
  sometimes: ["crash-while-pending", "crash-between-store-and-notify"],
  conserved: ({ states, channels }) => {
    // A ring that no signal has reached yet has no state: its token is where it starts, at p.
    let found = RING_COUNT;
    for (const { operator, state, value } of states) {
      if (state === "tokens") found += (value as number) - (operator === "p" ? 1 : 0);
    }
    for (const { channel, value } of channels) {
      // What leaves the last process tells of its token and does not carry it.
      if (!channel.startsWith("q-again-")) found += (value as Signal)[2];
    }
    return found;
  },
};
