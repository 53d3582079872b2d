// The second opinion: runs a job's logical graph one record at a time. Plain FIFO queues, plain maps, the
// author's functions; no checkpoint, no failure. It shares no code with the engine it judges.
//
// It computes what a step emits and writes. It does not choose which step comes next, nor where rebalance sends
// a record, nor what the clock shows: those are the run's own choices, and the caller takes them from the trace. But a
// timer fires only if it is set and due, and no step on a record comes before a timer that is due.
// Sinks are not run: a record given to a sink is simply an output.

import type { InputNumber, StreamEdge, StreamGraph } from "../api/logical-job.ts";
import type { JobShape, Subtask } from "./job-shape.ts";
import { copyOf } from "./reference-interpreter-copy.ts";
import {
  type InterpretedContents,
  Operator,
  type Restore,
  type StepMoment,
  type StepOutputs,
} from "./reference-interpreter-operator.ts";
import { consumerOfKey } from "./reference-interpreter-routing.ts";
import { restoredListsOf, type TextOf } from "./reference-interpreter-state.ts";
import type { InterpretedTimer } from "./reference-interpreter-timers.ts";

/** Runs one job. */
export class ReferenceInterpreter {
  readonly #shape: JobShape;
  readonly #buildGraph: (submission: number) => StreamGraph;
  readonly #textOf: TextOf;
  readonly #outputs: StepOutputs;
  readonly #queues: readonly Queue[];
  /** By subtask; none for those that the job does not have in the present submission. */
  #chains: readonly (Chain | undefined)[];
  #exchanges: readonly StreamEdge[] = [];
  #submission = 0;

  constructor(options: {
    readonly shape: JobShape;
    /** A graph of a submission, with functions of its own for each subtask. */
    readonly buildGraph: (submission: number) => StreamGraph;
    readonly textOf: TextOf;
  }) {
    const { shape, buildGraph, textOf } = options;
    this.#shape = shape;
    this.#buildGraph = buildGraph;
    this.#textOf = textOf;
    this.#outputs = noOutputs(shape);
    this.#queues = shape.channels.map(() => ({ values: [], head: 0 }));
    this.#chains = this.#newChains(() => undefined);
  }

  /**
   * The job is started again from a checkpoint at which it now is, as another submission of it: fresh functions, and the
   * state shared out among as many subtasks as there then are. No record may be under way.
   */
  resubmit(submission: number, checkpoint: number): void {
    const before = this.#chains;
    this.#submission = submission;
    const shares = new Map<number, readonly Restore[]>();
    for (const { id } of this.#shape.description.vertices) {
      const old = this.#shape.subtasks
        .filter(({ vertex }) => vertex.id === id)
        .flatMap(({ number }) => before[number] ?? []);
      shares.set(id, this.#sharedOut(old, { vertex: id, checkpoint }));
    }
    this.#chains = this.#newChains(({ vertex, index }) => shares.get(vertex.id)?.[index]);
  }

  /** How many subtasks a vertex has at present. */
  parallelismOf(vertex: number): number {
    return this.#shape.parallelisms[this.#submission]?.[vertex] ?? 0;
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

  /** Whether an opened function has state with a time to live, or timers. */
  get dependsOnTime(): boolean {
    return this.#chains.some((chain) => {
      if (chain === undefined) return false;
      const { contents, timed } = chain;
      return timed.length > 0 || contents.some(({ timesToLive }) => timesToLive.size > 0);
    });
  }

  /** Whether a subtask can set timers. */
  hasTimers(subtask: Subtask): boolean {
    return this.#chain(subtask).timed.length > 0;
  }

  /** A step of a source: it emits `value`. */
  read(subtask: Subtask, moment: StepMoment, value: unknown): void {
    this.#chain(subtask).run(moment, copyOf(value));
  }

  /** A step of any other subtask: it takes the head of channel number `channel`, which must not be empty. */
  process(channel: number, moment: StepMoment): void {
    const { consumer, edge } = this.#at(this.#shape.channels, channel);
    const { input } = this.#at(this.#exchanges, edge.id);
    this.#chain(consumer).run(moment, this.#take(channel), input);
  }

  /** A step that a timer of an operator sets off. Returns why it cannot be, if so: then nothing has happened. */
  fire(
    subtask: Subtask,
    moment: StepMoment,
    timer: InterpretedTimer & { readonly operator: string },
  ): string | undefined {
    return this.#chain(subtask).fire(moment, timer);
  }

  /** The timestamp of a timer of the subtask that is due, which then is its next step. */
  overdueTimer(subtask: Subtask, moment: StepMoment): number | undefined {
    return this.#chain(subtask).overdueTimer(moment);
  }

