// The functions a job's author writes (Flink: api.common.functions). Every attempt of a subtask has function
// objects of its own; a function keeps what must survive in state, never in a field.

import type { Instant } from "../../kernel/virtual-time.ts";
import type {
  AggregatingState,
  BroadcastState,
  ListState,
  MapState,
  ReducingState,
  ValueState,
} from "../state/state.ts";
import type {
  AggregatingStateDescriptor,
  ListStateDescriptor,
  MapStateDescriptor,
  ReducingStateDescriptor,
  ValueStateDescriptor,
} from "../state/state-descriptor.ts";
import type { Hook, OutsideRequest } from "./outside-request.ts";

/** What a rich function knows of where it runs (Flink: RuntimeContext). */
export interface RuntimeContext {
  /** The operator's name. */
  getTaskName(): string;
  /** Which of the parallel subtasks this is, from 0. */
  getIndexOfThisSubtask(): number;
  getNumberOfParallelSubtasks(): number;
  /** How often this subtask was started before: 0 for the first attempt. */
  getAttemptNumber(): number;
  /** Keyed state; only under a `keyBy`, and only while a record is being processed. */
  getState<T>(descriptor: ValueStateDescriptor<T>): ValueState<T>;
  getListState<T>(descriptor: ListStateDescriptor<T>): ListState<T>;
  getMapState<K, V>(descriptor: MapStateDescriptor<K, V>): MapState<K, V>;
  getReducingState<T>(descriptor: ReducingStateDescriptor<T>): ReducingState<T>;
  getAggregatingState<In, Acc, Out>(
    descriptor: AggregatingStateDescriptor<In, Acc, Out>,
  ): AggregatingState<In, Out>;
}

/** Takes what an operator emits (Flink: Collector). */
export interface Collector<T> {
  collect(value: T): void;
}

/** Reads a record's key. Must be deterministic. */
export type KeySelector<T, K> = (value: T) => K;

/** A function with a life: opened before the first record, closed after the last (Flink: RichFunction). */
export abstract class RichFunction {
  #context: RuntimeContext | undefined = undefined;

  /** Called once before the first record; the place to get state. */
  open(): void {}

  /** Called once after the last record. */
  close(): void {}

  /** Where this function runs. Throws before `open`. */
  getRuntimeContext(): RuntimeContext {
    if (this.#context === undefined) {
      throw new Error("Cannot get the runtime context: the function has not been opened yet");
    }
    return this.#context;
  }

  /** Called by the runtime before `open`. */
  setRuntimeContext(context: RuntimeContext): void {
    this.#context = context;
  }
}

/** One value in, one value out. */
export type MapFunction<In, Out> = (value: In) => Out;

/** A map with a life and state (Flink: RichMapFunction). */
export abstract class RichMapFunction<In, Out> extends RichFunction {
  abstract map(value: In): Out;
}

/** Keeps the values for which it holds. */
export type FilterFunction<T> = (value: T) => boolean;

/** A filter with a life and state. */
export abstract class RichFilterFunction<T> extends RichFunction {
  abstract filter(value: T): boolean;
}

/** One value in, any number out. */
export type FlatMapFunction<In, Out> = (value: In, out: Collector<Out>) => void;

/** A flat map with a life and state. */
export abstract class RichFlatMapFunction<In, Out> extends RichFunction {
  abstract flatMap(value: In, out: Collector<Out>): void;
}

/** Sets timers of the current key, by the task's clock (Flink: TimerService). */
export interface TimerService {
  /** What the clock shows, in whole milliseconds. */
  currentProcessingTime(): number;
  /**
   * Has `onTimer` called once the clock shows more than `timestamp`, in milliseconds: at once if it does already. One
   * key has one timer for a timestamp; setting it again changes nothing.
   */
  registerProcessingTimeTimer(timestamp: number): void;
  /** Takes a timer back, if it is set. */
  deleteProcessingTimeTimer(timestamp: number): void;
}

/**
 * What a keyed process function may ask while it handles a record or a timer (Flink: KeyedProcessFunction.Context and
 * OnTimerContext).
 */
export interface KeyedProcessContext<K> {
  getCurrentKey(): K;
  /** Throws if the function has no `onTimer`. */
  timerService(): TimerService;
}

/** Works on one key at a time with that key's state (Flink: KeyedProcessFunction). */
export abstract class KeyedProcessFunction<K, In, Out> extends RichFunction {
  abstract processElement(value: In, context: KeyedProcessContext<K>, out: Collector<Out>): void;

