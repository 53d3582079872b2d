// What a rich function sees of where it runs (Flink: StreamingRuntimeContext), and the record of what it did to
// its state.

import { canonicalText } from "../../kernel/canonical-value.ts";
import { unreachable } from "../../kernel/invariant.ts";
import { storedSerializerOf } from "../state/heap-state-factory.ts";
import type { KeyedStateBackend } from "../state/keyed-state-backend.ts";
import { keysWithState } from "../state/keys-with-state.ts";
import type {
  AggregatingState,
  AnyState,
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
  StateDescriptor,
  ValueStateDescriptor,
} from "../state/state-descriptor.ts";
import type { TypeSerializer } from "../state/type-serializer.ts";
import type { RuntimeContext } from "./functions.ts";
import type { OperatorLocation } from "./operator-location.ts";
import type { StreamNode } from "./stream-graph.ts";

/** The context of one function of one attempt. */
export class RuntimeContextView implements RuntimeContext {
  readonly #node: StreamNode;
  readonly #location: OperatorLocation;
  readonly #keyed: KeyedStateBackend | undefined;
  readonly #readers = new Map<string, () => unknown>();
  readonly #seen = new Map<string, string>();
  readonly #serializers = new Map<string, TypeSerializer<unknown>>();

  constructor(options: {
    readonly node: StreamNode;
    readonly location: OperatorLocation;
    readonly keyed: KeyedStateBackend | undefined;
  }) {
    this.#node = options.node;
    this.#location = options.location;
    this.#keyed = options.keyed;
  }

  /** Those of the whole values of the states that were asked for. */
  get serializers(): readonly TypeSerializer<unknown>[] {
    return [...this.#serializers.values()];
  }

  getTaskName(): string {
    return this.#node.name;
  }

  getIndexOfThisSubtask(): number {
    return this.#location.subtaskIndex;
  }

  getNumberOfParallelSubtasks(): number {
    return this.#node.parallelism;
  }

  getAttemptNumber(): number {
    return this.#location.at.number;
  }

  getState<T>(descriptor: ValueStateDescriptor<T>): ValueState<T> {
    const state = this.#backendFor(descriptor).getState(descriptor);
    this.#watch(descriptor, () => state.value());
    return state;
  }

  getListState<T>(descriptor: ListStateDescriptor<T>): ListState<T> {
    const state = this.#backendFor(descriptor).getState(descriptor);
    this.#watch(descriptor, () => [...state.get()]);
    return state;
  }

  getMapState<K, V>(descriptor: MapStateDescriptor<K, V>): MapState<K, V> {
    const state = this.#backendFor(descriptor).getState(descriptor);
    this.#watch(descriptor, () => new Map(state.entries()));
    return state;
  }

  getReducingState<T>(descriptor: ReducingStateDescriptor<T>): ReducingState<T> {
    const state = this.#backendFor(descriptor).getState(descriptor);
    this.#watch(descriptor, () => state.get());
    return state;
  }

  getAggregatingState<In, Acc, Out>(
    descriptor: AggregatingStateDescriptor<In, Acc, Out>,
  ): AggregatingState<In, Out> {
    const backend = this.#backendFor(descriptor);
    this.#watch(descriptor, () => backend.stored(descriptor.name));
    return backend.getState(descriptor);
  }

  /**
   * Calls `apply` for each key that has something in the state, with that key current (Flink:
   * KeyedStateBackend.applyToAllKeys). Afterwards the key is current again that was before, if there was one.
   */
  applyToAllKeys(
    descriptor: StateDescriptor,
    apply: (key: unknown, state: AnyState) => void,
  ): void {
    const backend = this.#backendFor(descriptor);
    const state = this.#stateOf(descriptor);
    const before = backend.currentKey;
    for (const key of keysWithState(backend, descriptor, this.#location.now)) {
      backend.setCurrentKey(key);
      apply(key, state);
      this.recordUpdates();
    }
    if (before === undefined) backend.clearCurrentKey();
    else backend.setCurrentKey(before);
  }

  /** Records which states of the current key have other values than after its last record. */
  recordUpdates(): void {
    const key = this.#keyed?.currentKey;
    if (key === undefined || !this.#location.recordsState) return;
    for (const [state, read] of this.#readers) {
      const value = read();
      const text = canonicalText(value);
      const place = `${state} ${canonicalText(key)}`;
      if (this.#seen.get(place) === text) continue;
      this.#seen.set(place, text);
      this.#location.recorder.record("state-updated", this.#location.at, { state, key, value });
    }
  }

  #stateOf(descriptor: StateDescriptor): AnyState {
    switch (descriptor.kind) {
      case "value":
        return this.getState(descriptor);
      case "list":
        return this.getListState(descriptor);
      case "map":
        return this.getMapState(descriptor);
      case "reducing":
        return this.getReducingState(descriptor);
      case "aggregating":
        return this.getAggregatingState(descriptor);
      default:
        return unreachable(descriptor);
    }
  }

  /** With a time to live a read is a use of the state: the record of it must leave it as it is. */
  #watch(descriptor: StateDescriptor, read: () => unknown): void {
    const { name, timeToLive } = descriptor;
    this.#serializers.set(name, storedSerializerOf(descriptor));
    this.#readers.set(name, timeToLive === undefined ? read : () => this.#keyed?.stored(name));
  }

  #backendFor(descriptor: StateDescriptor): KeyedStateBackend {
    if (this.#keyed === undefined) {
      throw new Error(
        `Cannot get the state "${descriptor.name}" of "${this.#node.name}": the stream has no key, call keyBy first`,
      );
    }
    return this.#keyed;
  }
}
