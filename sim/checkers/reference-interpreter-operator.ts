// One operator of one subtask in the reference interpreter: the author's function, its state, and what it does with a
// record or at a timer.

import type {
  FunctionInitializationContext,
  FunctionSnapshotContext,
  InputNumber,
  KeyedProcessContext,
  ReadOnlyKeyedBroadcastProcessContext,
  RuntimeContext,
  StreamNode,
  ValueState,
} from "../api/logical-job.ts";
import type { Subtask } from "./job-shape.ts";
import {
  declaredStatesOf,
  readingContextOf,
  writingContextOf,
} from "./reference-interpreter-broadcast.ts";
import { copyOf } from "./reference-interpreter-copy.ts";
import {
  InterpretedKeyedState,
  type InterpretedList,
  InterpretedOperatorState,
  type InterpretedValue,
  type TextOf,
} from "./reference-interpreter-state.ts";
import { InterpretedTimers } from "./reference-interpreter-timers.ts";

/** The state of one operator in one subtask. */
export interface InterpretedContents {
  /** The operator's uid. */
  readonly operator: string;
  readonly kind: StreamNode["operator"]["kind"];
  readonly keyed: readonly InterpretedValue[];
  /** Microseconds after which values expire, for each state that has a time to live. */
  readonly timesToLive: ReadonlyMap<string, number>;
  /** The operator state that its function keeps, by name. */
  readonly lists: ReadonlyMap<string, InterpretedList>;
}

/** When a step runs, as the trace says. */
export interface StepMoment {
  readonly attempt: number;
  /** Its instant, in microseconds. */
  readonly now: number;
}

/** What the step under way has put out, and what it may know. */
export interface StepOutputs {
  readonly emitted: unknown[][];
  readonly written: Map<string, unknown[]>;
  failure: unknown;
  moment: StepMoment;
  doubt: string | undefined;
}

/** What fresh operators are given when they do not start from nothing. */
export interface Restore {
  readonly checkpoint: number;
  /** Operator state, by operator, by name. */
  readonly lists: ReadonlyMap<string, ReadonlyMap<string, InterpretedList>>;
  /** The operators of each subtask whose keyed state is shared out. */
  readonly from: readonly (readonly Operator[])[];
  /** Which keys are this subtask's now. */
  readonly isOwnKey: (key: unknown) => boolean;
}

/** One operator of one subtask, with its function and state. */
export class Operator {
  /** Those that follow it in the chain. */
  readonly next: Operator[] = [];
  /** Ids of the edges it emits into. */
  readonly edges: number[] = [];
  /** Undefined for an operator that cannot set any. */
  readonly timers: InterpretedTimers | undefined;
  readonly #node: StreamNode;
  readonly #subtask: Subtask;
  readonly #textOf: TextOf;
  readonly #outputs: StepOutputs;
  readonly #keyed: InterpretedKeyedState;
  #lists: InterpretedOperatorState;
  readonly #reduced: ValueState<unknown>;
  readonly #collector = { collect: (value: unknown) => this.#emit(value) };
  readonly #context: KeyedProcessContext<unknown>;
  readonly #writing: ReturnType<typeof writingContextOf>;
  readonly #reading: ReadOnlyKeyedBroadcastProcessContext<unknown>;

