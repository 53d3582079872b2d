// The second opinion: runs a job's logical graph one record at a time. Plain FIFO queues, plain maps, the
// author's functions; no checkpoint, no failure. It shares no code with the engine it judges.
//
// It computes what a step emits and writes. It does not choose which step comes next, nor where rebalance sends
// a record, nor what the clock shows: those are the run's own choices, and the caller takes them from the trace.
// Sinks are not run: a record given to a sink is simply an output.

import type {
  FunctionInitializationContext,
  FunctionSnapshotContext,
  KeyedProcessContext,
  RuntimeContext,
  StreamEdge,
  StreamGraph,
  StreamNode,
  ValueState,
} from "../api/logical-job.ts";
import type { JobShape, Subtask } from "./job-shape.ts";
import { copyOf } from "./reference-interpreter-copy.ts";
import { consumerOfKey } from "./reference-interpreter-routing.ts";
import {
  InterpretedKeyedState,
  InterpretedOperatorState,
  type InterpretedValue,
  type TextOf,
} from "./reference-interpreter-state.ts";

/** The state of one operator in one subtask. */
export interface InterpretedContents {
  /** The operator's uid. */
  readonly operator: string;
  readonly kind: StreamNode["operator"]["kind"];
  readonly keyed: readonly InterpretedValue[];
  /** Microseconds after which values expire, for each state that has a time to live. */
  readonly timesToLive: ReadonlyMap<string, number>;
  /** Elements of the operator state that its function keeps, by name. */
  readonly lists: ReadonlyMap<string, readonly unknown[]>;
}

/** When a step runs, as the trace says. */
export interface StepMoment {
  readonly attempt: number;
  /** Its instant, in microseconds. */
  readonly now: number;
}

/** Runs one job. */
export class ReferenceInterpreter {
  readonly #shape: JobShape;
  readonly #buildGraph: () => StreamGraph;
  readonly #textOf: TextOf;
  readonly #outputs: StepOutputs;
  readonly #chains: readonly Chain[];
  readonly #queues: readonly Queue[];
  readonly #exchanges: readonly StreamEdge[];

  constructor(options: {
    readonly shape: JobShape;
    /** A graph with functions of its own for each subtask. */
    readonly buildGraph: () => StreamGraph;
    readonly textOf: TextOf;
  }) {
    const { shape, buildGraph, textOf } = options;
    this.#shape = shape;
    this.#buildGraph = buildGraph;
    this.#textOf = textOf;
    this.#outputs = noOutputs(shape);
    let exchanges: readonly StreamEdge[] | undefined;
    this.#chains = shape.subtasks.map((subtask) => {
      const graph = buildGraph();
      exchanges ??= exchangesOf(graph, shape);
      return new Chain({ graph, exchanges, subtask, textOf, outputs: this.#outputs });
    });
    this.#exchanges = exchanges ?? [];
    this.#queues = shape.channels.map(() => ({ values: [], head: 0 }));
  }

  /** What the last step emitted into each edge, by edge id, in order. */
  get emitted(): readonly (readonly unknown[])[] {
    return this.#outputs.emitted;
  }

  /** What the last step gave to each sink of its subtask, by uid, in order. */
  get written(): ReadonlyMap<string, readonly unknown[]> {
    return this.#outputs.written;
  }

  /** What the author's code threw in the last step, if it did. */
  get failure(): unknown {
    return this.#outputs.failure;
  }

  /** Why what comes out may differ from the run and both be right, once that is so. */
  get doubt(): string | undefined {
    return this.#outputs.doubt;
  }

