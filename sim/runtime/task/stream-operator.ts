// One operator of one attempt (Flink: AbstractStreamOperator with its user function): the author's function,
// the state it was given, and the order of its life: initializeState, open, records, finish, close.

import { must } from "../../kernel/invariant.ts";
import type { OperatorSnapshot } from "../checkpoint/checkpointable.ts";
import { HeapKeyedStateBackend } from "../state/heap-keyed-state-backend.ts";
import { keyGroupRangeOf } from "../state/key-groups.ts";
import { type KeyedStateEntry, readKeyedSnapshot } from "../state/keyed-snapshot-format.ts";
import type { KeyedStateBackend } from "../state/keyed-state-backend.ts";
import { operatorStateMetasOf, readOperatorSnapshot } from "../state/operator-snapshot-format.ts";
import { OperatorStateBackend } from "../state/operator-state.ts";
import { redistributeOperatorState } from "../state/operator-state-redistribution.ts";
import type { ListState } from "../state/state.ts";
import { ListStateDescriptor } from "../state/state-descriptor.ts";
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
import { type RecordStep, recordStepOf } from "./operators/step.ts";
import type { Hook, OutsideAnswer, OutsideRequest } from "./outside-request.ts";
import { RuntimeContextView } from "./runtime-context.ts";
import type { SourceSplit } from "./source.ts";
import type { StreamNode } from "./stream-graph.ts";
import { blame, callUser, callUserHook } from "./user-code.ts";

/** A wait for the outside inside an operator's life. */
export type Waiting<Result = void> = Generator<OutsideRequest, Result, OutsideAnswer>;

/** The bytes an operator's subtask is restored from. */
export interface RestoredState {
  readonly checkpoint: CheckpointId;
  readonly keyed: Uint8Array | undefined;
  readonly operator: Uint8Array | undefined;
}

const SPLITS = new ListStateDescriptor<SourceSplit>("SourceReaderState");

/** One operator of one attempt. */
export class StreamOperator {
  readonly node: StreamNode;
  readonly #location: OperatorLocation;
  readonly #out: Collector<unknown>;
  readonly #keyed: KeyedStateBackend | undefined;
  readonly #operatorState = new OperatorStateBackend();
  readonly #context: RuntimeContextView;
  readonly #splits: (() => readonly SourceSplit[]) | undefined;
  #step: RecordStep | undefined = undefined;

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
    const { maxParallelism, parallelism } = node;
    this.#keyed =
      node.keySelector === undefined
        ? undefined
        : new HeapKeyedStateBackend({
            maxParallelism,
            keyGroupRange: keyGroupRangeOf(maxParallelism, parallelism, location.subtaskIndex),
            now: location.now,
          });
    this.#context = new RuntimeContextView({ node, location, keyed: this.#keyed });
  }

  /** Gives the operator its state, then opens its function. */
  *initialize(restored: RestoredState | undefined): Waiting {
    const { node } = this;
    if (restored?.keyed !== undefined) this.#keyed?.restore([restored.keyed]);
    if (restored?.operator !== undefined) this.#restoreOperatorState(restored.operator);
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
    this.#step = callUser(node.name, () =>
      recordStepOf(node, {
        context: this.#context,
        out: this.#out,
        currentKey: () => this.#keyed?.currentKey,
      }),
    );
  }

  /** Records what the asynchronous part of a snapshot wrote, read back from the bytes. */
  recordWritten(
    checkpoint: CheckpointId,
    keyed: Uint8Array | undefined,
    operatorState: Uint8Array | undefined,
  ): void {
    if (!this.#location.recordsState) return;
    this.#location.recorder.record("operator-snapshot-written", this.#location.at, {
      checkpoint,
      operator: this.node.uid,
      keyed: keyedContents(keyed),
      operatorState: operatorContents(operatorState),
    });
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

  /** Works on one record. A hook that comes back is run before the next record. */
  process(value: unknown): Waiting | undefined {
    const step = must(this.#step, () => `step of ${this.node.name}, which has not been opened`);
    const { keySelector, name, operator, uid } = this.node;
    if (operator.kind === "sink") {
      const fields = { sink: uid, target: operator.sink.target, value };
      this.#location.recorder.record("record-written", this.#location.at, fields);
    }
    let hook: ReturnType<RecordStep>;
    try {
      if (keySelector !== undefined) this.#keyed?.setCurrentKey(keySelector(value));
      hook = step(value);
    } catch (error) {
      throw blame(this.node.name, error);
    }
    this.#context.recordUpdates();
    return hook === undefined ? undefined : callUserHook(name, () => hook);
  }

  /** The synchronous part of a snapshot. */
  *snapshotState(checkpoint: CheckpointId): Waiting<OperatorSnapshot> {
    const subject = functionOf(this.node);
    if (this.#splits !== undefined) this.#saveSplits(this.#splits());
    if (isCheckpointedFunction(subject)) {
      yield* callUserHook(this.node.name, () =>
        subject.snapshotState({ getCheckpointId: () => checkpoint }),
      );
    }
    const keyed = this.#keyed?.snapshot(checkpoint);
    const operator = this.#operatorState.snapshot();
    return { operatorId: this.node.uid, keyed, operator };
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

  /** No more records will come. */
  *finish(): Waiting {
    const { operator, name } = this.node;
    if (operator.kind === "sink") yield* callUserHook(name, () => operator.sink.finish?.());
  }

  *close(): Waiting {
    const { operator, name } = this.node;
    if (operator.kind === "sink") yield* callUserHook(name, () => operator.sink.close?.());
    else callUser(name, () => close(functionOf(this.node)));
  }

  /** What determines this operator's future, as plain data. */
  describeState(): unknown {
    const { operator, uid } = this.node;
    const sink = operator.kind === "sink" ? operator.sink.describeState?.() : undefined;
    return [uid, this.#keyed?.describeState(), this.#operatorState.snapshot(), sink];
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

  #restoreOperatorState(bytes: Uint8Array): void {
    const shares = redistributeOperatorState([operatorStateMetasOf(bytes)], 1)[0];
    this.#operatorState.restore([bytes], must(shares, "share of operator state"));
  }

  #saveSplits(splits: readonly SourceSplit[]): void {
    const list: ListState<SourceSplit> = this.#operatorState.getListState(SPLITS);
    list.update([...splits]);
  }
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

function keyedContents(bytes: Uint8Array | undefined): readonly unknown[] {
  return bytes === undefined || bytes.length === 0 ? [] : readKeyedSnapshot(bytes).map(contentOf);
}

function operatorContents(bytes: Uint8Array | undefined): readonly unknown[] {
  return bytes === undefined || bytes.length === 0 ? [] : readOperatorSnapshot(bytes);
}

/** A keyed state entry as traces have it. */
function contentOf({ state, key, value }: KeyedStateEntry): readonly unknown[] {
  return [state, key, value];
}
