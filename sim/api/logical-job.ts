// What a judge may know of a job besides its trace: the graph its author wrote, the functions in it, and the
// words they speak. Types alone, so that no judge runs a line of the engine.

export type {
  AggregatingState,
  BroadcastState,
  ListState,
  MapState,
  ReducingState,
  ValueState,
} from "../runtime/state/state.ts";
export type {
  AggregatingStateDescriptor,
  ListStateDescriptor,
  MapStateDescriptor,
  ReducingStateDescriptor,
  StateDescriptor,
  ValueStateDescriptor,
} from "../runtime/state/state-descriptor.ts";
export type { StateTtlConfig } from "../runtime/state/ttl/state-ttl-config.ts";
export type {
  BroadcastProcessContext,
  KeyedBroadcastProcessContext,
  ReadOnlyBroadcastProcessContext,
  ReadOnlyKeyedBroadcastProcessContext,
} from "../runtime/task/broadcast-functions.ts";
export type {
  DeliveryGuarantee,
  FunctionInitializationContext,
  FunctionSnapshotContext,
  KeyedProcessContext,
  RuntimeContext,
  TimerService,
} from "../runtime/task/functions.ts";
export type {
  JobDescription,
  JobEdgeDescription,
  JobVertexDescription,
} from "../runtime/task/job-graph.ts";
export type {
  InputNumber,
  StreamEdge,
  StreamGraph,
  StreamNode,
} from "../runtime/task/stream-graph.ts";
