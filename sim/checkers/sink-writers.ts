// The sinks of a job, one writer for each subtask they run in, and which of them an outside event is from. A
// transaction is told by who began it; where one subtask has several sinks for one log, by its id, which begins
// with the sink's uid.

import type { DeliveryGuarantee } from "../api/logical-job.ts";
import type { TraceEvent } from "../trace/trace-event.ts";
import type { CheckedJob } from "./checker.ts";
import type { JobShape, Subtask } from "./job-shape.ts";

/** A sink in one subtask. */
export interface SinkWriter {
  /** Position among all writers of the job, from 0. */
  readonly number: number;
  readonly subtask: Subtask;
  readonly uid: string;
  /** The outside system it writes to, such as `log:counts`. */
  readonly target: string;
  readonly guarantee: DeliveryGuarantee;
}

/** All writers of a job. */
export class SinkWriters {
  readonly all: readonly SinkWriter[];
  readonly #bySubtask: ReadonlyMap<string, readonly SinkWriter[]>;
  readonly #byTransaction: Map<string, SinkWriter>;

  constructor(original: SinkWriters | { readonly job: CheckedJob; readonly shape: JobShape }) {
    if (original instanceof SinkWriters) {
      this.all = original.all;
      this.#bySubtask = original.#bySubtask;
      this.#byTransaction = new Map(original.#byTransaction);
      return;
    }
    const all = writersOf(original.job, original.shape);
    this.all = all;
    const bySubtask = new Map<string, SinkWriter[]>();
    for (const writer of all) {
      const { name } = writer.subtask;
      bySubtask.set(name, [...(bySubtask.get(name) ?? []), writer]);
    }
    this.#bySubtask = bySubtask;
    this.#byTransaction = new Map();
  }

  /** The writers in the subtask with this name. */
  of(subtask: string): readonly SinkWriter[] {
    return this.#bySubtask.get(subtask) ?? [];
  }

  /** The sink `uid` in a subtask. */
  find(subtask: string, uid: string): SinkWriter | undefined {
    for (const writer of this.of(subtask)) if (writer.uid === uid) return writer;
    return undefined;
  }

  /** The sink in a subtask that writes to `target`, if it is the only one. */
  findByTarget(subtask: string, target: string): SinkWriter | undefined {
    const found = this.of(subtask).filter((writer) => writer.target === target);
    return found.length === 1 ? found[0] : undefined;
  }

  /** Whose transaction this is, as far as it was begun in the trace. */
  ofTransaction(transaction: string): SinkWriter | undefined {
    return this.#byTransaction.get(transaction);
  }

  /** An equal set of writers, with the same writers in it, that learns by itself. */
  clone(): SinkWriters {
    return new SinkWriters(this);
  }

  /** Plain data that determines whose a transaction will be said to be. */
  describeState(): unknown {
    return [...this.#byTransaction].map(([transaction, { number }]) => [transaction, number]);
  }

  /** Learns who begins which transaction. */
  step(event: TraceEvent): void {
    if (event.kind !== "transaction-begun") return;
    const writers = this.of(event.by).filter(({ target }) => target === event.place);
    const byUid = writers.filter(({ uid }) => event.transaction.startsWith(`${uid}-`));
    const longest = byUid.sort((a, b) => b.uid.length - a.uid.length)[0];
    const writer = writers.length === 1 ? writers[0] : longest;
    if (writer !== undefined) this.#byTransaction.set(event.transaction, writer);
  }
}

function writersOf(job: CheckedJob, shape: JobShape): readonly SinkWriter[] {
  const all: SinkWriter[] = [];
  const nodes = new Map(job.graph.nodes.map((node) => [node.id, node]));
  for (const subtask of shape.subtasks) {
    for (const { node: id, uid } of subtask.vertex.operators) {
      const operator = nodes.get(id)?.operator;
      if (operator?.kind !== "sink") continue;
      const { target, guarantee } = operator.sink;
      all.push({ number: all.length, subtask, uid, target, guarantee });
    }
  }
  return all;
}
