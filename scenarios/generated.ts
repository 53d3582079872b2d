// Jobs made from parameters: small ones of many shapes, for tests that draw them by chance. A case names them as
// `{"name": "generated", "params": {...}}`, so that a shape that failed once can be run again.
//
// A record is a key and an id of its own. A shape is confluent where what it writes is the same multiset in
// whatever order the records come.

import {
  type CheckpointedFunction,
  type Collector,
  type DataStream,
  type FunctionInitializationContext,
  type KeyedBroadcastProcessContext,
  KeyedBroadcastProcessFunction,
  type KeyedProcessContext,
  KeyedProcessFunction,
  type ListState,
  ListStateDescriptor,
  LogSource,
  type MapState,
  MapStateDescriptor,
  type ReadOnlyKeyedBroadcastProcessContext,
  type ReducingState,
  ReducingStateDescriptor,
  RichMapFunction,
  type Scenario,
  StreamExecutionEnvironment,
  TransactionalLogSink,
  Types,
  type ValueState,
  ValueStateDescriptor,
  WatermarkStrategy,
} from "../sim/index.ts";
import {
  FIRST_ID_RIGHT,
  type GeneratedParameters,
  IDS_PER_PARTITION,
  parseParameters,
  type ShapeName,
} from "./generated-parameters.ts";

/** A record: its key, and an id that no other has. */
type Item = readonly [key: string, id: number];

/** An item and the side it came by. */
type SidedItem = readonly [key: string, id: number, side: string];

/** A key (or whatever is counted) and how often it was seen so far. */
type Count = readonly [key: string, count: number];

const ITEM = Types.TUPLE(Types.STRING, Types.INT);
const SIDED_ITEM = Types.TUPLE(Types.STRING, Types.INT, Types.STRING);
const COUNT = Types.TUPLE(Types.STRING, Types.INT);
const PAIR = Types.TUPLE(Types.INT, Types.INT);
const LIST = Types.TUPLE(Types.STRING, Types.LIST(Types.INT));

/** What `PairWithAll` keeps of either side. */
const LEFT = new ListStateDescriptor("left", Types.INT);
const RIGHT = new MapStateDescriptor("right", Types.INT, Types.STRING);

/** The scenario `generated` with the parameters of a case. Throws `ScenarioError` for parameters that cannot be. */
export function generated(params: unknown): Scenario {
  const parameters = parseParameters(params);
  const shape = SHAPES[parameters.shape];
  const left = itemsOf(parameters.left, 0);
  const logs = shape.readsRight
    ? { left, right: itemsOf(parameters.right, FIRST_ID_RIGHT) }
    : { left };
  return {
    name: "generated",
    title: "a small job made from parameters",
    group: "generated",
    description: shape.description,
    build: () => buildOf(parameters),
    config: {
      "world.source.arrival-interval": "5 ms",
      "world.host.boot-delay": "300 ms",
      "restart-strategy.fixed-delay.delay": "100 ms",
    },
    logs,
    faults: [],
    plans: {},
    isConfluent: shape.isConfluent,
    endsIn: "FINISHED",
    sometimes: [],
  };
}

function itemsOf(partitions: readonly (readonly number[])[], firstId: number): readonly Item[][] {
  return partitions.map((keys, partition) =>
    keys.map(
      (key, offset): Item => [`key-${key}`, firstId + partition * IDS_PER_PARTITION + offset],
    ),
  );
}

function buildOf(parameters: GeneratedParameters): StreamExecutionEnvironment {
  const env = StreamExecutionEnvironment.getExecutionEnvironment();
  env.enableCheckpointing(40);
  env.setParallelism(parameters.parallelism);
  const read = (log: string): DataStream<Item> =>
    env
      .fromSource(new LogSource<Item>(log), WatermarkStrategy.noWatermarks(), log)
      .setParallelism(parameters.sources)
      .returns(ITEM);
  const write = <T>(stream: DataStream<T>, log: string): void => {
    stream
      .sinkTo(new TransactionalLogSink<T>(log))
      .name(`to-${log}`)
      .setParallelism(parameters.sinks);
  };
  SHAPES[parameters.shape].draw(read, write);
  env.execute("generated");
  return env;
}

