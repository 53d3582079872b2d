// A toy of an engine that runs small jobs with aligned checkpoints, transactions and crashes, and writes the
// trace of it: legal traces in any number, and wrong ones if it is told to make one of the classic mistakes.
// It knows nothing of time: at each turn it picks one of the things that can happen.

import type { CheckedJob } from "../../sim/checkers/checker.ts";
import {
  type Channel,
  type JobShape,
  jobShapeOf,
  type Subtask,
} from "../../sim/checkers/job-shape.ts";
import { parseCanonicalText } from "../../sim/kernel/canonical-value.ts";
import { keyGroupOf, operatorIndexOf } from "../../sim/runtime/state/key-groups.ts";
import type {
  FunctionInitializationContext,
  KeyedProcessContext,
  RuntimeContext,
} from "../../sim/runtime/task/functions.ts";
import type { StreamEdge, StreamNode } from "../../sim/runtime/task/stream-graph.ts";
import type { TraceEvent, TraceEventKind } from "../../sim/trace/trace-event.ts";
import { type Fields, TraceBuilder, text } from "./trace-builder.ts";

/** Every mistake it can make. */
export const TOY_MISTAKES = [
  "barriers-do-not-block",
  "commits-at-the-barrier",
  "restores-the-checkpoint-before",
  "deploys-one-task-with-an-old-checkpoint",
  "drops-a-record",
  "doubles-a-record",
  "saves-the-offset-too-late",
  "saves-the-offset-too-early",
  "snapshot-shares-the-state",
  "forgets-a-commit",
  "aborts-pending-transactions-at-restore",
  "routes-a-key-wrongly",
  "loses-an-acknowledgement-for-good",
  "takes-a-commit-back",
  "zombie-commits",
  "loses-state-at-restore",
  "deletes-files-before-the-pointer",
  "leaves-files-behind",
] as const;

/** A mistake to make. */
export type ToyMistake = (typeof TOY_MISTAKES)[number];

/** How a run goes. */
export interface ToyRun {
  readonly seed: number;
  /** Of a thousand turns, how many crash the cluster; none after `crashesMax`. */
  readonly crashRate: number;
  readonly crashesMax: number;
  readonly mistake?: ToyMistake;
  readonly turnsMax?: number;
}

/** The trace of a run. */
export function runToy(job: CheckedJob, run: ToyRun): readonly TraceEvent[] {
  return new ToyEngine(job, run).run();
}

type Element =
  | { readonly kind: "record"; readonly value: unknown; readonly sequence: number }
  | { readonly kind: "barrier"; readonly checkpoint: number };

interface Transaction {
  readonly id: string;
  readonly uid: string;
  readonly target: string;
  readonly values: { readonly partition: number; readonly value: unknown }[];
}

interface Pending {
  readonly checkpoint: number;
  readonly transaction: Transaction;
}

/** What a task keeps: all of it goes into a snapshot. */
interface TaskState {
  /** By operator and state name and key. */
  readonly keyed: Map<string, unknown>;
  readonly lists: Map<string, unknown[]>;
  readonly offsets: Map<number, number>;
  pending: Pending[];
  transactions: number;
}

interface Task {
  readonly subtask: Subtask;
  readonly nodes: readonly StreamNode[];
  readonly functions: Map<number, UserFunction>;
  readonly state: TaskState;
  readonly open: Map<string, Transaction>;
  readonly blocked: Set<string>;
  readonly sequences: Map<string, number>;
  readonly taken: Map<string, number>;
  aligning: number;
  readonly arrived: Set<string>;
  key: { node: number; key: unknown };
}

interface UserFunction {
  setRuntimeContext?(context: RuntimeContext): void;
  open?(): void;
  initializeState?(context: FunctionInitializationContext): unknown;
  snapshotState?(context: { getCheckpointId(): number }): unknown;
}

interface Checkpoint {
  readonly id: number;
  readonly acknowledged: Set<string>;
  readonly states: Map<string, TaskState>;
}