  /** Whether an opened function has state with a time to live. */
  get usesTimeToLive(): boolean {
    return this.#chains.some(({ contents }) =>
      contents.some(({ timesToLive }) => timesToLive.size > 0),
    );
  }

  /** A step of a source: it emits `value`. */
  read(subtask: Subtask, moment: StepMoment, value: unknown): void {
    this.#chain(subtask).run(moment, copyOf(value));
  }

  /** A step of any other subtask: it takes the head of channel number `channel`, which must not be empty. */
  process(channel: number, moment: StepMoment): void {
    const { consumer } = this.#at(this.#shape.channels, channel);
    this.#chain(consumer).run(moment, this.#take(channel));
  }

  /** The author's functions take part in a snapshot or hear of one; both are inputs that the trace logs. */
  hear(
    subtask: Subtask,
    moment: StepMoment,
    {
      about,
      checkpoint,
    }: { readonly about: "snapshot" | "completion"; readonly checkpoint: number },
  ): void {
    this.#chain(subtask).hear(moment, about, checkpoint);
  }

  /** The state of a subtask's operators, head first; sinks are not run and have none. */
  contentsOf(subtask: Subtask): readonly InterpretedContents[] {
    return this.#chain(subtask).contents;
  }

  /** The operator state of a subtask's functions after fresh ones were given what they hold now. */
  restoredLists(subtask: Subtask, checkpoint: number): readonly InterpretedContents[] {
    const lists = this.contentsOf(subtask).map((held) => [held.operator, held.lists] as const);
    const restored = new Chain({
      graph: this.#buildGraph(),
      exchanges: this.#exchanges,
      subtask,
      textOf: this.#textOf,
      outputs: noOutputs(this.#shape),
      restore: { checkpoint, lists: new Map(lists) },
    });
    return restored.contents;
  }

  /** Puts a value of `emitted` at the end of a channel. Each broadcast consumer gets a copy of its own. */
  send(channel: number, value: unknown): void {
    const { edge } = this.#at(this.#shape.channels, channel);
    const own = edge.partitioning === "broadcast" ? copyOf(value) : value;
    this.#at(this.#queues, channel).values.push(own);
  }

  /** The consumer to which an edge that partitions by hash sends `value`. */
  consumerOf(edge: number, value: unknown): number {
    const { partitioning } = this.#at(this.#exchanges, edge);
    const { target } = this.#at(this.#shape.description.edges, edge);
    const { maxParallelism, parallelism } = this.#at(this.#shape.description.vertices, target);
    if (partitioning.kind !== "hash") throw new Error(`Cannot hash over edge ${edge}: it is not`);
    return consumerOfKey(partitioning.keySelector(copyOf(value)), maxParallelism, parallelism);
  }

  #take(channel: number): unknown {
    const queue = this.#at(this.#queues, channel);
    if (queue.head === queue.values.length) throw new Error(`Cannot take from an empty channel`);
    const value = queue.values[queue.head];
    queue.values[queue.head++] = undefined;
    return value;
  }

  #chain(subtask: Subtask): Chain {
    return this.#at(this.#chains, subtask.number);
  }

  #at<T>(items: readonly T[], index: number): T {
    const item = items[index];
    if (item === undefined) throw new Error(`Cannot interpret the job: it has no item ${index}`);
    return item;
  }
}

/** A channel: values in the order in which they were sent. */
interface Queue {
  readonly values: unknown[];
  head: number;
}

/** What the step under way has put out, and what it may know. */
interface StepOutputs {
  readonly emitted: unknown[][];
  readonly written: Map<string, unknown[]>;
  failure: unknown;
  moment: StepMoment;
  doubt: string | undefined;
}

function noOutputs({ description }: JobShape): StepOutputs {
  const emitted = description.edges.map(() => []);
  const moment = { attempt: 0, now: 0 };
  return { emitted, written: new Map(), failure: undefined, moment, doubt: undefined };
}

/** What fresh functions are given when they do not start from nothing: operator state, by operator, by name. */
interface Restore {
  readonly checkpoint: number;
  readonly lists: ReadonlyMap<string, ReadonlyMap<string, readonly unknown[]>>;
}

/** The edges of the graph that became exchanges, by their id: those inside a chain did not. */
function exchangesOf(graph: StreamGraph, { description }: JobShape): readonly StreamEdge[] {
  const exchanges: StreamEdge[] = [];
  for (const edge of graph.edges) {
    const next = description.edges[exchanges.length];
    if (next?.sourceNode === edge.source && next.targetNode === edge.target) exchanges.push(edge);
  }
  return exchanges;
}