/** What a shape has at hand: sources by log, and sinks. */
type Read = (log: string) => DataStream<Item>;
type Write = <T>(stream: DataStream<T>, log: string) => void;

interface Shape {
  readonly description: string;
  readonly isConfluent: boolean;
  /** Whether it has a second source. */
  readonly readsRight: boolean;
  readonly draw: (read: Read, write: Write) => void;
}

const keyOf = ([key]: readonly [string, ...unknown[]]): string => key;

const SHAPES: { readonly [Name in ShapeName]: Shape } = {
  chain: {
    description: "One after the other: a filter, a map in a task of its own, a keyed count.",
    isConfluent: true,
    readsRight: false,
    draw: (read, write) => {
      const counted = read("left")
        .filter(([, id]) => id % 5 !== 4)
        .name("keep")
        .map(([key, id]): Item => [key, id * 2])
        .name("double")
        .returns(ITEM)
        .disableChaining()
        .keyBy(keyOf)
        .map(new CountKeys())
        .name("count")
        .returns(COUNT);
      write(counted, "output");
    },
  },
  "two-inputs": {
    description: "Two sources joined by key: each pair of records with equal keys comes out once.",
    isConfluent: true,
    readsRight: true,
    draw: (read, write) => {
      const sides = sided(read("left"), "left").union(sided(read("right"), "right"));
      write(sides.keyBy(keyOf).process(new Join()).name("join").returns(PAIR), "output");
    },
  },
  diamond: {
    description:
      "One stream goes two ways and meets again: a record comes out when both of its halves have.",
    isConfluent: true,
    readsRight: false,
    draw: (read, write) => {
      const source = read("left");
      const halves = sided(source, "upper").union(sided(source, "lower"));
      write(halves.keyBy(keyOf).process(new Meet()).name("meet").returns(ITEM), "output");
    },
  },
  union: {
    description: "Two sources become one stream, without state: each record comes out up to twice.",
    isConfluent: true,
    readsRight: true,
    draw: (read, write) => {
      const copies = read("left")
        .union(read("right"))
        .flatMap(copyUpToTwice)
        .name("copy")
        .returns(ITEM);
      write(copies, "output");
    },
  },
  "fan-out": {
    description: "A record becomes several with other keys, whose ids are added up: order shows.",
    isConfluent: false,
    readsRight: false,
    draw: (read, write) => {
      const sums = read("left")
        .flatMap(spreadOverTwo)
        .name("spread")
        .returns(ITEM)
        .keyBy(keyOf)
        .reduce(([key, sum], [, id]): Item => [key, sum + id])
        .name("sum");
      write(sums, "output");
    },
  },
  "two-sinks": {
    description:
      "A keyed count is written to two logs: whole to one, the even counts to the other.",
    isConfluent: true,
    readsRight: false,
    draw: (read, write) => {
      const counts = read("left").keyBy(keyOf).map(new CountKeys()).name("count").returns(COUNT);
      write(counts, "output");
      write(counts.filter(([, count]) => count % 2 === 0).name("even"), "even-output");
    },
  },
  "two-stages": {
    description:
      "Counts by key, then counts how many keys have come to each count: two exchanges by key.",
    isConfluent: true,
    readsRight: false,
    draw: (read, write) => {
      const reached = read("left")
        .keyBy(keyOf)
        .map(new CountKeys())
        .name("count")
        .returns(COUNT)
        .keyBy(([, count]) => count)
        .map(new CountReached())
        .name("count-reached")
        .returns(COUNT);
      write(reached, "output");
    },
  },
  broadcast: {
    description: "Every subtask gets every record and says which subtask it is.",
    isConfluent: true,
    readsRight: false,
    draw: (read, write) => {
      const seen = read("left")
        .broadcast()
        .map(new SayWhere())
        .name("say-where")
        .returns(SIDED_ITEM);
      write(seen, "output");
    },
  },
  "broadcast-state": {
    description:
      "One source by key, the other broadcast and kept: each pair of their records comes out once.",
    isConfluent: true,
    readsRight: true,
    draw: (read, write) => {
      const pairs = read("left")
        .keyBy(keyOf)
        .connect(read("right").broadcast(RIGHT))
        .process(new PairWithAll())
        .name("pair")
        .returns(PAIR);
      write(pairs, "output");
    },
  },
  rebalance: {
    description: "Records go round; each subtask numbers its own in operator state: order shows.",
    isConfluent: false,
    readsRight: false,
    draw: (read, write) => {
      const numbered = read("left")
        .rebalance()
        .map(new NumberAll())
        .name("number")
        .returns(SIDED_ITEM);
      write(numbered, "output");
    },
  },
  "append-list": {
    description:
      "Each key's ids are appended to a list, and the whole list comes out: an output shows its history.",
    isConfluent: false,
    readsRight: false,
    draw: (read, write) => {
      const lists = read("left")
        .keyBy(keyOf)
        .process(new AppendToList())
        .name("append")
        .returns(LIST);
      write(lists, "output");
    },
  },
  "state-kinds": {
    description:
      "Reducing state, map state and a list that is cleared, all under one key: order shows.",
    isConfluent: false,
    readsRight: false,
    draw: (read, write) => {
      const facts = read("left").keyBy(keyOf).process(new KeepAll()).name("keep-all");
      write(facts, "output");
    },
  },
};

