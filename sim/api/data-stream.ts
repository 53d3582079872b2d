// Streams as a job's author handles them (Flink: DataStream, SingleOutputStreamOperator, KeyedStream). Every
// call adds an operator or an exchange to the graph; nothing runs before the harness says so.

import { CollectSink } from "../connectors/collect-sink.ts";
import { PrintSink } from "../connectors/print-sink.ts";
import type { MapStateDescriptor } from "../runtime/state/state-descriptor.ts";
import type { TypeSerializer } from "../runtime/state/type-serializer.ts";
import type {
  BroadcastProcessFunction,
  KeyedBroadcastProcessFunction,
} from "../runtime/task/broadcast-functions.ts";
import type {
  FilterFunction,
  FlatMapFunction,
  KeyedProcessFunction,
  KeySelector,
  MapFunction,
  ReduceFunction,
  RichFilterFunction,
  RichFlatMapFunction,
  RichMapFunction,
  SinkFunction,
} from "../runtime/task/functions.ts";
import type { OperatorSpec, Partitioning } from "../runtime/task/stream-graph.ts";
import {
  type GraphBuilder,
  type NodeDraft,
  type NodeInput,
  ScenarioError,
} from "./graph-builder.ts";

/** Where a stream's records come from, and how they are to be exchanged. */
export interface StreamInput {
  readonly node: number;
  readonly partitioning: Partitioning | undefined;
}

/** A stream of values. */
export class DataStream<T> {
  protected readonly graph: GraphBuilder;
  /** More than one after a union. */
  protected readonly inputs: readonly StreamInput[];
  readonly #serializer: TypeSerializer<unknown>;

  constructor(
    graph: GraphBuilder,
    inputs: readonly StreamInput[],
    serializer: TypeSerializer<unknown>,
  ) {
    this.graph = graph;
    this.inputs = inputs;
    this.#serializer = serializer;
  }

  /** How the stream's values are copied and sized. */
  protected get serializer(): TypeSerializer<unknown> {
    return this.#serializer;
  }

  /** One value for each value. */
  map<Out>(mapper: MapFunction<T, Out> | RichMapFunction<T, Out>): SingleOutputStreamOperator<Out> {
    return this.followedBy(
      { kind: "map", function: mapper as MapFunction<unknown, unknown> },
      "map",
    );
  }

  /** Those values that the predicate keeps. */
  filter(predicate: FilterFunction<T> | RichFilterFunction<T>): SingleOutputStreamOperator<T> {
    const spec = { kind: "filter", function: predicate as FilterFunction<unknown> } as const;
    return this.followedBy<T>(spec, "filter").returns(this.serializer as TypeSerializer<T>);
  }

  /** Any number of values for each value. */
  flatMap<Out>(
    flatMapper: FlatMapFunction<T, Out> | RichFlatMapFunction<T, Out>,
  ): SingleOutputStreamOperator<Out> {
    const spec = {
      kind: "flat-map",
      function: flatMapper as FlatMapFunction<unknown, unknown>,
    } as const;
    return this.followedBy(spec, "flat-map");
  }

  /** Sends values with equal keys to the same subtask, where they share keyed state. */
  keyBy<K>(selector: KeySelector<T, K>): KeyedStream<T, K> {
    const keySelector = selector as KeySelector<unknown, unknown>;
    const inputs = this.exchanged({ kind: "hash", keySelector });
    return new KeyedStream<T, K>(this.graph, inputs, this.serializer, keySelector);
  }

  /** This stream and others as one, in no particular order. */
  union(...others: readonly DataStream<T>[]): DataStream<T> {
    const inputs = [this.inputs, ...others.map((other) => other.inputs)].flat();
    return new DataStream<T>(this.graph, inputs, this.serializer);
  }

  /** Values go round all subtasks of the next operator. */
  rebalance(): DataStream<T> {
    return new DataStream<T>(this.graph, this.exchanged({ kind: "rebalance" }), this.serializer);
  }

  /** Every value goes to every subtask of the next operator. */
  broadcast(): DataStream<T>;
  /**
   * As much, for an operator that keeps in broadcast state what it is told: see {@link DataStream.connect}. The
   * descriptors name that state.
   */
  broadcast(
    ...descriptors: readonly [MapStateDescriptor, ...MapStateDescriptor[]]
  ): BroadcastStream<T>;
  broadcast(...descriptors: readonly MapStateDescriptor[]): DataStream<T> | BroadcastStream<T> {
    const inputs = this.exchanged({ kind: "broadcast" });
    const stream = new DataStream<T>(this.graph, inputs, this.serializer);
    return descriptors.length === 0 ? stream : new BroadcastStream<T>(stream, descriptors);
  }