  /** A subtask has had all its input: its timers are dropped. */
  end(subtask: Subtask, moment: StepMoment): void {
    this.#chain(subtask).end(moment);
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

  /** The operator state of a subtask's functions after fresh ones were given what all hold now. */
  restoredLists(subtask: Subtask, checkpoint: number): readonly InterpretedContents[] {
    const siblings = this.#shape.subtasks
      .filter(({ vertex }) => vertex === subtask.vertex)
      .flatMap(({ number }) => this.#chains[number] ?? []);
    const shares = this.#sharedOut(siblings, { vertex: subtask.vertex.id, checkpoint });
    const restored = new Chain({
      graph: this.#buildGraph(this.#submission),
      exchanges: this.#exchanges,
      subtask,
      textOf: this.#textOf,
      outputs: noOutputs(this.#shape),
      restore: shares[subtask.index],
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
    const { maxParallelism } = this.#at(this.#shape.description.vertices, target);
    if (partitioning.kind !== "hash") throw new Error(`Cannot hash over edge ${edge}: it is not`);
    const key = partitioning.keySelector(copyOf(value));
    return consumerOfKey(key, maxParallelism, this.parallelismOf(target));
  }

  /** What the subtasks that a vertex has now are given of what `old` hold, operator by operator. */
  #sharedOut(
    old: readonly Chain[],
    { vertex, checkpoint }: { readonly vertex: number; readonly checkpoint: number },
  ): readonly Restore[] {
    const { operators, maxParallelism } = this.#at(this.#shape.description.vertices, vertex);
    const parallelism = this.parallelismOf(vertex);
    const contents = old.map((chain) => chain.contents);
    const lists = operators.map((_operator, at) => {
      return restoredListsOf(
        contents.map((held) => held[at]?.lists ?? new Map()),
        parallelism,
      );
    });
    return Array.from({ length: parallelism }, (_, index) => ({
      checkpoint,
      lists: new Map(operators.map(({ uid }, at) => [uid, lists[at]?.[index] ?? new Map()])),
      from: old.map((chain) => chain.operators),
      isOwnKey: (key: unknown) => consumerOfKey(key, maxParallelism, parallelism) === index,
    }));
  }

  #newChains(restoreOf: (subtask: Subtask) => Restore | undefined): readonly (Chain | undefined)[] {
    const shape = this.#shape;
    const chains: (Chain | undefined)[] = [];
    for (const subtask of shape.subtasks) {
      const isThere = subtask.index < this.parallelismOf(subtask.vertex.id);
      chains.push(isThere ? this.#newChain(subtask, restoreOf(subtask)) : undefined);
    }
    return chains;
  }

  #newChain(subtask: Subtask, restore: Restore | undefined): Chain {
    const graph = this.#buildGraph(this.#submission);
    this.#exchanges = exchangesOf(graph, this.#shape);
    const exchanges = this.#exchanges;
    const outputs = this.#outputs;
    return new Chain({ graph, exchanges, subtask, textOf: this.#textOf, outputs, restore });
  }

  #take(channel: number): unknown {
    const queue = this.#at(this.#queues, channel);
    if (queue.head === queue.values.length) throw new Error(`Cannot take from an empty channel`);
    const value = queue.values[queue.head];
    queue.values[queue.head++] = undefined;
    return value;
  }

  #chain(subtask: Subtask): Chain {
    const chain = this.#chains[subtask.number];
    if (chain === undefined) throw new Error(`Cannot interpret ${subtask.name}: it is not there`);
    return chain;
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

function noOutputs({ description }: JobShape): StepOutputs {
  const emitted = description.edges.map(() => []);
  const moment = { attempt: 0, now: 0 };
  return { emitted, written: new Map(), failure: undefined, moment, doubt: undefined };
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
  readonly operators: readonly Operator[];
  readonly #outputs: StepOutputs;
  readonly #brokenBy: unknown;

  constructor(options: {
    readonly graph: StreamGraph;
    readonly exchanges: readonly StreamEdge[];
    readonly subtask: Subtask;
    readonly textOf: TextOf;
    readonly outputs: StepOutputs;
    readonly restore?: Restore | undefined;
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
    this.operators = [...built.values()];
    outputs.failure = undefined;
    this.#attempt(() => {
      for (const operator of [...this.operators].reverse()) operator.open(restore);
    });
    this.#brokenBy = outputs.failure;
  }

  get contents(): readonly InterpretedContents[] {
    return this.operators.map((operator) => operator.contents);
  }

  /** The operators that can set timers. */
  get timed(): readonly Operator[] {
    return this.operators.filter(({ timers }) => timers !== undefined);
  }

  /** One record through the chain, from its head, one of whose inputs it comes by. */
  run(moment: StepMoment, value: unknown, input: InputNumber = 1): void {
    this.#begin(moment);
    this.#attempt(() => this.operators[0]?.process(value, input));
  }

  fire(
    moment: StepMoment,
    timer: InterpretedTimer & { readonly operator: string },
  ): string | undefined {
    this.#begin(moment);
    const operator = this.timed.find(({ uid }) => uid === timer.operator);
    if (operator?.timers === undefined) return `${timer.operator} has no timers`;
    const problem = operator.timers.take(timer);
    if (problem === undefined) this.#attempt(() => operator.fire(timer.timestamp));
    return problem;
  }

  overdueTimer(moment: StepMoment): number | undefined {
    this.#outputs.moment = moment;
    for (const { timers } of this.operators) {
      if (timers?.overdue !== undefined) return timers.overdue;
    }
    return undefined;
  }

  end(moment: StepMoment): void {
    this.#begin(moment);
    for (const { timers } of this.operators) timers?.drop();
  }

  hear(moment: StepMoment, about: "snapshot" | "completion", id: number): void {
    this.#begin(moment);
    this.#attempt(() => {
      for (const operator of [...this.operators].reverse()) operator.hear(about, id);
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