function copyUpToTwice([key, id]: Item, out: Collector<Item>): void {
  for (let copy = 0; copy < id % 3; copy++) out.collect([`${key}/${copy}`, id]);
}

function spreadOverTwo([key, id]: Item, out: Collector<Item>): void {
  for (let copy = 0; copy <= id % 4; copy++) out.collect([`${key}/${copy % 2}`, id + copy]);
}

function sided(stream: DataStream<Item>, side: string): DataStream<SidedItem> {
  return stream
    .map(([key, id]): SidedItem => [key, id, side])
    .name(side === "left" || side === "right" ? `mark-${side}` : side)
    .returns(SIDED_ITEM)
    .disableChaining();
}

/** Numbers the records of each key. */
class CountKeys extends RichMapFunction<Item, Count> {
  #count: ValueState<number> | undefined = undefined;

  override open(): void {
    this.#count = this.getRuntimeContext().getState(
      new ValueStateDescriptor("count", Types.INT, 0),
    );
  }

  override map([key]: Item): Count {
    const count = (this.#count?.value() ?? 0) + 1;
    this.#count?.update(count);
    return [key, count];
  }
}

/** Numbers the keys that have come to a count. */
class CountReached extends RichMapFunction<Count, Count> {
  #reached: ReducingState<number> | undefined = undefined;

  override open(): void {
    const descriptor = new ReducingStateDescriptor<number>("reached", (a, b) => a + b, Types.INT);
    this.#reached = this.getRuntimeContext().getReducingState(descriptor);
  }

  override map([, count]: Count): Count {
    this.#reached?.add(1);
    return [`reached ${count}`, this.#reached?.get() ?? 0];
  }
}

/** Pairs each id of one side with each of the other. */
class Join extends KeyedProcessFunction<string, SidedItem, readonly [number, number]> {
  #left: ListState<number> | undefined = undefined;
  #right: ListState<number> | undefined = undefined;

  override open(): void {
    const context = this.getRuntimeContext();
    this.#left = context.getListState(new ListStateDescriptor("left", Types.INT));
    this.#right = context.getListState(new ListStateDescriptor("right", Types.INT));
  }