  /** Brings this stream and a broadcast one into one operator, which works on this one with what the other has told it. */
  connect<B>(broadcast: BroadcastStream<B>): BroadcastConnectedStream<T, B> {
    const { stream, descriptors } = broadcast;
    const second = stream.inputs.map((input) => ({ ...input, input: 2 as const }));
    return new BroadcastConnectedStream<T, B>(this.graph, {
      inputs: [...this.inputs, ...second],
      keySelector: this.keySelector,
      descriptors,
    });
  }

  /** Values stay with the subtask of the same index. */
  forward(): DataStream<T> {
    return new DataStream<T>(this.graph, this.exchanged({ kind: "forward" }), this.serializer);
  }

  /** Prints every value outside: at least once, so a recovery may repeat lines. */
  print(): DataStreamSink {
    return this.sinkTo(new PrintSink<T>()).name("print");
  }

  /** Appends every value to the collector called `collector` outside: at least once. */
  collect(collector: string): DataStreamSink {
    return this.sinkTo(new CollectSink<T>(collector)).name(`collect-${collector}`);
  }

  /** Ends the stream in a sink. */
  sinkTo(sink: SinkFunction<T>): DataStreamSink {
    return new DataStreamSink(
      this.added({ kind: "sink", sink: sink as SinkFunction<unknown> }, "sink"),
    );
  }

  /** As {@link DataStream.sinkTo}, by its older name. */
  addSink(sink: SinkFunction<T>): DataStreamSink {
    return this.sinkTo(sink);
  }

  protected added(operator: OperatorSpec, name: string): NodeDraft {
    return this.graph.add(operator, { name, inputs: this.inputs, keySelector: this.keySelector });
  }

  protected followedBy<Out>(operator: OperatorSpec, name: string): SingleOutputStreamOperator<Out> {
    return new SingleOutputStreamOperator<Out>(this.graph, this.added(operator, name));
  }

  protected get keySelector(): KeySelector<unknown, unknown> | undefined {
    return undefined;
  }

  private exchanged(partitioning: Partitioning): readonly StreamInput[] {
    return this.inputs.map(({ node }) => ({ node, partitioning }));
  }
}

/** A stream that one operator emits, and that operator's settings. */
export class SingleOutputStreamOperator<T> extends DataStream<T> {
  readonly #node: NodeDraft;

  constructor(graph: GraphBuilder, node: NodeDraft) {
    super(graph, [{ node: node.id, partitioning: undefined }], node.outputSerializer);
    this.#node = node;
  }

  // `returns` may still come, and what is built on this stream goes by it.
  protected override get serializer(): TypeSerializer<unknown> {
    return this.#node.outputSerializer;
  }

  /** Names the operator; subtasks are called after it. */
  name(name: string): this {
    this.#node.name = name;
    return this;
  }

  /** The operator's lasting id, by which its state is found again; by default its name. */
  uid(uid: string): this {
    this.#node.uid = uid;
    return this;
  }

  setParallelism(parallelism: number): this {
    this.#node.parallelism = parallelism;
    return this;
  }

  /** The number of key groups: the most the parallelism can ever be. */
  setMaxParallelism(maxParallelism: number): this {
    this.#node.maxParallelism = maxParallelism;
    return this;
  }

  /** Has the operator run in a task of its own. */
  disableChaining(): this {
    this.#node.canChain = false;
    return this;
  }

  /** How the values it emits are copied and sized; by default as any plain data. */
  returns(type: TypeSerializer<T>): this {
    this.#node.outputSerializer = type as TypeSerializer<unknown>;
    return this;
  }
}

/** A stream partitioned by key: its functions have keyed state. */
export class KeyedStream<T, K> extends DataStream<T> {
  readonly #keySelector: KeySelector<unknown, unknown>;

  constructor(
    graph: GraphBuilder,
    inputs: readonly StreamInput[],
    ...[serializer, keySelector]: readonly [TypeSerializer<unknown>, KeySelector<unknown, unknown>]
  ) {
    super(graph, inputs, serializer);
    this.#keySelector = keySelector;
  }

  /** Works on the values of one key at a time, with its state. */
  process<Out>(processor: KeyedProcessFunction<K, T, Out>): SingleOutputStreamOperator<Out> {
    const spec = {
      kind: "process",
      function: processor as KeyedProcessFunction<unknown, unknown, unknown>,
    } as const;
    return this.followedBy(spec, "process");
  }

  override connect<B>(broadcast: BroadcastStream<B>): BroadcastConnectedStream<T, B, K> {
    return super.connect(broadcast);
  }

