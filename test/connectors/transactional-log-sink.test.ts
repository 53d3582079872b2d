// The transactional log sink end to end: crashes at every wait, zombies, lost and late requests, lost notifications.

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { OutsideVerdict } from "../../sim/connectors/outside-world.ts";
import { TransactionalLogSink } from "../../sim/connectors/transactional-log-sink.ts";
import { millis } from "../../sim/kernel/virtual-time.ts";
import { OperatorStateBackend } from "../../sim/runtime/state/operator-state.ts";
import { Requester } from "./recorded-outside.ts";
import { type Crash, FINE, SinkHistory, type SinkPlan } from "./sink-history.ts";

/** Runs a plan and expects every record once, in order, with nothing left open before the end. */
function expectExactlyOnce(plan: SinkPlan): SinkHistory {
  const history = new SinkHistory(plan);
  expect(history.run()).toEqual(history.input);
  expect(history.log.lastStableOffset(0)).toBe(history.log.readUncommitted(0).length);
  return history;
}

const requestsWithoutFailure = expectExactlyOnce(FINE).requestsOfFirst;
const everyRequest = Array.from({ length: requestsWithoutFailure }, (_, atRequest) => atRequest);
const everyEnd = [
  { isSent: false, isZombie: false },
  { isSent: true, isZombie: false },
  { isSent: false, isZombie: true },
  { isSent: true, isZombie: true },
];

test("TransactionalLogSink names transactions by sink, subtask and checkpoint", () => {
  const { outside } = expectExactlyOnce(FINE);
  const begun = outside.eventsOf("transaction-begun");
  expect(begun.map((event) => event["transaction"])).toEqual(["sink-0-1", "sink-0-2", "sink-0-3"]);
  expect(outside.eventsOf("transaction-flushed").map((event) => event["records"])).toEqual([
    3, 3, 2,
  ]);
});

describe("TransactionalLogSink commits every record once", () => {
  test.each(everyEnd)("when it crashes at any wait, %o", (end) => {
    for (const atRequest of everyRequest) {
      expectExactlyOnce({ ...FINE, crashes: [{ atRequest, ...end }] });
    }
  });

  test("when two attempts in a row crash at any two waits", () => {
    for (const first of everyRequest) {
      for (const second of everyRequest) {
        const crashes = [first, second].map((atRequest) => {
          return { atRequest, isSent: true, isZombie: false };
        });
        expectExactlyOnce({ ...FINE, crashes });
      }
    }
  });

  test.each(["lost-request", "lost-answer"] as const)("when any request meets %s", (kind) => {
    for (let index = 0; index < 30; index++) {
      const fine = Array.from({ length: index }, (): OutsideVerdict => ({ kind: "normal" }));
      expectExactlyOnce({ ...FINE, verdicts: [...fine, { kind }] });
    }
  });

  test("when a completion goes unheard, a checkpoint is declined, and it then crashes", () => {
    for (const atRequest of everyRequest) {
      for (const checkpoint of [1, 2, 3]) {
        const crashes = [{ atRequest, isSent: true, isZombie: false }];
        expectExactlyOnce({ ...FINE, crashes, unheard: [checkpoint] });
        expectExactlyOnce({ ...FINE, crashes, declined: [checkpoint] });
        expectExactlyOnce({ ...FINE, crashes, declined: [checkpoint], unheard: [checkpoint + 1] });
      }
    }
  });

  test("when anything of all this happens", () => {
    const verdict: fc.Arbitrary<OutsideVerdict> = fc.oneof(
      { weight: 6, arbitrary: fc.constant<OutsideVerdict>({ kind: "normal" }) },
      { weight: 1, arbitrary: fc.constant<OutsideVerdict>({ kind: "lost-request" }) },
      { weight: 1, arbitrary: fc.constant<OutsideVerdict>({ kind: "lost-answer" }) },
      {
        weight: 2,
        arbitrary: fc
          .integer({ min: 1, max: 20_000 })
          .map((ms): OutsideVerdict => ({ kind: "late", delay: millis(ms) })),
      },
    );
    const crash: fc.Arbitrary<Crash> = fc.record({
      atRequest: fc.nat({ max: 16 }),
      isSent: fc.boolean(),
      isZombie: fc.boolean(),
    });
    const checkpoints = fc.uniqueArray(fc.integer({ min: 1, max: 8 }), { maxLength: 4 });
    const plan: fc.Arbitrary<SinkPlan> = fc.record({
      seed: fc.nat(),
      records: fc.integer({ min: 0, max: 10 }),
      epoch: fc.integer({ min: 1, max: 4 }),
      batchSize: fc.integer({ min: 1, max: 3 }),
      crashes: fc.array(crash, { maxLength: 4 }),
      declined: checkpoints,
      unheard: checkpoints,
      verdicts: fc.array(verdict, { maxLength: 40 }),
      transactionTimeout: fc.constant(FINE.transactionTimeout),
    });
    fc.assert(
      fc.property(plan, (given) => void expectExactlyOnce(given)),
      {
        numRuns: 500,
      },
    );
  });
});

