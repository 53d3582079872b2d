// Chandy and Lamport's first example: a token passes between the processes p and q, and a snapshot must find it exactly
// once, in a state or in a channel.
//
// The paper's two processes form a cycle; this engine's jobs have none. So the cycle is unrolled in time: p and q, then
// p again and q again, each a keyed stage of its own, for six tokens that set out one after the other. What is kept:
// without a consistent cut a token is found twice or not at all (the sender's state from before it left, the
// receiver's from after it came; or the other way round). What is lost: in a cycle a marker comes back to who sent
// it, and the channel of a cycle must be recorded; here alignment leaves every channel of a checkpoint empty.
//
// Confluent: a token's signals take one way through first-in-first-out channels, so each token's history is fixed.

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

/** Has a token's processes take their turns, one after the other; it carries the token itself where `carried` is 1. */
type Signal = readonly [token: string, number: number, carried: number];

const SIGNAL = Types.TUPLE(Types.STRING, Types.INT, Types.INT);

const TOKEN_COUNT = 6;
const SIGNAL_COUNT = 15;

/** A process that holds the token lets it go with a signal whose number is positive and divisible by this. */
const TURN = 3;

/** A process: it takes the token in, and lets it go with a later signal. */
class Process extends KeyedProcessFunction<string, Signal, Signal> {
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
    [token, number, arriving]: Signal,
    _context: KeyedProcessContext<string>,
    out: Collector<Signal>,
  ): void {
    const held = this.#tokens?.value() ?? 0;
    const leaving = number > 0 && number % TURN === 0 ? held : 0;
    this.#tokens?.update(held + arriving - leaving);
    out.collect([token, number, leaving]);
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

  override map([token, number, arriving]: Signal): Signal {
    const held = (this.#tokens?.value() ?? 0) + arriving;
    this.#tokens?.update(held);
    return [token, number, held];
  }
}

const tokenOf = ([token]: Signal): string => token;

function build(): StreamExecutionEnvironment {
  const env = StreamExecutionEnvironment.getExecutionEnvironment();
  env.enableCheckpointing(100);
  env.setParallelism(2);
  env
    .fromSource(new LogSource<Signal>("signals"), WatermarkStrategy.noWatermarks(), "signals")
    .returns(SIGNAL)
    .keyBy(tokenOf)
    .process(new Process(1))
    .name("p")
    .returns(SIGNAL)
    .keyBy(tokenOf)
    .process(new Process(0))
    .name("q")
    .returns(SIGNAL)
    .keyBy(tokenOf)
    .process(new Process(0))
    .name("p-again")
    .returns(SIGNAL)
    .keyBy(tokenOf)
    .map(new Home())
    .name("q-again")
    .returns(SIGNAL)
    .sinkTo(new TransactionalLogSink<Signal>("whereabouts"))
    .name("to-whereabouts")
    .setParallelism(1);
  env.execute("tokens");
  return env;
}

/** The signals of every second token. Those of a later token begin at a lower number, so that it sets out later. */
function signalsOf(rest: number): readonly Signal[] {
  const all = Array.from({ length: TOKEN_COUNT * SIGNAL_COUNT }, (_, index) => {
    const token = index % TOKEN_COUNT;
    const signal: Signal = [`token-${token}`, Math.floor(index / TOKEN_COUNT) + 1 - token, 0];
    return { token, signal };
  });
  return all.filter(({ token }) => token % 2 === rest).map(({ signal }) => signal);
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
    "Six tokens, each going from p to q, to p again and to q again, which are keyed stages (jobs have no " +
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
    `States and channels of every completed checkpoint hold ${TOKEN_COUNT} tokens.`,
    "Once the whereabouts say that a token is home, they never say otherwise.",
  ],
  eventually: ["Every token is home."],
  sometimes: ["crash-while-pending", "crash-between-store-and-notify"],
  conserved: ({ states, channels }) => {
    // A token that no signal has reached yet is in no state: it is where it starts, at p.
    let found = TOKEN_COUNT;
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