/** The operators of one subtask. */
class Chain {
  readonly #operators: readonly Operator[];
  readonly #outputs: StepOutputs;
  readonly #brokenBy: unknown;

  constructor(options: {
    readonly graph: StreamGraph;
    readonly exchanges: readonly StreamEdge[];
    readonly subtask: Subtask;
    readonly textOf: TextOf;
    readonly outputs: StepOutputs;
    readonly restore?: Restore;
  }) {
    const { graph, exchanges, subtask, textOf, outputs, restore } = options;
    this.#outputs = outputs;
    const built = new Map<number, Operator>();
    for (const { node: id } of subtask.vertex.operators) {
      const node = graph.nodes.find((candidate) => candidate.id === id);
      if (node === undefined)
        throw new Error(`Cannot interpret the job: its graph has no node ${id}`);
      built.set(id, new Operator({ node, subtask, textOf, outputs }));
    }
    for (const edge of graph.edges) {
      const source = built.get(edge.source);
      if (source === undefined) continue;
      const exchange = options.exchanges.findIndex(
        ({ source: from, target }) => from === edge.source && target === edge.target,
      );
      const target = built.get(edge.target);
      if (exchange === -1 && target !== undefined) source.next.push(target);
    }
    exchanges.forEach((edge, id) => {
      built.get(edge.source)?.edges.push(id);
    });
    this.#operators = [...built.values()];
    outputs.failure = undefined;
    this.#attempt(() => {
      for (const operator of [...this.#operators].reverse()) operator.open(restore);
    });
    this.#brokenBy = outputs.failure;
  }

  get contents(): readonly InterpretedContents[] {
    return this.#operators.map((operator) => operator.contents);
  }

  /** One record through the chain, from its head. */
  run(moment: StepMoment, value: unknown): void {
    this.#begin(moment);
    this.#attempt(() => this.#operators[0]?.process(value));
  }

  hear(moment: StepMoment, about: "snapshot" | "completion", id: number): void {
    this.#begin(moment);
    this.#attempt(() => {
      for (const operator of [...this.#operators].reverse()) operator.hear(about, id);
    });
  }

  /** Forgets what the step before put out. */
  #begin(moment: StepMoment): void {
    for (const values of this.#outputs.emitted) values.length = 0;
    for (const values of this.#outputs.written.values()) values.length = 0;
    this.#outputs.moment = moment;
    this.#outputs.failure = this.#brokenBy;
  }

  #attempt(code: () => void): void {
    if (this.#outputs.failure !== undefined) return;
    try {
      code();
    } catch (error) {
      this.#outputs.failure = error ?? new Error("Something empty was thrown");
    }
  }
}

/** One operator of one subtask, with its function and state. */
class Operator {
  /** Those that follow it in the chain. */
  readonly next: Operator[] = [];
  /** Ids of the edges it emits into. */
  readonly edges: number[] = [];
  readonly #node: StreamNode;
  readonly #subtask: Subtask;
  readonly #outputs: StepOutputs;
  readonly #keyed: InterpretedKeyedState;
  #lists = new InterpretedOperatorState();
  readonly #reduced: ValueState<unknown>;
  readonly #collector = { collect: (value: unknown) => this.#emit(value) };
  readonly #context: KeyedProcessContext<unknown> = { getCurrentKey: () => this.#keyed.key };

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
    this.#keyed = new InterpretedKeyedState(options.textOf, {
      now: () => outputs.moment.now,
      doubt: (reason) => {
        outputs.doubt ??= reason;
      },
    });
    const reduced = { name: "reduced", defaultValue: undefined, timeToLive: undefined };
    this.#reduced = this.#keyed.value(reduced);
    if (options.node.operator.kind === "sink") this.#outputs.written.set(options.node.uid, []);
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
    this.#lists = new InterpretedOperatorState(restore?.lists.get(this.#node.uid));
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

  process(value: unknown): void {
    const { operator, keySelector, uid } = this.#node;
    if (keySelector !== undefined) this.#keyed.setKey(copyOf(keySelector(value)));
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