  /** Folds the values of each key and emits every intermediate result. */
  reduce(reducer: ReduceFunction<T>): SingleOutputStreamOperator<T> {
    const spec = {
      kind: "reduce",
      function: reducer as ReduceFunction<unknown>,
      serializer: this.serializer,
    } as const;
    return this.followedBy<T>(spec, "reduce").returns(this.serializer as TypeSerializer<T>);
  }

  protected override get keySelector(): KeySelector<unknown, unknown> {
    return this.#keySelector;
  }
}

/** A stream whose values go to every subtask, and the state that is to keep what they say (Flink: BroadcastStream). */
export class BroadcastStream<T> {
  /** Its values, broadcast. */
  readonly stream: DataStream<T>;
  readonly descriptors: readonly MapStateDescriptor[];

  /** Throws {@link ScenarioError} for descriptors that cannot be. */
  constructor(stream: DataStream<T>, descriptors: readonly MapStateDescriptor[]) {
    this.stream = stream;
    this.descriptors = descriptors;
    const names = descriptors.map(({ name }) => name);
    for (const { name, timeToLive } of descriptors) {
      if (names.indexOf(name) !== names.lastIndexOf(name)) {
        throw new ScenarioError(
          `Cannot broadcast the stream: two states are named "${name}", expected a name for each`,
        );
      }
      if (timeToLive !== undefined) {
        throw new ScenarioError(
          `Cannot broadcast the stream: the state "${name}" has a time to live, which only keyed state can have`,
        );
      }
    }
  }
}

/**
 * A stream and a broadcast one, to be worked on by one operator (Flink: BroadcastConnectedStream). `K` is the key of the
 * first one, if it has any.
 */
export class BroadcastConnectedStream<T, B, K = never> {
  readonly #graph: GraphBuilder;
  readonly #inputs: readonly NodeInput[];
  readonly #keySelector: KeySelector<unknown, unknown> | undefined;
  readonly #descriptors: readonly MapStateDescriptor[];

  constructor(
    graph: GraphBuilder,
    options: {
      readonly inputs: readonly NodeInput[];
      readonly keySelector: KeySelector<unknown, unknown> | undefined;
      readonly descriptors: readonly MapStateDescriptor[];
    },
  ) {
    this.#graph = graph;
    this.#inputs = options.inputs;
    this.#keySelector = options.keySelector;
    this.#descriptors = options.descriptors;
  }

  /** Works on the values of both, those of the first one key at a time. Throws {@link ScenarioError} if it has no key. */
  process<Out>(
    processor: KeyedBroadcastProcessFunction<K, T, B, Out>,
  ): SingleOutputStreamOperator<Out>;
  /** Works on the values of both. Throws {@link ScenarioError} if the first one has a key. */
  process<Out>(processor: BroadcastProcessFunction<T, B, Out>): SingleOutputStreamOperator<Out>;
  process<Out>(
    processor: KeyedBroadcastProcessFunction<K, T, B, Out> | BroadcastProcessFunction<T, B, Out>,
  ): SingleOutputStreamOperator<Out> {
    const isKeyed = this.#keySelector !== undefined;
    if (isKeyed !== (processor.kind === "keyed-broadcast-process")) {
      throw new ScenarioError(
        isKeyed
          ? "Cannot process the connected streams: the first one has a key, expected a KeyedBroadcastProcessFunction"
          : "Cannot process the connected streams: the first one has no key, expected a BroadcastProcessFunction, or a keyBy before",
      );
    }
    const descriptors = this.#descriptors;
    const spec: OperatorSpec =
      processor.kind === "keyed-broadcast-process"
        ? { kind: processor.kind, function: processor as AnyKeyedBroadcastFunction, descriptors }
        : { kind: processor.kind, function: processor as AnyBroadcastFunction, descriptors };
    const node = this.#graph.add(spec, {
      name: "broadcast-process",
      inputs: this.#inputs,
      keySelector: this.#keySelector,
    });
    return new SingleOutputStreamOperator<Out>(this.#graph, node);
  }
}

type AnyBroadcastFunction = BroadcastProcessFunction<unknown, unknown, unknown>;
type AnyKeyedBroadcastFunction = KeyedBroadcastProcessFunction<unknown, unknown, unknown, unknown>;

/** The end of a stream, and its operator's settings. */
export class DataStreamSink {
  readonly #node: NodeDraft;

  constructor(node: NodeDraft) {
    this.#node = node;
  }

  name(name: string): this {
    this.#node.name = name;
    return this;
  }

  uid(uid: string): this {
    this.#node.uid = uid;
    return this;
  }

  setParallelism(parallelism: number): this {
    this.#node.parallelism = parallelism;
    return this;
  }

  disableChaining(): this {
    this.#node.canChain = false;
    return this;
  }
}
