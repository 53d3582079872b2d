// The transactional log against a simple model: a list of records, each with what became of its transaction.

import fc from "fast-check";
import { expect, test } from "vitest";
import { TransactionalLog } from "../../sim/connectors/transactional-log.ts";
import { seconds } from "../../sim/kernel/virtual-time.ts";
import type { OutsideAnswer } from "../../sim/runtime/task/outside-request.ts";
import { RecordedOutside, Requester } from "./recorded-outside.ts";

const SYSTEM = "log:counts";

function worldWithLog(partitions = 2) {
  const outside = new RecordedOutside();
  const { simulation, recorder } = outside;
  const transactionTimeout = seconds(60);
  const log = new TransactionalLog({
    simulation,
    recorder,
    name: "counts",
    partitions,
    transactionTimeout,
  });
  outside.world.add(log);
  return { outside, log, producer: new Requester(outside, "sink-1") };
}

const begin = (transactionalId: string, generation = 0) => {
  return { system: SYSTEM, kind: "init-producer", producer: "p", generation, transactionalId };
};
const name = (transactionalId: string, epoch: number) => ({
  system: SYSTEM,
  transactionalId,
  epoch,
});
const append = (id: string, epoch: number, batch: number, ...values: readonly unknown[]) => {
  const records = values.map((value) => ({ partition: 0, value }));
  return { ...name(id, epoch), kind: "append", batch, records };
};
const valuesOf = (records: readonly { readonly value: unknown }[]) =>
  records.map(({ value }) => value);

test("TransactionalLog shows a committed record once everything before it is decided", () => {
  const { log, producer, outside } = worldWithLog();
  producer.ask(begin("a"));
  producer.ask(begin("b"));
  producer.ask(append("a", 0, 0, 1));
  producer.ask(append("b", 0, 0, 2));
  producer.ask({ ...name("b", 0), kind: "commit" });
  expect(log.lastStableOffset(0)).toBe(0);
  expect(log.readCommitted(0)).toEqual([]);
  expect(valuesOf(log.readUncommitted(0))).toEqual([1, 2]);
  producer.ask({ ...name("a", 0), kind: "abort" });
  expect(log.lastStableOffset(0)).toBe(2);
  expect(log.readCommitted(0)).toEqual([{ offset: 1, transactionalId: "b", value: 2 }]);
  expect(outside.eventsOf("record-committed")).toMatchObject([
    { place: SYSTEM, log: "counts", partition: 0, offset: 1, transaction: "b", value: 2 },
  ]);
});

test("TransactionalLog fences older epochs, and tells so", () => {
  const { log, producer, outside } = worldWithLog();
  expect(producer.ask(begin("a"))).toEqual({ kind: "ok", value: 0 });
  producer.ask(append("a", 0, 0, "old"));
  const next = new Requester(outside, "sink-1", 1);
  expect(next.ask(begin("a", 1))).toEqual({ kind: "ok", value: 1 });
  for (const request of [append("a", 0, 1, "late"), { ...name("a", 0), kind: "commit" }]) {
    expect(producer.ask(request)).toMatchObject({ kind: "error", retriable: false });
  }
  expect(producer.ask(begin("b", 0))).toMatchObject({ kind: "error", retriable: false });
  expect(outside.eventsOf("transaction-aborted")).toMatchObject([
    { epoch: 0, reason: "a newer epoch fenced it" },
  ]);
  expect(outside.eventsOf("producer-fenced")).toMatchObject([
    { transaction: "a", epoch: 1 },
    { transaction: "a", epoch: 1 },
    { transaction: "b", epoch: 0 },
  ]);
  expect(valuesOf(log.readCommitted(0))).toEqual([]);
});

test("TransactionalLog aborts a transaction that grows too old, counted from its first append", () => {
  const { log, producer, outside } = worldWithLog();
  producer.ask(begin("empty"));
  producer.ask(begin("a"));
  producer.ask(append("a", 0, 0, 1));
  expect(log.describeState()).toMatchObject({
    transactions: [{}, { abortedIn: expect.any(Number) }],
  });
  outside.settle();
  expect(outside.eventsOf("transaction-aborted")).toMatchObject([
    { transaction: "a", reason: "it timed out" },
  ]);
  expect(producer.ask({ ...name("a", 0), kind: "commit" })).toMatchObject({
    kind: "error",
    reason: "transaction a (epoch 0) was aborted: it timed out",
  });
  expect(log.openTransactions()).toEqual([{ transactionalId: "empty", epoch: 0, generation: 0 }]);
});

test("TransactionalLog refuses what it does not know", () => {
  const { producer } = worldWithLog();
  expect(producer.ask({ ...name("a", 0), kind: "commit" })).toMatchObject({ kind: "error" });
  expect(producer.ask({ system: SYSTEM, kind: "fetch" })).toMatchObject({ kind: "error" });
});

// The model.

interface ModelTransaction {
  readonly id: string;
  readonly epoch: number;
  status: "open" | "committed" | "aborted";
  batches: number;
}

interface Model {
  readonly transactions: ModelTransaction[];
  readonly entries: { readonly value: unknown; readonly transaction: ModelTransaction }[];
}

interface Real {
  readonly log: TransactionalLog;
  readonly producer: Requester;
  readonly outside: RecordedOutside;
  /** What was ever visible; nothing of it may go. */
  seen: readonly unknown[];
}

abstract class LogCommand implements fc.Command<Model, Real> {
  check(): boolean {
    return true;
  }

