// The author's door, name by name: what is added or taken away here is seen by everyone who writes a job.
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import * as door from "../../sim/index.ts";

const VALUES = [
  "AggregatingStateDescriptor",
  "BroadcastConnectedStream",
  "BroadcastProcessFunction",
  "BroadcastStream",
  "CheckpointConfig",
  "CheckpointingMode",
  "CollectSink",
  "DataStream",
  "DataStreamSink",
  "EmbeddedRocksDBStateBackend",
  "ForStStateBackend",
  "FsStateBackend",
  "HashMapStateBackend",
  "KeyedBroadcastProcessFunction",
  "KeyedProcessFunction",
  "KeyedStream",
  "ListStateDescriptor",
  "LogSource",
  "MapStateDescriptor",
  "MemoryStateBackend",
  "PrintSink",
  "ReducingStateDescriptor",
  "RichFilterFunction",
  "RichFlatMapFunction",
  "RichFunction",
  "RichMapFunction",
  "RocksDBStateBackend",
  "ScenarioError",
  "SingleOutputStreamOperator",
  "StateTtlConfig",
  "StreamExecutionEnvironment",
  "TransactionalLogSink",
  "TwoPhaseCommitSinkFunction",
  "Types",
  "ValueStateDescriptor",
  "WatermarkStrategy",
  "ask",
];

const TYPES = [
  "AggregateFunction",
  "AggregatingState",
  "Asking",
  "BroadcastProcessContext",
  "BroadcastState",
  "CheckpointListener",
  "CheckpointedFunction",
  "Collector",
  "DeliveryGuarantee",
  "Fault",
  "FaultTime",
  "FilterFunction",
  "FlatMapFunction",
  "FunctionInitializationContext",
  "FunctionSnapshotContext",
  "Hook",
  "KeySelector",
  "KeyedBroadcastProcessContext",
  "KeyedProcessContext",
  "KeyedStateFunction",
  "ListState",
  "MapFunction",
  "MapState",
  "OperatorStateStore",
  "OutsideAnswer",
  "OutsideRequest",
  "PreviousType",
  "ReadOnlyBroadcastProcessContext",
  "ReadOnlyBroadcastState",
  "ReadOnlyKeyedBroadcastProcessContext",
  "ReduceFunction",
  "ReducingState",
  "RuntimeContext",
  "Scenario",
  "SinkContext",
  "SinkFunction",
  "Sometimes",
  "Source",
  "SourceReader",
  "SourceRecord",
  "SourceSplit",
  "StateBackend",
  "StateTtlConfigBuilder",
  "TimerService",
  "TransactionName",
  "TypeSerializer",
  "TypeSerializerSchemaCompatibility",
  "ValueState",
  "VersionedType",
];

test("sim/index.ts exports these values", () => {
  expect(Object.keys(door).sort()).toEqual(VALUES);
});

test("sim/index.ts exports these types besides", () => {
  expect(exportedNames().filter((name) => !VALUES.includes(name))).toEqual(TYPES);
});

test("package.json opens these two doors", () => {
  const manifest = JSON.parse(readFileSync(pathOf("../../package.json"), "utf8")) as {
    readonly exports: unknown;
  };
  expect(manifest.exports).toEqual({
    ".": { types: "./dist/types/index.d.ts", default: "./dist/index.js" },
    "./testing": { types: "./dist/types/testing.d.ts", default: "./dist/testing.js" },
  });
});

/** Every name between the braces of an export, values and types alike. */
function exportedNames(): readonly string[] {
  const source = readFileSync(pathOf("../../sim/index.ts"), "utf8");
  const braces = [...source.matchAll(/export (?:type )?\{([^}]*)\}/g)].map(([, inside]) => inside);
  return braces
    .flatMap((inside) => (inside ?? "").split(","))
    .map((name) => name.trim().replace(/^type /, ""))
    .filter((name) => name !== "")
    .sort();
}

function pathOf(relative: string): string {
  return fileURLToPath(new URL(relative, import.meta.url));
}