  constructor(options: {
    readonly node: StreamNode;
    readonly subtask: Subtask;
    readonly textOf: TextOf;
    readonly outputs: StepOutputs;
  }) {
    this.#node = options.node;
    this.#subtask = options.subtask;
    this.#outputs = options.outputs;
    const { outputs } = options;
    const clock = {
      now: () => outputs.moment.now,
      doubt: (reason: string) => {
        outputs.doubt ??= reason;
      },
    };
    const keyed = new InterpretedKeyedState(options.textOf, clock);
    this.#keyed = keyed;
    this.#lists = new InterpretedOperatorState(options.textOf);
    this.#textOf = options.textOf;
    const isTimed = userFunctionOf(options.node)?.onTimer !== undefined;
    this.timers = isTimed ? new InterpretedTimers(keyed, options.textOf, clock) : undefined;
    this.#context = { getCurrentKey: () => keyed.key, timerService: () => this.#timerService() };
    const holder = { node: options.node, keyed, lists: () => this.#lists };
    this.#writing = writingContextOf(holder);
    this.#reading = { ...this.#context, ...readingContextOf(holder) };
    const reduced = { name: "reduced", defaultValue: undefined, timeToLive: undefined };
    this.#reduced = this.#keyed.value(reduced);
    if (options.node.operator.kind === "sink") this.#outputs.written.set(options.node.uid, []);
  }

  get uid(): string {
    return this.#node.uid;
  }

  get contents(): InterpretedContents {
    const { uid, operator } = this.#node;
    const { contents: keyed, timesToLive } = this.#keyed;
    const { contents: lists } = this.#lists;
    return { operator: uid, kind: operator.kind, keyed, timesToLive, lists };
  }

  /** Gives the function its state and opens it. */
  open(restore: Restore | undefined): void {
    const subject = userFunctionOf(this.#node);
    if (restore !== undefined) this.#takeOver(restore);
    this.#lists = new InterpretedOperatorState(this.#textOf, restore?.lists.get(this.#node.uid));
    for (const descriptor of declaredStatesOf(this.#node)) {
      this.#lists.getBroadcastState(descriptor);
    }
    subject?.initializeState?.({
      isRestored: () => restore !== undefined,
      getRestoredCheckpointId: () => restore?.checkpoint,
      getOperatorStateStore: () => this.#lists,
    });
    if (subject?.setRuntimeContext === undefined) return;
    subject.setRuntimeContext(this.#runtimeContext());
    subject.open?.();
  }

  hear(about: "snapshot" | "completion", id: number): void {
    const subject = userFunctionOf(this.#node);
    if (about === "snapshot") subject?.snapshotState?.({ getCheckpointId: () => id });
    else subject?.notifyCheckpointComplete?.(id);
  }

  /** Works on a record of one of its inputs; only those of the first have a key. */
  process(value: unknown, input: InputNumber = 1): void {
    const { operator, keySelector, uid } = this.#node;
    if (input === 2) this.#keyed.clearKey();
    else if (keySelector !== undefined) this.#keyed.setKey(copyOf(keySelector(value)));
    switch (operator.kind) {
      case "source":
        this.#emit(value);
        return;
      case "map": {
        const map = operator.function;
        this.#emit(typeof map === "function" ? map(value) : map.map(value));
        return;
      }
      case "filter": {
        const filter = operator.function;
        const isKept = typeof filter === "function" ? filter(value) : filter.filter(value);
        if (isKept) this.#emit(value);
        return;
      }
      case "flat-map": {
        const flatMap = operator.function;
        if (typeof flatMap === "function") flatMap(value, this.#collector);
        else flatMap.flatMap(value, this.#collector);
        return;
      }
      case "process":
        operator.function.processElement(value, this.#context, this.#collector);
        return;
      case "broadcast-process":
      case "keyed-broadcast-process": {
        const { function: subject } = operator;
        if (input === 1) subject.processElement(value, this.#reading, this.#collector);
        else subject.processBroadcastElement(value, this.#writing, this.#collector);
        return;
      }
      case "reduce": {
        const held = this.#reduced.value();
        const reduced = held === undefined ? value : operator.function(held, value);
        this.#reduced.update(reduced);
        this.#emit(reduced);
        return;
      }
      case "sink":
        this.#outputs.written.get(uid)?.push(value);
        return;
      default:
        unknownOperator(operator);
    }
  }

  /** What the function does at a timer, whose key is current. */
  fire(timestamp: number): void {
    const { operator } = this.#node;
    if (operator.kind !== "process" && operator.kind !== "keyed-broadcast-process") return;
    operator.function.onTimer?.(timestamp, this.#reading, this.#collector);
  }

  /** Takes the keyed state and the timers of its own keys from those that had them. */
  #takeOver({ from, isOwnKey }: Restore): void {
    for (const operators of from) {
      const before = operators.find(({ uid }) => uid === this.uid);
      if (before === undefined) continue;
      this.#keyed.takeOver(before.#keyed, isOwnKey);
      if (before.timers !== undefined) this.timers?.takeOver(before.timers, isOwnKey);
    }
  }

  #timerService(): InterpretedTimers {
    if (this.timers === undefined) throw new Error("Cannot set timers without onTimer");
    return this.timers;
  }

  #emit(value: unknown): void {
    for (const operator of this.next) operator.process(copyOf(value));
    for (const edge of this.edges) this.#outputs.emitted[edge]?.push(copyOf(value));
  }

  #runtimeContext(): RuntimeContext {
    const keyed = this.#keyed;
    return {
      getTaskName: () => this.#node.name,
      getIndexOfThisSubtask: () => this.#subtask.index,
      getNumberOfParallelSubtasks: () => this.#node.parallelism,
      getAttemptNumber: () => this.#outputs.moment.attempt,
      getState: (descriptor) => keyed.value(descriptor),
      getListState: (descriptor) => keyed.list(descriptor),
      getMapState: (descriptor) => keyed.map(descriptor),
      getReducingState: (descriptor) => keyed.reducing(descriptor),
      getAggregatingState: (descriptor) => keyed.aggregating(descriptor),
    };
  }
}

/** An author's function object, by the methods it may have. */
interface FunctionObject {
  setRuntimeContext?(context: RuntimeContext): void;
  open?(): void;
  onTimer?: unknown;
  initializeState?(context: FunctionInitializationContext): unknown;
  snapshotState?(context: FunctionSnapshotContext): unknown;
  notifyCheckpointComplete?(checkpoint: number): unknown;
}

/** The function object of a node; plain functions have no life, and sources and sinks are not run. */
function userFunctionOf({ operator }: StreamNode): FunctionObject | undefined {
  if (operator.kind === "source" || operator.kind === "sink") return undefined;
  return typeof operator.function === "object" ? operator.function : undefined;
}

function unknownOperator(operator: never): never {
  throw new Error(`Cannot interpret an operator: found ${String(operator)}, which is of no kind`);
}
