// Streams connected with a broadcast one: what is refused, how they come out as a graph, and what the compiler infers.
import { expect, expectTypeOf, test } from "vitest";
import {
  BroadcastConnectedStream,
  type BroadcastProcessContext,
  BroadcastProcessFunction,
  BroadcastStream,
  type Collector,
  DataStream,
  type KeyedBroadcastProcessContext,
  KeyedBroadcastProcessFunction,
  LogSource,
  MapStateDescriptor,
  type ReadOnlyBroadcastProcessContext,
  type ReadOnlyKeyedBroadcastProcessContext,
  ScenarioError,
  type SingleOutputStreamOperator,
  StateTtlConfig,
  StreamExecutionEnvironment,
  Types,
  ValueStateDescriptor,
  WatermarkStrategy,
} from "../../sim/index.ts";
import { jobGraphOf } from "../../sim/runtime/task/job-graph.ts";

const RULES = new MapStateDescriptor("rules", Types.STRING, Types.INT);

class Plain extends BroadcastProcessFunction<number, string, boolean> {
  override processElement(
    value: number,
    context: ReadOnlyBroadcastProcessContext,
    out: Collector<boolean>,
  ): void {
    const rules = context.getBroadcastState(RULES);
    expectTypeOf(rules.get("a")).toEqualTypeOf<number | undefined>();
    // @ts-expect-error: to be read only
    if (value < 0) rules.put("a", value);
    out.collect(rules.contains("a"));
  }

  override processBroadcastElement(rule: string, context: BroadcastProcessContext): void {
    context.getBroadcastState(RULES).put(rule, 1);
  }
}

class Keyed extends KeyedBroadcastProcessFunction<bigint, number, string, string> {
  override processElement(
    _value: number,
    context: ReadOnlyKeyedBroadcastProcessContext<bigint>,
    out: Collector<string>,
  ): void {
    expectTypeOf(context.getCurrentKey()).toEqualTypeOf<bigint>();
    out.collect("");
  }

  override processBroadcastElement(
    _rule: string,
    context: KeyedBroadcastProcessContext<bigint>,
  ): void {
    context.applyToKeyedState(new ValueStateDescriptor("sum", Types.INT), (key, sum) => {
      expectTypeOf(key).toEqualTypeOf<bigint>();
      expectTypeOf(sum.value()).toEqualTypeOf<number | undefined>();
    });
    context.applyToKeyedState(RULES, (_key, rules) => {
      expectTypeOf(rules.keys()).toEqualTypeOf<readonly string[]>();
    });
  }
}

class OfNumberKeys extends KeyedBroadcastProcessFunction<number, number, string, string> {
  override processElement(): void {}
  override processBroadcastElement(): void {}
}

function streams() {
  const env = StreamExecutionEnvironment.getExecutionEnvironment();
  const read = <T>(log: string): SingleOutputStreamOperator<T> =>
    env.fromSource(new LogSource<T>(log), WatermarkStrategy.noWatermarks(), log);
  return { env, numbers: read<number>("numbers"), rules: read<string>("rules") };
}

test("a broadcast stream is one only if it has state, and what comes out is typed", () => {
  const { numbers, rules } = streams();
  expectTypeOf(rules.broadcast()).toEqualTypeOf<DataStream<string>>();
  expect(rules.broadcast()).toBeInstanceOf(DataStream);
  const broadcast = rules.broadcast(RULES);
  expectTypeOf(broadcast).toEqualTypeOf<BroadcastStream<string>>();
  expect(broadcast).toBeInstanceOf(BroadcastStream);
  const plain = numbers.connect(broadcast);
  expectTypeOf(plain).toEqualTypeOf<BroadcastConnectedStream<number, string>>();
  expect(plain).toBeInstanceOf(BroadcastConnectedStream);
  const keyed = numbers.keyBy((value) => BigInt(value)).connect(broadcast);
  expectTypeOf(keyed).toEqualTypeOf<BroadcastConnectedStream<number, string, bigint>>();
  expectTypeOf(plain.process(new Plain())).toEqualTypeOf<SingleOutputStreamOperator<boolean>>();
  expectTypeOf(keyed.process(new Keyed())).toEqualTypeOf<SingleOutputStreamOperator<string>>();
  // @ts-expect-error: its key is of another type
  keyed.process(new OfNumberKeys());
  // @ts-expect-error: it takes other elements
  rules.connect(broadcast).process(new Plain());
});

test("both inputs come to one operator of its own: by key or as they are, and broadcast", () => {
  const { env, numbers, rules } = streams();
  const broadcast = rules.setParallelism(1).broadcast(RULES);
  const keyed = numbers.keyBy((value) => BigInt(value)).connect(broadcast);
  keyed.process(new Keyed()).name("keyed").print().name("one");
  numbers.connect(broadcast).process(new Plain()).name("plain").print().name("two");
  const { description, exchanges } = jobGraphOf(env.execute("job").streamGraph(2));
  const name = (id: number): string | undefined => description.vertices[id]?.name;
  const outline = description.edges.map(({ id, source, target, partitioning }) => {
    return [name(source), partitioning, name(target), exchanges[id]?.input];
  });
  expect(outline).toEqual([
    ["numbers", "hash", "keyed+one", 1],
    ["rules", "broadcast", "keyed+one", 2],
    ["numbers", "forward", "plain+two", 1],
    ["rules", "broadcast", "plain+two", 2],
  ]);
});

test("a stream may be connected with itself, and unions on either side", () => {
  const { env, rules } = streams();
  const all = rules.union(rules.map((rule) => rule));
  class Both extends BroadcastProcessFunction<string, string, string> {
    override processElement(): void {}
    override processBroadcastElement(): void {}
  }
  all.connect(all.broadcast(RULES)).process(new Both()).print();
  const { exchanges } = jobGraphOf(env.execute("job").streamGraph(2));
  expect(exchanges.map(({ input }) => input).sort()).toEqual([1, 1, 2, 2]);
});

const aged = new MapStateDescriptor("aged", Types.STRING, Types.INT);
aged.enableTimeToLive(StateTtlConfig.newBuilder(10).build());

test.each<readonly [message: RegExp, program: (all: ReturnType<typeof streams>) => void]>([
  [
    /^Cannot broadcast the stream: two states are named "rules", expected a name for each$/,
    ({ rules }) => rules.broadcast(RULES, new MapStateDescriptor("rules")),
  ],
  [
    /^Cannot broadcast the stream: the state "aged" has a time to live, which only keyed state can have$/,
    ({ rules }) => rules.broadcast(aged),
  ],
  [
    /^Cannot process the connected streams: the first one has no key, expected a BroadcastProcessFunction, or a keyBy before$/,
    ({ numbers, rules }) => numbers.connect(rules.broadcast(RULES)).process(new Keyed()),
  ],
  [
    /^Cannot process the connected streams: the first one has a key, expected a KeyedBroadcastProcessFunction$/,
    ({ numbers, rules }) => {
      const keyed = numbers.keyBy((value) => BigInt(value));
      return keyed.connect(rules.broadcast(RULES)).process(new Plain());
    },
  ],
])("a program is refused: %s", (message, program) => {
  expect(() => program(streams())).toThrow(ScenarioError);
  expect(() => program(streams())).toThrow(message);
});
