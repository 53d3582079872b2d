// A run told by hand, of the smallest job there is: `numbers-1` reads numbers, `sum+sink-1` adds them up and
// writes each sum into a transaction of log:sums. Every call tells one thing that happens; what a test wants to
// go wrong it tells wrongly, or leaves out.
import { check } from "../../sim/checkers/all-checkers.ts";
import type { CheckedJob, Verdict } from "../../sim/checkers/checker.ts";
import type { TraceEvent, TraceEventKind } from "../../sim/trace/trace-event.ts";
import { hashBy, jobOf, type Layer, sinkTo, sourceOf } from "./small-jobs.ts";
import { type Fields, TraceBuilder, text } from "./trace-builder.ts";

const CHANNEL = "numbers-1->sum+sink-1/0";
const LOG = "log:sums";

/** The job: the numbers 1 to 6, and their running sum. */
export function sumJob(more: Partial<CheckedJob> = {}): CheckedJob {
  return jobOf(layers, {
    logs: new Map<string, readonly (readonly unknown[])[]>([
      ["log:numbers", [[1, 2, 3, 4, 5, 6]]],
      [LOG, [[]]],
    ]),
    isConfluent: true,
    failureFreeOutput: new Map([["sums", ["1", "3", "6", "10", "15", "21"]]]),
    ...more,
  });
}

function layers(): readonly Layer[] {
  const add = (held: unknown, value: unknown): unknown => Number(held) + Number(value);
  return [
    { uid: "numbers", operator: sourceOf("log:numbers") },
    {
      uid: "sum",
      operator: { kind: "reduce", function: add, serializer: undefined as never },
      ...hashBy(() => "all"),
    },
    { uid: "sink", operator: sinkTo(LOG) },
  ];
}

/** Tells a run. */
export class HandRun {
  readonly #trace = new TraceBuilder();
  readonly #held = new Map<number, { readonly offset: number; readonly sum: number }>();
  readonly #transactions = new Map<string, string[]>();
  #attempt = 0;
  #offset = 0;
  #sum = 0;
  #sent = 0;
  #taken = 0;
  #transaction = "";
  #count = 0;
  #logOffset = 0;

  constructor() {
    this.master("job-status-changed", { status: "RUNNING" });
    this.#deploy(0);
  }

  get events(): readonly TraceEvent[] {
    return this.#trace.events;
  }

  /** The id of the transaction that takes what is written now. */
  get transaction(): string {
    return this.#transaction;
  }

  /** What the checker called `name` says of the run so far. */
  verdict(name: string, job: CheckedJob = sumJob()): Verdict {
    const verdict = check(job, this.events).find(({ checker }) => checker === name);
    if (verdict === undefined) throw new Error(`Cannot find the checker ${name}`);
    return verdict;
  }

  master<Kind extends TraceEventKind>(kind: Kind, fields: Fields<Kind>): this {
    this.#trace.add(kind, "job-master", fields);
    return this;
  }

  at<Kind extends TraceEventKind>(place: string, kind: Kind, fields: Fields<Kind>): this {
    this.#trace.add(kind, [place, this.#attempt], fields);
    return this;
  }

  outside<Kind extends TraceEventKind>(kind: Kind, fields: Fields<Kind>): this {
    this.#trace.add(kind, LOG, fields);
    return this;
  }

  /** The source reads the next number and sends it on. */
  read(offset = this.#offset): this {
    const value = text(offset + 1);
    this.#offset = offset + 1;
    this.at("numbers-1", "record-read", { source: "log:numbers", partition: 0, offset, value });
    return this.at("numbers-1", "record-emitted", {
      channel: CHANNEL,
      sequence: this.#sent++,
      value,
    });
  }

  /** The sum takes the next number, by its sequence number, and writes the sum. */
  add(number: number, sum = this.#sum + number, sequence = this.#taken): this {
    this.#taken = sequence + 1;
    this.#sum = sum;
    const fields = { channel: CHANNEL, sequence, value: text(number) };
    this.at("sum+sink-1", "record-processed", fields);
    this.#transactions.get(this.#transaction)?.push(text(sum));
    return this.at("sum+sink-1", "record-written", { sink: "sink", target: LOG, value: text(sum) });
  }