type Message =
  | {
      readonly kind: "acknowledge";
      readonly checkpoint: number;
      readonly task: string;
      readonly attempt: number;
    }
  | {
      readonly kind: "notify";
      readonly checkpoint: number;
      readonly task: string;
      readonly attempt: number;
    };

interface LogEntry {
  readonly transaction: string;
  readonly value: unknown;
  status: "open" | "committed" | "aborted";
}

class ToyEngine {
  readonly #job: CheckedJob;
  readonly #run: ToyRun;
  readonly #shape: JobShape;
  readonly #trace = new TraceBuilder();
  #random: number;
  #attempt = 0;
  #tasks = new Map<string, Task>();
  #channels = new Map<string, Element[]>();
  #messages: Message[] = [];
  #pending: Checkpoint | undefined;
  readonly #completed: Checkpoint[] = [];
  #nextCheckpoint = 1;
  #crashes = 0;
  #hasErred = false;
  #isFinal = false;
  #old: Task[] = [];
  readonly #logs = new Map<string, LogEntry[][]>();
  readonly #visible = new Map<string, number[]>();
  readonly #begun = new Set<string>();
  /** Where transactions lie that are neither committed nor aborted. */
  readonly #unsettled = new Map<string, string>();

  constructor(job: CheckedJob, run: ToyRun) {
    this.#job = job;
    this.#run = run;
    this.#shape = jobShapeOf(job.description);
    this.#random = Math.imul(run.seed + 1, 2654435761) >>> 0;
  }

