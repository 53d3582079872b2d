// The operators of one vertex (Flink: RegularOperatorChain). Inside it a record is passed on by a call, copied
// first; snapshots and notifications run from tail to head, finish from head to tail.

import { must } from "../../kernel/invariant.ts";
import type { Instant } from "../../kernel/virtual-time.ts";
import type { OperatorMaterialization, OperatorSnapshot } from "../checkpoint/checkpointable.ts";
import type { SavepointFormat } from "../savepoint-options.ts";
import type { KeyedStateSnapshot } from "../state/keyed-state-backend.ts";
import type { CheckpointId, StreamElement } from "../stream-element.ts";
import type { Collector } from "./functions.ts";
import type { JobGraph, JobVertexDescription } from "./job-graph.ts";
import type { OperatorLocation } from "./operator-location.ts";
import type { RecordWriter } from "./record-writer.ts";
import type { SourceSplit } from "./source.ts";
import type { InputNumber } from "./stream-graph.ts";
import { type RestoredState, StreamOperator, type Waiting } from "./stream-operator.ts";

/** The chain of one attempt. */
export class OperatorChain {
  /** Head first. */
  readonly #operators: readonly StreamOperator[];
  readonly #writers: RecordWriter[] = [];
  readonly #hooks: Waiting[] = [];

  constructor(options: {
    readonly job: JobGraph;
    readonly vertex: JobVertexDescription;
    readonly location: OperatorLocation;
    /** The writers of each operator's exchanges, by node id. */
    readonly writers: ReadonlyMap<number, readonly RecordWriter[]>;
    readonly splits: (() => readonly SourceSplit[]) | undefined;
  }) {
    const { job, vertex, location } = options;
    for (const writers of options.writers.values()) this.#writers.push(...writers);
    const built = new Map<number, StreamOperator>();
    for (const { node: id } of [...vertex.operators].reverse()) {
      const node = must(job.nodes.get(id), () => `node ${id} of the job graph`);
      const next = (job.chainedTargets.get(id) ?? []).map((target) =>
        must(built.get(target), "chained operator"),
      );
      const out = this.#collectorOf(node, next, options.writers.get(id) ?? []);
      const isSource = node.operator.kind === "source";
      const splits = isSource ? options.splits : undefined;
      built.set(id, new StreamOperator({ node, location, out, splits }));
    }
    this.#operators = vertex.operators.map(({ node }) =>
      must(built.get(node), "operator of the chain"),
    );
  }

  /** The operator that records enter by. */
  get head(): StreamOperator {
    return must(this.#operators[0], "head of the chain");
  }

  /** Whether every output can take a record. */
  get isOutputAvailable(): boolean {
    for (const writer of this.#writers) if (!writer.isAvailable) return false;
    return true;
  }

  /**
   * Works on one record of one of the head's inputs; what has to wait for the outside comes back and must be run before
   * the next one.
   */
  process(value: unknown, input: InputNumber = 1): readonly Waiting[] | undefined {
    const hook = this.head.process(value, input);
    if (hook !== undefined) this.#hooks.push(hook);
    return this.#takeHooks();
  }

  /** When the next timer is due; undefined for none. Only the head of a chain can be keyed, and so have timers. */
  get timerDueAt(): Instant | undefined {
    return this.head.timerDueAt;
  }

  /** Runs the next timer, of which there must be one; the rest is as of {@link OperatorChain.process}. */
  fireTimer(): readonly Waiting[] | undefined {
    this.head.fireTimer();
    return this.#takeHooks();
  }

  /** Gives every operator its state and opens it. */
  *initialize(restored: ReadonlyMap<string, RestoredState>): Waiting {
    for (const operator of this.#tailFirst)
      yield* operator.initialize(restored.get(operator.node.uid));
  }

  /** The synchronous part of a snapshot. */
  *snapshotState(
    checkpoint: CheckpointId,
    format?: SavepointFormat,
  ): Waiting<readonly OperatorSnapshot[]> {
    const snapshots: OperatorSnapshot[] = [];
    for (const operator of this.#tailFirst)
      snapshots.push(yield* operator.snapshotState(checkpoint, format));
    return snapshots.reverse();
  }

  /** Whether an operator has state to be materialized. */
  get isMaterializable(): boolean {
    return this.#operators.some(({ isMaterializable }) => isMaterializable);
  }

  /** The synchronous part of a materialization: of those operators whose state has changed since the last one. */
  materialize(): readonly OperatorMaterialization[] {
    return this.#operators.flatMap((operator) => operator.materialize() ?? []);
  }

  /** Records what the asynchronous part of a snapshot wrote. */
  recordWritten(
    checkpoint: CheckpointId,
    { operatorId, operator }: OperatorSnapshot,
    keyed: KeyedStateSnapshot | undefined,
  ): void {
    const written = this.#operators.find(({ node }) => node.uid === operatorId);
    written?.recordWritten(checkpoint, keyed, operator);
  }

  *notifyCheckpointComplete(checkpoint: CheckpointId): Waiting {
    for (const operator of this.#tailFirst) yield* operator.notifyCheckpointComplete(checkpoint);
  }

  *notifyCheckpointAborted(checkpoint: CheckpointId): Waiting {
    for (const operator of this.#tailFirst) yield* operator.notifyCheckpointAborted(checkpoint);
  }

  /** No more records will come. */
  *finish(): Waiting {
    for (const operator of this.#operators) yield* operator.finish();
  }

  *close(): Waiting {
    for (const operator of this.#tailFirst) yield* operator.close();
  }

  /** The attempt has ended, in whatever way. */
  dispose(): void {
    for (const operator of this.#operators) operator.dispose();
  }

  /** Sends an event into every output channel. */
  broadcast(element: StreamElement): void {
    for (const writer of this.#writers) writer.broadcast(element);
  }

  /** What determines the chain's future, as plain data. */
  describeState(): unknown {
    return this.#operators.map((operator) => operator.describeState());
  }

  #takeHooks(): readonly Waiting[] | undefined {
    return this.#hooks.length === 0 ? undefined : this.#hooks.splice(0);
  }

  get #tailFirst(): readonly StreamOperator[] {
    return [...this.#operators].reverse();
  }

  #collectorOf(
    node: StreamOperator["node"],
    next: readonly StreamOperator[],
    writers: readonly RecordWriter[],
  ): Collector<unknown> {
    const serializer = node.outputSerializer;
    return {
      collect: (value) => {
        for (const operator of next) {
          const hook = operator.process(serializer.copy(value));
          if (hook !== undefined) this.#hooks.push(hook);
        }
        for (const writer of writers) writer.emit(value);
      },
    };
  }
}
