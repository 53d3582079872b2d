// One operator of one attempt (Flink: AbstractStreamOperator with its user function): the author's function,
// the state it was given, and the order of its life: initializeState, open, records, finish, close.

import { must } from "../../kernel/invariant.ts";
import type { Instant } from "../../kernel/virtual-time.ts";
import type { OperatorMaterialization, OperatorSnapshot } from "../checkpoint/checkpointable.ts";
import type { SavepointFormat } from "../savepoint-options.ts";
import { ChangelogKeyedStateBackend } from "../state/changelog/changelog-keyed-state-backend.ts";
import { keyGroupRangeOf } from "../state/key-groups.ts";
import type { KeyedStateEntry } from "../state/keyed-snapshot-format.ts";
import type {
  KeyedStateBackend,
  KeyedStateSnapshot,
  WrittenKeyedState,
} from "../state/keyed-state-backend.ts";
import { readOperatorSnapshot } from "../state/operator-snapshot-format.ts";
import { OperatorStateBackend } from "../state/operator-state.ts";
import type { OperatorStateShare } from "../state/operator-state-redistribution.ts";
import type { ListState } from "../state/state.ts";
import { createKeyedStateBackend } from "../state/state-backend.ts";
import { ListStateDescriptor } from "../state/state-descriptor.ts";
import { entriesOfSnapshot } from "../state/written-keyed-state.ts";
import type { CheckpointId } from "../stream-element.ts";
import {
  type Collector,
  isCheckpointedFunction,
  isCheckpointListener,
  type RichFunction,
  type RuntimeContext,
  type SinkFunction,
} from "./functions.ts";
import type { OperatorLocation } from "./operator-location.ts";
import { broadcastDescriptorsOf } from "./operators/broadcast-step.ts";
import {
  hasTimers,
  type RecordStep,
  recordStepOf,
  type StepEnvironment,
  timerStepOf,
} from "./operators/step.ts";
import type { Hook, OutsideAnswer, OutsideRequest } from "./outside-request.ts";
import { RuntimeContextView } from "./runtime-context.ts";
import type { SourceSplit } from "./source.ts";
import type { InputNumber, StreamNode } from "./stream-graph.ts";
import { InternalTimerService, TIMER_STATE } from "./timers/internal-timer-service.ts";
import { blame, callUser, callUserHook } from "./user-code.ts";

/** A wait for the outside inside an operator's life. */
export type Waiting<Result = void> = Generator<OutsideRequest, Result, OutsideAnswer>;

/** What an operator's subtask is restored from: of any number of former subtasks. */
export interface RestoredState {
  readonly checkpoint: CheckpointId;
  readonly keyed: readonly WrittenKeyedState[];
  readonly operator: readonly Uint8Array[];
  /** Which elements of `operator` are its own, `oldSubtask` being the position there. */
  readonly operatorShares: readonly OperatorStateShare[];
}

const SPLITS = new ListStateDescriptor<SourceSplit>("SourceReaderState");

/** One operator of one attempt. */
export class StreamOperator {
  readonly node: StreamNode;
  readonly #location: OperatorLocation;
  readonly #out: Collector<unknown>;
  readonly #keyed: KeyedStateBackend | undefined;
  readonly #operatorState: OperatorStateBackend;
  readonly #context: RuntimeContextView;
  readonly #splits: (() => readonly SourceSplit[]) | undefined;
  #step: RecordStep | undefined = undefined;
  #timers: InternalTimerService | undefined = undefined;
  #timerStep: (timestamp: number) => void = noTimer;

  constructor(options: {
    readonly node: StreamNode;
    readonly location: OperatorLocation;
    readonly out: Collector<unknown>;
    /** For a source: the positions of its reader. */
    readonly splits: (() => readonly SourceSplit[]) | undefined;
  }) {
    const { node, location } = options;
    this.node = node;
    this.#location = location;
    this.#out = options.out;
    this.#splits = options.splits;
    this.#operatorState = new OperatorStateBackend(node.uid);
    const { maxParallelism, parallelism } = node;
    this.#keyed =
      node.keySelector === undefined
        ? undefined
        : createKeyedStateBackend(location.stateBackend, {
            maxParallelism,
            keyGroupRange: keyGroupRangeOf(maxParallelism, parallelism, location.subtaskIndex),
            now: location.now,
            owner: {
              task: location.at.place.name,
              attempt: location.at.number,
              operator: node.uid,
            },
            workingDirectory: location.workingDirectory,
            charge: location.charge,
          });
    this.#context = new RuntimeContextView({ node, location, keyed: this.#keyed });
  }

