// The text's chapters 2.2 and 5 in TypeScript, statement for statement: that this file compiles is the test. What
// differs is the language's: `new X<>()` is typed, `Integer.class` is `Types.INT`, `null` is `undefined`.
import { expect, test } from "vitest";
import {
  CheckpointingMode,
  type DataStream,
  FsStateBackend,
  MemoryStateBackend,
  RichMapFunction,
  RocksDBStateBackend,
  StreamExecutionEnvironment,
  Types,
  type ValueState,
  ValueStateDescriptor,
} from "../../sim/index.ts";

function listing(): StreamExecutionEnvironment {
  // 5.1
  const env: StreamExecutionEnvironment = StreamExecutionEnvironment.getExecutionEnvironment();
  env.enableCheckpointing(60000);
  env.getCheckpointConfig().setCheckpointingMode(CheckpointingMode.EXACTLY_ONCE);
  env.setStateBackend(new RocksDBStateBackend("file:///path/to/rocksdb"));

  // 5.3, with the state of 5.2
  const dataStream: DataStream<string> = env.fromElements("a", "b", "c", "a");
  dataStream
    .keyBy((str) => str)
    .map(
      new (class extends RichMapFunction<string, string> {
        countState: ValueState<number> | undefined;

        override open(): void {
          const stateDescriptor: ValueStateDescriptor<number> = new ValueStateDescriptor<number>(
            "count",
            Types.INT,
          );
          const countState: ValueState<number> = this.getRuntimeContext().getState(stateDescriptor);
          this.countState = countState;
        }

        override map(value: string): string {
          let count: number | undefined = this.countState?.value();
          if (count === undefined) {
            count = 0;
          }
          this.countState?.update(count + 1);
          return `${value} ${count}`;
        }
      })(),
    )
    .print();
  return env.execute("listing");
}

test("the text's listing is a program", () => {
  const graph = listing().streamGraph(1);
  expect(graph.nodes.map(({ operator }) => operator.kind)).toEqual(["source", "map", "sink"]);
});

test("the text's state backends are there, by their names", () => {
  const backends = [
    new MemoryStateBackend(),
    new FsStateBackend("file:///checkpoints"),
    new RocksDBStateBackend("file:///path/to/rocksdb"),
  ];
  expect(backends.map(({ name }) => name)).toEqual([
    "MemoryStateBackend",
    "FsStateBackend",
    "RocksDBStateBackend",
  ]);
  for (const backend of backends) {
    const env = StreamExecutionEnvironment.getExecutionEnvironment().setStateBackend(backend);
    expect(env.stateBackend).toBe(backend);
  }
});

test("the text's modes are Flink's", () => {
  expect(Object.keys(CheckpointingMode)).toEqual(["EXACTLY_ONCE", "AT_LEAST_ONCE"]);
});