  run(model: Model, real: Real): void {
    this.act(model, real);
    const firstOpen = model.entries.findIndex(({ transaction }) => transaction.status === "open");
    const stable = firstOpen < 0 ? model.entries : model.entries.slice(0, firstOpen);
    const visible = stable.filter(({ transaction }) => transaction.status === "committed");
    const seen = valuesOf(real.log.readCommitted(0));
    expect(seen).toEqual(valuesOf(visible));
    expect(seen.slice(0, real.seen.length)).toEqual(real.seen);
    expect(valuesOf(real.log.readUncommitted(0))).toEqual(valuesOf(model.entries));
    expect(valuesOf(real.outside.eventsOf("record-committed") as never)).toEqual(seen);
    expect(real.log.lastStableOffset(0)).toBe(stable.length);
    real.seen = seen;
  }

  abstract act(model: Model, real: Real): void;
  abstract toString(): string;
}

/** Sends a request up to three times, as after lost answers; every answer must be the same. */
function askTimes(
  real: Real,
  request: Parameters<Requester["ask"]>[0],
  times: number,
): OutsideAnswer | undefined {
  const answers = Array.from({ length: times }, () => real.producer.ask(request));
  for (const answer of answers) expect(answer).toEqual(answers[0]);
  return answers[0];
}

class Begin extends LogCommand {
  readonly id: string;
  readonly times: number;

  constructor(id: string, times: number) {
    super();
    this.id = id;
    this.times = times;
  }

  act(model: Model, real: Real): void {
    const epochs = model.transactions.filter(({ id }) => id === this.id);
    const last = epochs.at(-1);
    const answer = askTimes(real, begin(this.id), this.times);
    if (last?.status === "open" && last.batches === 0) {
      expect(answer).toEqual({ kind: "ok", value: last.epoch });
      return;
    }
    if (last?.status === "open") last.status = "aborted";
    const epoch = epochs.length;
    model.transactions.push({ id: this.id, epoch, status: "open", batches: 0 });
    expect(answer).toEqual({ kind: "ok", value: epoch });
  }

  override toString(): string {
    return `begin ${this.id} x${this.times}`;
  }
}

class OnTransaction extends LogCommand {
  readonly kind: "append" | "commit" | "abort" | "flush";
  readonly pick: number;
  /** For appends: which batch, counted from the next one. */
  readonly batch: number;
  readonly times: number;

  constructor(kind: OnTransaction["kind"], pick: number, batch: number, times: number) {
    super();
    this.kind = kind;
    this.pick = pick;
    this.batch = batch;
    this.times = times;
  }

  override check(model?: Model): boolean {
    return model === undefined || model.transactions.length > 0;
  }

  act(model: Model, real: Real): void {
    const picked = model.transactions[this.pick % model.transactions.length];
    if (picked === undefined) return;
    const { id, epoch } = picked;
    switch (this.kind) {
      case "append": {
        const batch = Math.max(0, picked.batches + this.batch);
        const value = `${id}/${epoch}/${batch}`;
        const answer = askTimes(real, append(id, epoch, batch, value), this.times);
        const isKnown = batch < picked.batches;
        const isNext = picked.status === "open" && batch === picked.batches;
        if (isNext) {
          picked.batches++;
          model.entries.push({ value, transaction: picked });
        }
        const isAccepted = isNext || (isKnown && picked.status !== "aborted");
        expect(answer?.kind).toBe(isAccepted ? "ok" : "error");
        return;
      }
      case "flush": {
        const answer = askTimes(
          real,
          { ...name(id, epoch), kind: "flush", batches: 2 },
          this.times,
        );
        if (picked.status === "aborted") expect(answer?.kind).toBe("error");
        else expect(answer).toEqual({ kind: "ok", value: { arrived: picked.batches } });
        return;
      }
      case "commit": {
        const answer = askTimes(real, { ...name(id, epoch), kind: "commit" }, this.times);
        if (picked.status === "open") picked.status = "committed";
        expect(answer?.kind).toBe(picked.status === "committed" ? "ok" : "error");
        return;
      }
      case "abort": {
        const answer = askTimes(real, { ...name(id, epoch), kind: "abort" }, this.times);
        if (picked.status === "open") picked.status = "aborted";
        expect(answer?.kind).toBe(picked.status === "aborted" ? "ok" : "error");
        return;
      }
      default:
        this.kind satisfies never;
    }
  }

  override toString(): string {
    return `${this.kind} #${this.pick} batch ${this.batch} x${this.times}`;
  }
}

test("TransactionalLog behaves like its model, whatever is asked how often", () => {
  const times = fc.integer({ min: 1, max: 3 });
  const id = fc.constantFrom("a", "b", "c");
  const onTransaction = (kind: OnTransaction["kind"]) =>
    fc
      .tuple(fc.nat({ max: 5 }), fc.constantFrom(0, 0, 0, -1, 1), times)
      .map(([pick, batch, count]) => new OnTransaction(kind, pick, batch, count));
  const commands = fc.commands(
    [
      fc.tuple(id, times).map(([given, count]) => new Begin(given, count)),
      onTransaction("append"),
      onTransaction("append"),
      onTransaction("commit"),
      onTransaction("abort"),
      onTransaction("flush"),
    ],
    { maxCommands: 40, size: "max" },
  );
  fc.assert(
    fc.property(commands, (given) => {
      const setup = (): { model: Model; real: Real } => ({
        model: { transactions: [], entries: [] },
        real: { ...worldWithLog(1), seen: [] },
      });
      fc.modelRun(setup, given);
    }),
  );
});