  /** Gives the operator its state, then opens its function. */
  *initialize(restored: RestoredState | undefined): Waiting {
    const { node } = this;
    if (restored !== undefined) {
      if (restored.keyed.length > 0) this.#keyed?.restore(restored.keyed);
      if (restored.operator.length > 0) {
        this.#operatorState.restore(restored.operator, restored.operatorShares);
      }
    }
    // They are there and in every snapshot, whether or not the function asks for them.
    for (const descriptor of broadcastDescriptorsOf(node)) {
      this.#operatorState.getBroadcastState(descriptor);
    }
    const subject = functionOf(node);
    if (node.operator.kind === "sink") this.#placeSink(node.operator.sink);
    if (isCheckpointedFunction(subject)) {
      yield* callUserHook(node.name, () =>
        subject.initializeState({
          isRestored: () => restored !== undefined,
          getRestoredCheckpointId: () => restored?.checkpoint,
          getOperatorStateStore: () => this.#operatorState,
        }),
      );
    }
    yield* callUserHook(node.name, () => open(subject, this.#context));
    if (restored !== undefined) this.#recordRestored(restored);
    this.#timers = this.#createTimers(restored);
    const environment: StepEnvironment = {
      context: this.#context,
      out: this.#out,
      currentKey: () => this.#keyed?.currentKey,
      timers: this.#timers,
      operatorState: this.#operatorState,
      applyToAllKeys: (descriptor, apply) => this.#context.applyToAllKeys(descriptor, apply),
    };
    this.#step = callUser(node.name, () => recordStepOf(node, environment));
    if (this.#timers !== undefined) this.#timerStep = timerStepOf(node, environment);
  }

  /** Records what the asynchronous part of a snapshot wrote, read back from the bytes. */
  recordWritten(
    checkpoint: CheckpointId,
    keyed: KeyedStateSnapshot | undefined,
    operatorState: Uint8Array | undefined,
  ): void {
    if (!this.#location.recordsState) return;
    this.#location.recorder.record("operator-snapshot-written", this.#location.at, {
      checkpoint,
      operator: this.node.uid,
      keyed: keyed === undefined ? [] : this.#keyedContents(keyed),
      operatorState: this.#operatorContents(operatorState),
    });
  }

  #keyedContents(keyed: KeyedStateSnapshot): readonly unknown[] {
    return entriesOfSnapshot(keyed, this.#context.serializers).map(contentOf);
  }

  #operatorContents(bytes: Uint8Array | undefined): readonly unknown[] {
    if (bytes === undefined || bytes.length === 0) return [];
    return readOperatorSnapshot(bytes, this.#operatorState.serializers);
  }

  /** Records the state that the operator holds now that it is restored. */
  #recordRestored({ checkpoint }: RestoredState): void {
    if (!this.#location.recordsState) return;
    this.#location.recorder.record("operator-restored", this.#location.at, {
      checkpoint,
      operator: this.node.uid,
      keyed: this.#keyed?.entries().map(contentOf) ?? [],
      operatorState: this.#operatorState.entries(),
    });
  }

