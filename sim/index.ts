// The author's door: everything a job and a scenario may use, and nothing else. Names are Flink's wherever
// Flink has one.

export { CheckpointConfig } from "./api/checkpoint-config.ts";
export { CheckpointingMode } from "./api/checkpointing-mode.ts";
export {
  BroadcastConnectedStream,
  BroadcastStream,
  DataStream,
  DataStreamSink,
  KeyedStream,
  SingleOutputStreamOperator,
} from "./api/data-stream.ts";
export { ScenarioError } from "./api/graph-builder.ts";
export type { Fault, FaultTime, Scenario, Sometimes } from "./api/scenario.ts";
export {
  EmbeddedRocksDBStateBackend,
  ForStStateBackend,
  FsStateBackend,
  HashMapStateBackend,
  MemoryStateBackend,
  RocksDBStateBackend,
  type StateBackend,
} from "./api/state-backends.ts";
export { StreamExecutionEnvironment } from "./api/stream-execution-environment.ts";
export { WatermarkStrategy } from "./api/watermark-strategy.ts";
export { type Asking, ask } from "./connectors/ask.ts";
export { CollectSink } from "./connectors/collect-sink.ts";
export { LogSource } from "./connectors/log-source.ts";
export { PrintSink } from "./connectors/print-sink.ts";
export type { TransactionName } from "./connectors/transactional-log-request.ts";
export { TransactionalLogSink } from "./connectors/transactional-log-sink.ts";
export { TwoPhaseCommitSinkFunction } from "./connectors/two-phase-commit-sink-function.ts";
export type {
  AggregatingState,
  BroadcastState,
  ListState,
  MapState,
  ReadOnlyBroadcastState,
  ReducingState,
  ValueState,
} from "./runtime/state/state.ts";
export {
  type AggregateFunction,
  AggregatingStateDescriptor,
  ListStateDescriptor,
  MapStateDescriptor,
  ReducingStateDescriptor,
  ValueStateDescriptor,
} from "./runtime/state/state-descriptor.ts";
export {
  StateTtlConfig,
  type StateTtlConfigBuilder,
} from "./runtime/state/ttl/state-ttl-config.ts";
export { Types } from "./runtime/state/type-information.ts";
export type {
  TypeSerializer,
  TypeSerializerSchemaCompatibility,
} from "./runtime/state/type-serializer.ts";
export type { PreviousType, VersionedType } from "./runtime/state/versioned-serializer.ts";
export {
  type BroadcastProcessContext,
  BroadcastProcessFunction,
  type KeyedBroadcastProcessContext,
  KeyedBroadcastProcessFunction,
  type KeyedStateFunction,
  type ReadOnlyBroadcastProcessContext,
  type ReadOnlyKeyedBroadcastProcessContext,
} from "./runtime/task/broadcast-functions.ts";
export {
  type CheckpointedFunction,
  type CheckpointListener,
  type Collector,
  type DeliveryGuarantee,
  type FilterFunction,
  type FlatMapFunction,
  type FunctionInitializationContext,
  type FunctionSnapshotContext,
  type KeyedProcessContext,
  KeyedProcessFunction,
  type KeySelector,
  type MapFunction,
  type OperatorStateStore,
  type ReduceFunction,
  RichFilterFunction,
  RichFlatMapFunction,
  RichFunction,
  RichMapFunction,
  type RuntimeContext,
  type SinkContext,
  type SinkFunction,
  type TimerService,
} from "./runtime/task/functions.ts";
export type { Hook, OutsideAnswer, OutsideRequest } from "./runtime/task/outside-request.ts";
export type { Source, SourceReader, SourceRecord, SourceSplit } from "./runtime/task/source.ts";