  override processElement(
    [, id, side]: SidedItem,
    _context: KeyedProcessContext<string>,
    out: Collector<readonly [number, number]>,
  ): void {
    if (side === "left") {
      this.#left?.add(id);
      for (const other of this.#right?.get() ?? []) out.collect([id, other]);
    } else {
      this.#right?.add(id);
      for (const other of this.#left?.get() ?? []) out.collect([other, id]);
    }
  }
}

/** Lets a record through when its second half comes. */
class Meet extends KeyedProcessFunction<string, SidedItem, Item> {
  #halves: MapState<number, string> | undefined = undefined;

  override open(): void {
    this.#halves = this.getRuntimeContext().getMapState(
      new MapStateDescriptor("halves", Types.INT, Types.STRING),
    );
  }

  override processElement(
    [key, id]: SidedItem,
    _context: KeyedProcessContext<string>,
    out: Collector<Item>,
  ): void {
    if (this.#halves?.contains(id) === true) {
      this.#halves.remove(id);
      out.collect([key, id]);
    } else {
      this.#halves?.put(id, key);
    }
  }
}

/** Pairs each id by key with each that is broadcast, whichever comes first. */
class PairWithAll extends KeyedBroadcastProcessFunction<
  string,
  Item,
  Item,
  readonly [number, number]
> {
  override processElement(
    [, id]: Item,
    context: ReadOnlyKeyedBroadcastProcessContext<string>,
    out: Collector<readonly [number, number]>,
  ): void {
    this.getRuntimeContext().getListState(LEFT).add(id);
    for (const [other] of context.getBroadcastState(RIGHT).entries()) out.collect([id, other]);
  }

  override processBroadcastElement(
    [key, id]: Item,
    context: KeyedBroadcastProcessContext<string>,
    out: Collector<readonly [number, number]>,
  ): void {
    context.getBroadcastState(RIGHT).put(id, key);
    context.applyToKeyedState(LEFT, (_key, ids) => {
      for (const other of ids.get()) out.collect([other, id]);
    });
  }
}

/** Says which subtask a record came to. */
class SayWhere extends RichMapFunction<Item, SidedItem> {
  override map([key, id]: Item): SidedItem {
    return [key, id, `subtask ${this.getRuntimeContext().getIndexOfThisSubtask()}`];
  }
}

/** Numbers all records of a subtask; the number is operator state. */
class NumberAll extends RichMapFunction<Item, SidedItem> implements CheckpointedFunction {
  #state: ListState<number> | undefined = undefined;
  #seen = 0;

  initializeState(context: FunctionInitializationContext): void {
    this.#state = context
      .getOperatorStateStore()
      .getListState(new ListStateDescriptor("seen", Types.INT));
    for (const seen of this.#state.get()) this.#seen += seen;
  }

  snapshotState(): void {
    this.#state?.update([this.#seen]);
  }

  override map([key, id]: Item): SidedItem {
    this.#seen++;
    return [key, id, `number ${this.#seen} of ${this.getRuntimeContext().getIndexOfThisSubtask()}`];
  }
}

/** Appends each id to its key's list and emits the list. */
class AppendToList extends KeyedProcessFunction<
  string,
  Item,
  readonly [string, readonly number[]]
> {
  #ids: ListState<number> | undefined = undefined;

  override open(): void {
    this.#ids = this.getRuntimeContext().getListState(new ListStateDescriptor("ids", Types.INT));
  }

  override processElement(
    [key, id]: Item,
    _context: KeyedProcessContext<string>,
    out: Collector<readonly [string, readonly number[]]>,
  ): void {
    this.#ids?.add(id);
    out.collect([key, [...(this.#ids?.get() ?? [])]]);
  }
}

/** Keeps the sum of a key's ids, how many fell into each of three buckets, and the ids since the last clearing. */
class KeepAll extends KeyedProcessFunction<string, Item, unknown> {
  #sum: ReducingState<number> | undefined = undefined;
  #buckets: MapState<string, number> | undefined = undefined;
  #recent: ListState<number> | undefined = undefined;

  override open(): void {
    const context = this.getRuntimeContext();
    this.#sum = context.getReducingState(
      new ReducingStateDescriptor<number>("sum", (a, b) => a + b, Types.LONG),
    );
    this.#buckets = context.getMapState(new MapStateDescriptor("buckets", Types.STRING, Types.INT));
    this.#recent = context.getListState(new ListStateDescriptor("recent", Types.INT));
  }

  override processElement(
    [key, id]: Item,
    context: KeyedProcessContext<string>,
    out: Collector<unknown>,
  ): void {
    const bucket = `bucket-${id % 3}`;
    this.#sum?.add(id);
    this.#buckets?.put(bucket, (this.#buckets.get(bucket) ?? 0) + 1);
    this.#recent?.add(id);
    const recent = [...(this.#recent?.get() ?? [])];
    if (recent.length === 3) this.#recent?.clear();
    out.collect({
      key,
      isCurrent: context.getCurrentKey() === key,
      sum: this.#sum?.get(),
      buckets: this.#buckets?.entries(),
      recent,
    });
  }
}