  run(): readonly TraceEvent[] {
    this.#master("job-status-changed", { status: "RUNNING" });
    this.#start(undefined);
    for (let turn = 0; turn < (this.#run.turnsMax ?? 4000); turn++) {
      const canCrash = this.#crashes < this.#run.crashesMax;
      if (canCrash && this.#draw(1000) < this.#run.crashRate) this.#crash();
      else if (!this.#turn()) break;
      if (this.#isOver()) {
        this.#finish();
        break;
      }
    }
    return this.#trace.events;
  }

  /** Does one thing that can be done; false if there is none. */
  #turn(): boolean {
    const actions: (() => void)[] = [];
    for (const task of this.#tasks.values()) {
      if (task.nodes[0]?.operator.kind === "source") {
        for (const partition of this.#readable(task))
          actions.push(() => this.#read(task, partition));
      }
      for (const channel of this.#inputs(task)) {
        const head = this.#queue(channel.name)[0];
        if (head === undefined || task.blocked.has(channel.name)) continue;
        actions.push(() => this.#take(task, channel));
      }
    }
    const hasData = actions.length > 0;
    this.#messages.forEach((_, index) => {
      actions.push(() => this.#deliver(index));
    });
    if (this.#pending === undefined && this.#allOpen() && (this.#draw(4) === 0 || !hasData)) {
      if (hasData || !this.#isFinal) actions.push(() => this.#trigger(!hasData));
    }
    if (this.#pending !== undefined && this.#draw(100) === 0 && !this.#isFinal) {
      actions.push(() => this.#abort());
    }
    const action = actions[this.#draw(actions.length)];
    action?.();
    return action !== undefined;
  }

  #isOver(): boolean {
    return (
      this.#isFinal &&
      this.#pending === undefined &&
      this.#messages.length === 0 &&
      [...this.#tasks.values()].every(
        ({ state }) => state.pending.length === 0 || this.#errs("forgets-a-commit"),
      )
    );
  }

  #finish(): void {
    for (const { subtask } of this.#tasks.values()) this.#at(subtask, "task-finished", {});
    if (this.#errs("takes-a-commit-back")) {
      const committed = this.#trace.events.find(({ kind }) => kind === "transaction-committed");
      if (committed?.kind === "transaction-committed") {
        const { transaction, epoch, place } = committed;
        this.#trace.add("transaction-aborted", place, { transaction, epoch, reason: "mistake" });
      }
    }
    for (const id of [...this.#unsettled.keys()]) this.#settle(id, "its producer asked");
    this.#master("job-status-changed", { status: "FINISHED" });
    this.#master("job-ended", { status: "FINISHED", reason: "" });
    for (const { id } of this.#completed.slice(-1)) this.#discard(id);
  }

  /** Aborts a transaction. */
  #settle(id: string, reason: string): void {
    const place = this.#unsettled.get(id);
    if (place === undefined) return;
    this.#unsettled.delete(id);
    this.#trace.add("transaction-aborted", place, { transaction: id, epoch: 0, reason });
  }

  /** Writes what makes a checkpoint one to restore from. */
  #store(id: number): void {
    for (const path of [metadataOf(id), pointerOf(id)]) {
      const fields = { path, bytes: 1, hash: `hash of ${path}`, writer: "job-master" };
      this.#trace.add("write-completed", "storage", fields);
    }
    this.#master("checkpoint-stored", { checkpoint: id, path: metadataOf(id) });
  }

  #discard(id: number): void {
    const paths = [pointerOf(id), metadataOf(id)];
    if (this.#errs("deletes-files-before-the-pointer")) paths.reverse();
    if (this.#errs("leaves-files-behind")) paths.pop();
    for (const path of paths) this.#trace.add("file-deleted", "storage", { path });
  }

  /** Shows the state of every operator of a task, as far as the trace is to show state. */
  #show(
    kind: "operator-snapshot-written" | "operator-restored",
    { subtask, nodes }: Task,
    { checkpoint, state }: { readonly checkpoint: number; readonly state: TaskState },
  ): void {
    if (this.#job.level !== "state") return;
    for (const { uid, operator } of nodes) {
      const keyed = [...state.keyed].flatMap(([slot, value]) => {
        const [owner, name, ...key] = slot.split(" ");
        return owner === uid ? [[name, parseCanonicalText(key.join(" ")), value]] : [];
      });
      const mode = "split-distribute";
      const lists: unknown[] = [...state.lists].flatMap(([slot, elements]) => {
        const [owner, name] = slot.split(" ");
        return owner === uid ? [{ state: name, mode, elements }] : [];
      });
      if (operator.kind === "source") {
        const partitions = this.#job.logs.get(operator.source.system)?.length ?? 0;
        const elements: unknown[] = [];
        for (let at = subtask.index; at < partitions; at += subtask.vertex.parallelism) {
          elements.push({ partition: at, nextOffset: state.offsets.get(at) ?? 0 });
        }
        lists.push({ state: "SourceReaderState", mode, elements });
      }
      const fields = { checkpoint, operator: uid, keyed: text(keyed), operatorState: text(lists) };
      this.#at(subtask, kind, fields);
    }
  }

  #start(from: Checkpoint | undefined): void {
    this.#channels = new Map();
    this.#messages = [];
    this.#pending = undefined;
    this.#isFinal = false;
    this.#old = [...this.#tasks.values()];
    this.#tasks = new Map();
    for (const subtask of this.#shape.subtasks) {
      const isOdd =
        subtask.number === 0 &&
        this.#completed.length > 1 &&
        this.#mistakes("deploys-one-task-with-an-old-checkpoint");
      const own = isOdd ? this.#completed.at(-2) : from;
      const checkpoint = own?.id ?? 0;
      const fields = {
        task: subtask.name,
        attempt: this.#attempt,
        taskManager: "task-manager-1",
        checkpoint,
      };
      this.#master("task-deployed", fields);
      this.#startTask(subtask, own);
    }
    if (from === undefined || !this.#mistakes("zombie-commits")) return;
    for (const task of this.#old) {
      for (const transaction of task.open.values()) {
        this.#flush(transaction);
        this.#commit(transaction);
      }
    }
  }

  #startTask(subtask: Subtask, from: Checkpoint | undefined): void {
    const ids = new Set(subtask.vertex.operators.map(({ node }) => node));
    const nodes = this.#job.buildGraph(0).nodes.filter(({ id }) => ids.has(id));
    const saved = from?.states.get(subtask.name);
    const task: Task = {
      subtask,
      nodes,
      functions: new Map(),
      state: saved === undefined ? freshState() : this.#copied(saved),
      open: new Map(),
      blocked: new Set(),
      sequences: new Map(),
      taken: new Map(),
      aligning: 0,
      arrived: new Set(),
      key: { node: -1, key: undefined },
    };
    this.#tasks.set(subtask.name, task);
    for (const node of nodes) this.#openFunction(task, node, from);
    if (from !== undefined) {
      if (task.state.keyed.size > 0 && this.#mistakes("loses-state-at-restore")) {
        for (const slot of [...task.state.keyed.keys()].slice(-1)) task.state.keyed.delete(slot);
      }
      this.#show("operator-restored", task, { checkpoint: from.id, state: task.state });
    }
    this.#at(subtask, "task-restored", { checkpoint: from?.id ?? 0 });
    this.#at(subtask, "task-running", {});
    this.#recoverTransactions(task);
    for (const node of nodes) {
      if (node.operator.kind === "sink" && isLog(node.operator.sink.target))
        this.#begin(task, node);
    }
  }

  #recoverTransactions(task: Task): void {
    const kept = new Set(task.state.pending.map(({ transaction }) => transaction.id));
    if (this.#errs("aborts-pending-transactions-at-restore")) kept.clear();
    else for (const { transaction } of task.state.pending) this.#commit(transaction);
    task.state.pending = [];
    for (const id of [...this.#unsettled.keys()]) {
      const isOwn = task.nodes.some(({ uid }) => id.startsWith(`${uid}-${task.subtask.index}-`));
      if (isOwn && !kept.has(id)) this.#settle(id, "a newer attempt asked");
    }
    for (const [place, partitions] of this.#logs) {
      for (const entry of partitions.flat()) {
        const isOwn = task.nodes.some(({ uid }) =>
          entry.transaction.startsWith(`${uid}-${task.subtask.index}-`),
        );
        if (isOwn && entry.status === "open" && !kept.has(entry.transaction))
          entry.status = "aborted";
      }
      this.#reveal(place);
    }
  }

  #openFunction(task: Task, node: StreamNode, from: Checkpoint | undefined): void {
    const { operator } = node;
    if (!("function" in operator) || typeof operator.function !== "object") return;
    const subject = operator.function as UserFunction;
    task.functions.set(node.id, subject);
    const { lists } = task.state;
    subject.initializeState?.({
      isRestored: () => from !== undefined,
      getRestoredCheckpointId: () => from?.id,
      getOperatorStateStore: () => ({
        getListState: ({ name }: { readonly name: string }) => ({
          get: () => lists.get(`${node.uid} ${name}`) ?? [],
          update: (values: Iterable<unknown>) => lists.set(`${node.uid} ${name}`, [...values]),
        }),
      }),
    } as unknown as FunctionInitializationContext);
    const { keyed } = task.state;
    const slot = (name: string): string => `${node.uid} ${name} ${text(task.key.key)}`;
    subject.setRuntimeContext?.({
      getTaskName: () => node.name,
      getIndexOfThisSubtask: () => task.subtask.index,
      getNumberOfParallelSubtasks: () => node.parallelism,
      getAttemptNumber: () => this.#attempt,
      getState: ({ name, defaultValue }: { name: string; defaultValue: unknown }) => ({
        value: () => keyed.get(slot(name)) ?? defaultValue,
        update: (value: unknown) => keyed.set(slot(name), value),
        clear: () => keyed.delete(slot(name)),
      }),
    } as unknown as RuntimeContext);
    subject.open?.();
  }

  #readable(task: Task): number[] {
    const { operator } = task.nodes[0] as StreamNode;
    if (operator.kind !== "source") return [];
    const partitions = this.#job.logs.get(operator.source.system) ?? [];
    return partitions.flatMap((records, partition) => {
      const isOwn = partition % task.subtask.vertex.parallelism === task.subtask.index;
      return isOwn && (task.state.offsets.get(partition) ?? 0) < records.length ? [partition] : [];
    });
  }

  #read(task: Task, partition: number): void {
    const head = task.nodes[0] as StreamNode;
    if (head.operator.kind !== "source") return;
    const source = head.operator.source.system;
    const offset = task.state.offsets.get(partition) ?? 0;
    const value = structuredClone(this.#job.logs.get(source)?.[partition]?.[offset]);
    task.state.offsets.set(partition, offset + 1);
    this.#at(task.subtask, "record-read", { source, partition, offset, value: text(value) });
    this.#process(task, head, value);
  }

  #take(task: Task, channel: Channel): void {
    const queue = this.#queue(channel.name);
    const element = queue.shift() as Element;
    if (element.kind === "barrier") {
      this.#align(task, channel, element.checkpoint);
      return;
    }
    const { value, sequence } = element;
    if (this.#draw(20) === 0 && this.#mistakes("drops-a-record")) return;
    const isDoubled = this.#draw(20) === 0 && this.#mistakes("doubles-a-record");
    for (let times = isDoubled ? 2 : 1; times > 0; times--) {
      this.#at(task.subtask, "record-processed", {
        channel: channel.name,
        sequence,
        value: text(value),
      });
      this.#process(task, task.nodes[0] as StreamNode, structuredClone(value));
    }
  }

  #align(task: Task, channel: Channel, checkpoint: number): void {
    this.#at(task.subtask, "barrier-received", { checkpoint, channel: channel.name });
    if (checkpoint > task.aligning) {
      task.aligning = checkpoint;
      task.arrived.clear();
      task.blocked.clear();
    }
    task.arrived.add(channel.name);
    if (!this.#errs("barriers-do-not-block")) task.blocked.add(channel.name);
    if (task.arrived.size < this.#inputs(task).length) return;
    task.blocked.clear();
    this.#snapshot(task, checkpoint);
  }

  #snapshot(task: Task, checkpoint: number): void {
    const { subtask, state } = task;
    this.#at(subtask, "barrier-emitted", { checkpoint });
    for (const channel of this.#outputs(task))
      this.#queue(channel.name).push({ kind: "barrier", checkpoint });
    for (const subject of task.functions.values())
      subject.snapshotState?.({ getCheckpointId: () => checkpoint });
    for (const node of task.nodes) {
      const transaction = task.open.get(node.uid);
      if (transaction === undefined) continue;
      this.#flush(transaction);
      state.pending.push({ checkpoint, transaction });
      this.#begin(task, node);
      if (this.#errs("commits-at-the-barrier")) this.#commit(transaction);
    }
    const fields = { checkpoint, startDelay: 0, alignment: 0, sync: 0 };
    this.#at(subtask, "snapshot-taken", fields);
    const saved = this.#copied(state);
    for (const [partition, offset] of saved.offsets) {
      if (offset > 0 && this.#errs("saves-the-offset-too-early"))
        saved.offsets.set(partition, offset - 1);
      if (this.#errs("saves-the-offset-too-late")) saved.offsets.set(partition, offset + 1);
    }
    if (this.#pending?.id === checkpoint) {
      const shared = this.#errs("snapshot-shares-the-state")
        ? { ...saved, keyed: state.keyed }
        : saved;
      this.#pending.states.set(subtask.name, shared);
    }
    this.#at(subtask, "checkpoint-acknowledged", { checkpoint, bytes: 1 });
    if (this.#draw(3) === 0 && this.#mistakes("loses-an-acknowledgement-for-good")) return;
    this.#messages.push({
      kind: "acknowledge",
      checkpoint,
      task: subtask.name,
      attempt: this.#attempt,
    });
  }

  #copied(state: TaskState): TaskState {
    return { ...structuredClone({ ...state, pending: [] }), pending: [...state.pending] };
  }

  #trigger(isFinal: boolean): void {
    const id = this.#nextCheckpoint++;
    this.#isFinal = isFinal;
    this.#pending = { id, acknowledged: new Set(), states: new Map() };
    this.#master("checkpoint-triggered", { checkpoint: id, tasks: this.#tasks.size });
    for (const task of this.#tasks.values()) {
      if (task.nodes[0]?.operator.kind === "source") this.#snapshot(task, id);
    }
  }

  #abort(): void {
    this.#master("checkpoint-aborted", {
      checkpoint: this.#pending?.id ?? 0,
      reason: "CHECKPOINT_EXPIRED",
    });
    this.#pending = undefined;
  }

  #deliver(index: number): void {
    const [message] = this.#messages.splice(index, 1);
    if (message === undefined) return;
    const { checkpoint, task: name, attempt } = message;
    if (message.kind === "acknowledge") {
      const outcome = this.#pending?.id === checkpoint ? "success" : "unknown";
      this.#master("acknowledgement-received", {
        checkpoint,
        task: name,
        attempt,
        outcome,
        bytes: 1,
      });
      if (outcome === "success") this.#acknowledge(name);
      return;
    }
    const task = this.#tasks.get(name) as Task;
    if (!this.#isFinal && this.#draw(5) === 0) return;
    this.#at(task.subtask, "completion-received", { checkpoint });
    const due = task.state.pending.filter((pending) => pending.checkpoint <= checkpoint);
    task.state.pending = task.state.pending.filter((pending) => pending.checkpoint > checkpoint);
    for (const { transaction } of due) {
      if (transaction.values.length > 0 && this.#mistakes("forgets-a-commit")) continue;
      this.#commit(transaction);
    }
  }

  #acknowledge(name: string): void {
    const pending = this.#pending as Checkpoint;
    pending.acknowledged.add(name);
    const state = pending.states.get(name);
    if (state !== undefined) {
      const task = this.#tasks.get(name) as Task;
      this.#show("operator-snapshot-written", task, { checkpoint: pending.id, state });
    }
    if (pending.acknowledged.size < this.#tasks.size) return;
    this.#pending = undefined;
    this.#completed.push(pending);
    this.#store(pending.id);
    this.#master("checkpoint-completed", {
      checkpoint: pending.id,
      bytes: 1,
      fullBytes: 1,
      duration: 1,
    });
    for (const task of this.#tasks.keys()) {
      this.#master("completion-announced", { checkpoint: pending.id, task });
      this.#messages.push({ kind: "notify", checkpoint: pending.id, task, attempt: this.#attempt });
    }
    for (const { id } of this.#completed.slice(-2, -1)) {
      this.#master("checkpoint-subsumed", { checkpoint: id, by: pending.id });
      this.#discard(id);
    }
  }

  #crash(): void {
    this.#crashes++;
    this.#trace.add("fault-struck", "cluster", { fault: this.#crashes, what: "everything dies" });
    if (this.#pending !== undefined) this.#abort();
    this.#master("job-status-changed", { status: "RESTARTING" });
    const isOld = this.#completed.length > 1 && this.#mistakes("restores-the-checkpoint-before");
    const from = isOld ? this.#completed.at(-2) : this.#completed.at(-1);
    this.#master("restore-started", { checkpoint: from?.id ?? 0 });
    this.#attempt++;
    this.#start(from);
    this.#master("job-status-changed", { status: "RUNNING" });
  }

  #process(task: Task, node: StreamNode, value: unknown): void {
    const { operator, keySelector } = node;
    if (keySelector !== undefined) task.key = { node: node.id, key: keySelector(value) };
    const out = { collect: (emitted: unknown) => this.#emit(task, node, emitted) };
    const key = task.key.key;
    switch (operator.kind) {
      case "source":
        out.collect(value);
        break;
      case "map": {
        const map = operator.function;
        out.collect(typeof map === "function" ? map(value) : map.map(value));
        break;
      }
      case "filter":
        if (typeof operator.function === "function" && operator.function(value)) out.collect(value);
        break;
      case "flat-map":
        if (typeof operator.function === "function") operator.function(value, out);
        break;
      case "process":
        operator.function.processElement(value, contextOf(key), out);
        break;
      case "reduce": {
        const slot = `${node.uid} reduced ${text(key)}`;
        const held = task.state.keyed.get(slot);
        const reduced =
          held === undefined ? value : operator.function(structuredClone(held), value);
        task.state.keyed.set(slot, structuredClone(reduced));
        out.collect(reduced);
        break;
      }
      case "sink":
        this.#write(task, node, value);
        break;
      default:
        throw new Error(`Cannot run an operator: found ${String(operator)}`);
    }
  }

  #write(task: Task, node: StreamNode, value: unknown): void {
    if (node.operator.kind !== "sink") return;
    const { target } = node.operator.sink;
    const fields = { sink: node.uid, target, value: text(value) };
    this.#at(task.subtask, "record-written", fields);
    const { name: by } = task.subtask;
    if (target === "stdout") {
      this.#trace.add("line-printed", target, { line: lineOf(value), by, attempt: this.#attempt });
      return;
    }
    const partitions = this.#job.logs.get(target)?.length ?? 1;
    const partition = text(value).length % partitions;
    task.open.get(node.uid)?.values.push({ partition, value });
  }

  #emit(task: Task, node: StreamNode, value: unknown): void {
    for (const edge of this.#job.graph.edges) {
      if (edge.source !== node.id) continue;
      const id = this.#edgeId(edge);
      if (id === undefined) {
        const next = task.nodes.find((candidate) => candidate.id === edge.target) as StreamNode;
        this.#process(task, next, structuredClone(value));
        continue;
      }
      for (const channel of this.#outputs(task)) {
        if (channel.edge.id !== id || !this.#isFor(channel, edge, value, task)) continue;
        const sequence = task.sequences.get(channel.name) ?? 0;
        task.sequences.set(channel.name, sequence + 1);
        this.#at(task.subtask, "record-emitted", {
          channel: channel.name,
          sequence,
          value: text(value),
        });
        this.#queue(channel.name).push({ kind: "record", value: structuredClone(value), sequence });
      }
    }
  }

  /** Where a rebalance goes is drawn once for each value: kept under a name of its own. */
  #isFor(channel: Channel, edge: StreamEdge, value: unknown, task: Task): boolean {
    const { parallelism, maxParallelism } = this.#shape.subtasks[channel.consumer.number]
      ?.vertex ?? {
      parallelism: 1,
      maxParallelism: 1,
    };
    const { partitioning } = edge;
    if (partitioning.kind === "forward" || partitioning.kind === "broadcast") return true;
    if (partitioning.kind === "rebalance") {
      if (channel.consumer.index === 0) task.sequences.set("turn", this.#draw(parallelism));
      return task.sequences.get("turn") === channel.consumer.index;
    }
    const keyGroup = keyGroupOf(partitioning.keySelector(value), maxParallelism);
    const right = operatorIndexOf(keyGroup, maxParallelism, parallelism);
    const isWrong =
      parallelism > 1 && this.#errs("routes-a-key-wrongly") && this.#trace.events.length > 60;
    return channel.consumer.index === (isWrong ? (right + 1) % parallelism : right);
  }

  #begin(task: Task, node: StreamNode): void {
    if (node.operator.kind !== "sink") return;
    const { target } = node.operator.sink;
    let id = `${node.uid}-${task.subtask.index}-${task.state.transactions++}`;
    while (this.#begun.has(id))
      id = `${node.uid}-${task.subtask.index}-${task.state.transactions++}`;
    this.#begun.add(id);
    this.#unsettled.set(id, target);
    task.open.set(node.uid, { id, uid: node.uid, target, values: [] });
    const by = task.subtask.name;
    this.#trace.add("transaction-begun", target, {
      transaction: id,
      epoch: 0,
      by,
      attempt: this.#attempt,
    });
  }

  #flush({ id, target, values }: Transaction): void {
    const fields = { transaction: id, epoch: 0, records: values.length };
    this.#trace.add("transaction-flushed", target, fields);
    const partitions = this.#logs.get(target) ?? [];
    this.#logs.set(target, partitions);
    for (const { partition, value } of values) {
      while (partitions.length <= partition) partitions.push([]);
      partitions[partition]?.push({ transaction: id, value, status: "open" });
    }
  }

  #commit({ id, target, values }: Transaction): void {
    const entries = (this.#logs.get(target) ?? [])
      .flat()
      .filter(({ transaction }) => transaction === id);
    if (entries.some(({ status }) => status !== "open")) return;
    for (const entry of entries) entry.status = "committed";
    this.#unsettled.delete(id);
    const fields = { transaction: id, epoch: 0, records: values.length };
    this.#trace.add("transaction-committed", target, fields);
    this.#reveal(target);
  }

  /** Shows readers what lies below the last stable offset. */
  #reveal(place: string): void {
    const visible = this.#visible.get(place) ?? [];
    this.#visible.set(place, visible);
    (this.#logs.get(place) ?? []).forEach((entries, partition) => {
      let offset = visible[partition] ?? 0;
      for (; offset < entries.length; offset++) {
        const { status, transaction, value } = entries[offset] as LogEntry;
        if (status === "open") break;
        if (status === "aborted") continue;
        const fields = { log: place.slice(4), partition, offset, transaction, value: text(value) };
        this.#trace.add("record-committed", place, fields);
      }
      visible[partition] = offset;
    });
  }

  /** Whether the mistake of this run is `mistake`, each time. */
  #errs(mistake: ToyMistake): boolean {
    return this.#run.mistake === mistake;
  }

  /** Whether the mistake of this run is `mistake`, the first time it is asked. */
  #mistakes(mistake: ToyMistake): boolean {
    if (!this.#errs(mistake) || this.#hasErred) return false;
    this.#hasErred = true;
    return true;
  }

  #allOpen(): boolean {
    return this.#tasks.size === this.#shape.subtasks.length;
  }

  #edgeId(edge: StreamEdge): number | undefined {
    return this.#shape.description.edges.find(
      ({ sourceNode, targetNode }) => sourceNode === edge.source && targetNode === edge.target,
    )?.id;
  }

  #inputs(task: Task): readonly Channel[] {
    return this.#shape.channels.filter(({ consumer }) => consumer === task.subtask);
  }

  #outputs(task: Task): readonly Channel[] {
    return this.#shape.channels.filter(({ producer }) => producer === task.subtask);
  }

  #queue(channel: string): Element[] {
    const queue = this.#channels.get(channel) ?? [];
    this.#channels.set(channel, queue);
    return queue;
  }

  #draw(count: number): number {
    this.#random = (Math.imul(this.#random, 1664525) + 1013904223) >>> 0;
    return Math.floor((this.#random / 2 ** 32) * count);
  }

  #master<Kind extends TraceEventKind>(kind: Kind, fields: Fields<Kind>): void {
    this.#trace.add(kind, "job-master", fields);
  }

  #at<Kind extends TraceEventKind>(subtask: Subtask, kind: Kind, fields: Fields<Kind>): void {
    this.#trace.add(kind, [subtask.name, this.#attempt], fields);
  }
}

function freshState(): TaskState {
  return { keyed: new Map(), lists: new Map(), offsets: new Map(), pending: [], transactions: 0 };
}

function metadataOf(checkpoint: number): string {
  return `checkpoints/chk-${checkpoint}/_metadata`;
}

function pointerOf(checkpoint: number): string {
  return `ha/checkpoints/${checkpoint}`;
}

/** A printer prints texts as they are, and everything else as its text. */
function lineOf(value: unknown): string {
  return text(typeof value === "string" ? value : text(value));
}

function isLog(target: string): boolean {
  return target.startsWith("log:");
}

/** What a process function may ask here: its key, but no timers, for there is no clock. */
function contextOf(key: unknown): KeyedProcessContext<unknown> {
  const timerService = (): never => {
    throw new Error("Cannot set timers: the toy engine has no clock");
  };
  return { getCurrentKey: () => key, timerService };
}