  /** The next `count` numbers go all the way. */
  pass(count: number): this {
    for (let left = count; left > 0; left--) {
      this.read();
      this.add(this.#offset);
    }
    return this;
  }

  trigger(checkpoint: number): this {
    return this.master("checkpoint-triggered", { checkpoint, tasks: 2 });
  }

  /** The source's part of a checkpoint. */
  cutSource(checkpoint: number): this {
    this.at("numbers-1", "barrier-emitted", { checkpoint });
    this.at("numbers-1", "snapshot-taken", { checkpoint, startDelay: 0, alignment: 0, sync: 0 });
    this.#hold(checkpoint);
    return this.#acknowledge("numbers-1", checkpoint);
  }

  /** The sum's part of a checkpoint: its transaction is flushed and the next one begun. */
  cutSum(checkpoint: number): this {
    this.at("sum+sink-1", "barrier-received", { checkpoint, channel: CHANNEL });
    const { length: records } = this.#transactions.get(this.#transaction) ?? [];
    const transaction = this.#transaction;
    this.outside("transaction-flushed", { transaction, epoch: 0, records });
    this.#begin();
    this.at("sum+sink-1", "snapshot-taken", { checkpoint, startDelay: 0, alignment: 0, sync: 0 });
    this.#hold(checkpoint);
    return this.#acknowledge("sum+sink-1", checkpoint);
  }

  store(checkpoint: number): this {
    return this.master("checkpoint-stored", { checkpoint, path: `chk-${checkpoint}` });
  }

  abort(checkpoint: number): this {
    return this.master("checkpoint-aborted", { checkpoint, reason: "CHECKPOINT_EXPIRED" });
  }

  /** A whole checkpoint, up to its completion. */
  checkpoint(checkpoint: number): this {
    return this.trigger(checkpoint).cutSource(checkpoint).cutSum(checkpoint).store(checkpoint);
  }

  /** A transaction is committed and its records become visible. */
  commit(transaction: string): this {
    const values = this.#transactions.get(transaction) ?? [];
    this.outside("transaction-committed", { transaction, epoch: 0, records: values.length });
    for (const value of values) this.show(transaction, value);
    return this;
  }

  show(transaction: string, value: string, offset = this.#logOffset): this {
    this.#logOffset = offset + 1;
    return this.outside("record-committed", {
      log: "sums",
      partition: 0,
      offset,
      transaction,
      value,
    });
  }

  crash(): this {
    this.#trace.add("fault-struck", "cluster", { fault: 0, what: "everything dies" });
    return this.master("job-status-changed", { status: "RESTARTING" });
  }

  /**
   * The job goes on from a checkpoint; the sum may be made to go on from another one. `show` tells what the operators
   * of a task hold.
   */
  restore(checkpoint: number, sumFrom = checkpoint, show: (task: string) => void = () => {}): this {
    this.master("restore-started", { checkpoint });
    this.#attempt++;
    this.#deploy(checkpoint, show);
    this.#offset = this.#held.get(checkpoint)?.offset ?? 0;
    this.#sum = this.#held.get(sumFrom)?.sum ?? 0;
    this.#sent = 0;
    this.#taken = 0;
    return this.master("job-status-changed", { status: "RUNNING" });
  }

  end(status: "FINISHED" | "FAILED" = "FINISHED", reason = ""): this {
    return this.master("job-ended", { status, reason });
  }

  #deploy(checkpoint: number, show: (task: string) => void = () => {}): void {
    for (const task of ["numbers-1", "sum+sink-1"]) {
      const fields = { task, attempt: this.#attempt, taskManager: "task-manager-1", checkpoint };
      this.master("task-deployed", fields);
      show(task);
      this.at(task, "task-restored", { checkpoint });
      this.at(task, "task-running", {});
    }
    this.#begin();
  }

  #begin(): void {
    this.#transaction = `sink-0-${this.#count++}`;
    this.#transactions.set(this.#transaction, []);
    const fields = { transaction: this.#transaction, epoch: 0, attempt: this.#attempt };
    this.outside("transaction-begun", { ...fields, by: "sum+sink-1" });
  }

  #hold(checkpoint: number): void {
    this.#held.set(checkpoint, { offset: this.#offset, sum: this.#sum });
  }

  #acknowledge(task: string, checkpoint: number): this {
    this.at(task, "checkpoint-acknowledged", { checkpoint, bytes: 1 });
    const fields = { checkpoint, task, attempt: this.#attempt, outcome: "success", bytes: 1 };
    return this.master("acknowledgement-received", fields);
  }
}