  /** The positions a source's reader goes on from; undefined for a first start. */
  restoredSplits(): readonly SourceSplit[] | undefined {
    const splits = [...this.#operatorState.getListState(SPLITS).get()];
    return splits.length === 0 ? undefined : splits;
  }

  /** Works on one record of one of its inputs. A hook that comes back is run before the next record. */
  process(value: unknown, input: InputNumber = 1): Waiting | undefined {
    const step = must(this.#step, () => `step of ${this.node.name}, which has not been opened`);
    const { keySelector, name, operator, uid } = this.node;
    if (operator.kind === "sink") {
      const fields = { sink: uid, target: operator.sink.target, value };
      this.#location.recorder.record("record-written", this.#location.at, fields);
    }
    let hook: ReturnType<RecordStep>;
    try {
      if (input === 2) this.#keyed?.clearCurrentKey();
      else if (keySelector !== undefined) this.#keyed?.setCurrentKey(keySelector(value));
      hook = step(value, input);
    } catch (error) {
      throw blame(this.node.name, error);
    }
    this.#context.recordUpdates();
    return hook === undefined ? undefined : callUserHook(name, () => hook);
  }

  /** When the operator's next timer is due; undefined for none. */
  get timerDueAt(): Instant | undefined {
    return this.#timers?.dueAt;
  }

  /** Runs the next timer, of which there must be one. */
  fireTimer(): void {
    const { key, timestamp } = must(this.#timers, () => `timers of ${this.node.name}`).take();
    const fields = { operator: this.node.uid, key, timestamp };
    this.#location.recorder.record("timer-fired", this.#location.at, fields);
    callUser(this.node.name, () => this.#timerStep(timestamp));
    this.#context.recordUpdates();
  }

  /** The synchronous part of a snapshot. */
  *snapshotState(checkpoint: CheckpointId, format?: SavepointFormat): Waiting<OperatorSnapshot> {
    const subject = functionOf(this.node);
    if (this.#splits !== undefined) this.#saveSplits(this.#splits());
    if (isCheckpointedFunction(subject)) {
      yield* callUserHook(this.node.name, () =>
        subject.snapshotState({ getCheckpointId: () => checkpoint }),
      );
    }
    const keyed = this.#keyed?.snapshot(checkpoint, formOf(format));
    const operator = this.#operatorState.snapshot();
    const operatorStates = this.#operatorState.states;
    return { operatorId: this.node.uid, keyed, operator, operatorStates };
  }

  /** Whether its state is in a changelog backend. */
  get isMaterializable(): boolean {
    return this.#keyed instanceof ChangelogKeyedStateBackend;
  }

  /** The synchronous part of a materialization; undefined if there is nothing to materialize. */
  materialize(): OperatorMaterialization | undefined {
    const backend = this.#keyed;
    if (!(backend instanceof ChangelogKeyedStateBackend)) return undefined;
    const materialization = backend.materialize();
    if (materialization === undefined) return undefined;
    const confirm = () => backend.materialized(materialization);
    return { operatorId: this.node.uid, materialization, confirm };
  }

  *notifyCheckpointComplete(checkpoint: CheckpointId): Waiting {
    const subject = functionOf(this.node);
    if (!isCheckpointListener(subject)) return;
    yield* callUserHook(this.node.name, () => subject.notifyCheckpointComplete(checkpoint));
  }

  *notifyCheckpointAborted(checkpoint: CheckpointId): Waiting {
    const subject = functionOf(this.node);
    if (!isCheckpointListener(subject)) return;
    yield* callUserHook(this.node.name, () => subject.notifyCheckpointAborted?.(checkpoint));
  }

  /** No more records will come. Timers still set are dropped, as Flink's are when their service is quiesced. */
  *finish(): Waiting {
    this.#dropTimers();
    const { operator, name } = this.node;
    if (operator.kind === "sink") yield* callUserHook(name, () => operator.sink.finish?.());
  }

  *close(): Waiting {
    const { operator, name } = this.node;
    if (operator.kind === "sink") yield* callUserHook(name, () => operator.sink.close?.());
    else callUser(name, () => close(functionOf(this.node)));
  }

  /** Lets go of what the attempt held outside the program. */
  dispose(): void {
    this.#keyed?.close();
  }

  /** What determines this operator's future, as plain data. */
  describeState(): unknown {
    const { operator, uid } = this.node;
    const sink = operator.kind === "sink" ? operator.sink.describeState?.() : undefined;
    const own = [uid, this.#keyed?.describeState(), this.#operatorState.snapshot(), sink];
    // When a timer fires depends on the clock.
    return this.#timers?.isEmpty === false ? [...own, this.#location.now()] : own;
  }

  #createTimers(restored: RestoredState | undefined): InternalTimerService | undefined {
    if (this.#keyed === undefined || !hasTimers(this.node)) return undefined;
    const { uid: operator, maxParallelism } = this.node;
    const { recorder, at, now } = this.#location;
    const timers = new InternalTimerService({
      backend: this.#keyed,
      state: this.#context.getMapState(TIMER_STATE),
      maxParallelism,
      now,
      onRegistered: ({ key, timestamp }) => {
        recorder.record("timer-registered", at, { operator, key, timestamp });
      },
    });
    if (restored !== undefined) timers.restore();
    return timers;
  }

  #dropTimers(): void {
    while (this.#timers?.isEmpty === false) {
      this.#timers.take();
      this.#context.recordUpdates();
    }
  }

  #placeSink(sink: SinkFunction<unknown>): void {
    const { subtaskIndex, at, send, now } = this.#location;
    sink.setSinkContext?.({
      uid: this.node.uid,
      now,
      subtaskIndex,
      parallelism: this.node.parallelism,
      attempt: at.number,
      send,
    });
  }

  #saveSplits(splits: readonly SourceSplit[]): void {
    const list: ListState<SourceSplit> = this.#operatorState.getListState(SPLITS);
    list.update([...splits]);
  }
}

function noTimer(): void {}

/** What a savepoint asks of a keyed backend; nothing for a checkpoint, which the backend takes as it is set to. */
function formOf(format: SavepointFormat | undefined): KeyedStateSnapshot["kind"] | undefined {
  if (format === undefined) return undefined;
  return format === "CANONICAL" ? "full" : "incremental";
}

/** What the author wrote for a node. */
function functionOf(node: StreamNode): unknown {
  const { operator } = node;
  if (operator.kind === "source") return operator.source;
  return operator.kind === "sink" ? operator.sink : operator.function;
}

function open(subject: unknown, context: RuntimeContext): Hook {
  if (!isRichFunction(subject)) return isSink(subject) ? subject.open?.() : undefined;
  subject.setRuntimeContext(context);
  return subject.open();
}

function close(subject: unknown): void {
  if (isRichFunction(subject)) subject.close();
}

/** By its methods and not by its class, which an author's copy of the library may have made. */
function isRichFunction(subject: unknown): subject is RichFunction {
  return typeof subject === "object" && subject !== null && "setRuntimeContext" in subject;
}

function isSink(subject: unknown): subject is SinkFunction<unknown> {
  return typeof subject === "object" && subject !== null && "invoke" in subject;
}

/** A keyed state entry as traces have it. */
function contentOf({ state, key, value }: KeyedStateEntry): readonly unknown[] {
  return [state, key, value];
}