  /**
   * Called for a timer that was set for `timestamp`, with the timer's key and its state. Timers are part of the keyed
   * state: they go through a restore, and those that are past by then fire at once. Those still set at the end of the
   * data are dropped.
   */
  onTimer?(timestamp: number, context: KeyedProcessContext<K>, out: Collector<Out>): void;
}

/** Folds two values of one key into one. Must be associative. */
export type ReduceFunction<T> = (accumulated: T, value: T) => T;

/** Where operator state is found (Flink: OperatorStateStore). */
export interface OperatorStateStore {
  /** A list of which each element belongs to one subtask. */
  getListState<T>(descriptor: ListStateDescriptor<T>): ListState<T>;
  /**
   * A list of which every subtask is given the elements of all after a restart, even at unchanged parallelism: it must
   * pick its own.
   */
  getUnionListState<T>(descriptor: ListStateDescriptor<T>): ListState<T>;
  /** A map of which every subtask has a copy, and must change it as the others do. */
  getBroadcastState<K, V>(descriptor: MapStateDescriptor<K, V>): BroadcastState<K, V>;
}

/** What a function learns when its state is made ready (Flink: FunctionInitializationContext). */
export interface FunctionInitializationContext {
  /** Whether there is a checkpoint to go on from. */
  isRestored(): boolean;
  /** The checkpoint restored, if any. */
  getRestoredCheckpointId(): number | undefined;
  getOperatorStateStore(): OperatorStateStore;
}

/** What a function learns when a snapshot is taken (Flink: FunctionSnapshotContext). */
export interface FunctionSnapshotContext {
  getCheckpointId(): number;
}

/**
 * Operator state of the function's own (Flink: CheckpointedFunction). Any function may have these two;
 * those of a sink may wait for the outside.
 */
export interface CheckpointedFunction {
  initializeState(context: FunctionInitializationContext): Hook;
  snapshotState(context: FunctionSnapshotContext): Hook;
}

/** Hears of a checkpoint's fate (Flink: CheckpointListener). Notifications may be lost. */
export interface CheckpointListener {
  /** Checkpoint `checkpoint` and all before it are complete. */
  notifyCheckpointComplete(checkpoint: number): Hook;
  notifyCheckpointAborted?(checkpoint: number): Hook;
}

/** Where a sink runs, and the way out that does not wait. */
export interface SinkContext {
  /** The sink operator's lasting id. */
  readonly uid: string;
  readonly subtaskIndex: number;
  readonly parallelism: number;
  readonly attempt: number;
  /** The present instant. */
  readonly now: () => Instant;
  /**
   * Sends a request without waiting; its answer is dropped. Requests to one system arrive in the order in which they
   * were sent or yielded, if they arrive.
   */
  readonly send: (request: OutsideRequest) => void;
}

/** What a sink promises: `exactly-once` has its output checked for doubles, `at-least-once` only for losses. */
export type DeliveryGuarantee = "exactly-once" | "at-least-once";

/** The end of a stream (Flink: SinkFunction). */
export interface SinkFunction<T> {
  readonly guarantee: DeliveryGuarantee;
  /** The name of the outside system it writes to. */
  readonly target: string;
  /** Called once before anything else. */
  setSinkContext?(context: SinkContext): void;
  open?(): Hook;
  /** Takes one record. */
  invoke(value: T): Hook;
  /** No more records will come; everything but pending transactions goes out now. */
  finish?(): Hook;
  close?(): Hook;
  /** What determines its future, as plain data, for comparing states. */
  describeState?(): unknown;
}

/** Whether `candidate` keeps operator state of its own. */
export function isCheckpointedFunction(candidate: unknown): candidate is CheckpointedFunction {
  const { initializeState, snapshotState } = methodsOf<CheckpointedFunction>(candidate);
  return typeof initializeState === "function" && typeof snapshotState === "function";
}

/** Whether `candidate` wants to hear of completed checkpoints. */
export function isCheckpointListener(candidate: unknown): candidate is CheckpointListener {
  return typeof methodsOf<CheckpointListener>(candidate).notifyCheckpointComplete === "function";
}

/** Those methods of a `T` that an object has; a bare function has none. */
function methodsOf<T>(candidate: unknown): Partial<T> {
  return typeof candidate === "object" && candidate !== null ? (candidate as Partial<T>) : {};
}