test("A zombie of an earlier attempt is fenced: what it writes late nobody reads", () => {
  const late: OutsideVerdict = { kind: "late", delay: millis(9_000) };
  const fine: OutsideVerdict = { kind: "normal" };
  // Requests 0 to 3 restore; then two batches of the first epoch go out, late, and the flush behind them.
  const history = expectExactlyOnce({
    ...FINE,
    crashes: [{ atRequest: 3, isSent: true, isZombie: true }],
    verdicts: [fine, fine, fine, late],
  });
  expect(history.outside.eventsOf("producer-fenced").length).toBeGreaterThan(0);
});

test("A zombie that is still being restored leaves alone what a later attempt has pre-committed", () => {
  const fine: OutsideVerdict = { kind: "normal" };
  for (let lateMs = 1000; lateMs < 1050; lateMs++) {
    // The zombie's list of open transactions is late, and so is what it does about them.
    const late: OutsideVerdict = { kind: "late", delay: millis(lateMs) };
    expectExactlyOnce({
      ...FINE,
      crashes: [{ atRequest: 1, isSent: true, isZombie: true }],
      verdicts: [fine, late],
    });
  }
});

test("TransactionalLogSink fails again and again, and loses nothing in silence, over a timed-out commit", () => {
  // The first commit arrives a minute late, when the log has given the transaction up.
  const late: OutsideVerdict = { kind: "late", delay: millis(60_000) };
  const fine: OutsideVerdict = { kind: "normal" };
  const commit = 7;
  const verdicts = [...Array.from({ length: commit }, () => fine), late];
  const plan = { ...FINE, verdicts, transactionTimeout: millis(10_000) };
  expect(() => new SinkHistory(plan).run()).toThrow("the sink fails again and again");
});

test("TransactionalLogSink fails the task over a partition that is none", () => {
  const sink = new TransactionalLogSink<number>("out", { partitioner: (value) => value });
  const transaction = { transactionalId: "sink-0-1", epoch: 0 };
  expect(() => sink.invokeTransaction(transaction, 0.5)).toThrow(
    "Cannot pick a partition: found 0.5",
  );
});

test("TransactionalLogSink aborts what its subtask and lost subtasks left open, and nothing else", () => {
  const history = new SinkHistory(FINE);
  const { outside, log } = history;
  const left = [
    "sink-0-4",
    "sink-0-5",
    "sink-1-5",
    "sink-2-6",
    "sink-3-5",
    "sink-3-6",
    "sink-1-0-9",
    "sink-1-9",
  ];
  const earlier = new Requester(outside, "earlier");
  for (const transactionalId of left) {
    const producer = transactionalId.slice(0, transactionalId.lastIndexOf("-"));
    earlier.ask({
      system: "log:out",
      kind: "init-producer",
      producer,
      generation: 0,
      transactionalId,
    });
  }
  const attempt = new Requester(outside, "sink-2", 1);
  const sink = new TransactionalLogSink<string>("out");
  sink.setSinkContext({
    uid: "sink",
    subtaskIndex: 1,
    parallelism: 2,
    attempt: 1,
    now: () => outside.simulation.now,
    send: () => undefined,
  });
  const hook = sink.initializeState({
    isRestored: () => true,
    getRestoredCheckpointId: () => 5,
    getOperatorStateStore: () => new OperatorStateBackend(),
  });
  let result = hook.next();
  while (result.done !== true) {
    const answer = attempt.ask(result.value);
    result = answer === undefined ? hook.return() : hook.next(answer);
  }
  const open = log.openTransactions().map(({ transactionalId }) => transactionalId);
  expect(open).toEqual([
    ...left.filter((id) => id !== "sink-1-9" && id !== "sink-3-6"),
    "sink-1-6",
  ]);
});
