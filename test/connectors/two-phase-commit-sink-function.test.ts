// The order of the two-phase commit protocol: what is called when, and what is saved.

import { expect, test } from "vitest";
import type { Asking } from "../../sim/connectors/ask.ts";
import {
  TwoPhaseCommitSinkFunction,
  type TwoPhaseCommitState,
} from "../../sim/connectors/two-phase-commit-sink-function.ts";
import { instant } from "../../sim/kernel/virtual-time.ts";
import { OperatorStateBackend } from "../../sim/runtime/state/operator-state.ts";
import { ListStateDescriptor } from "../../sim/runtime/state/state-descriptor.ts";
import type { Hook } from "../../sim/runtime/task/outside-request.ts";

/** Notes every call; transactions are the numbers 1, 2, 3, ... */
class NotingSink extends TwoPhaseCommitSinkFunction<string, number> {
  readonly target = "notes";
  readonly calls: string[] = [];
  readonly failing = new Set<string>();
  #begun: number;

  constructor(begun = 0) {
    super();
    this.#begun = begun;
  }

  *beginTransaction(): Asking<number> {
    yield { system: "notes", kind: "begin" };
    this.calls.push(`begin ${++this.#begun}`);
    return this.#begun;
  }

  invokeTransaction(transaction: number, value: string): void {
    this.calls.push(`write ${value} to ${transaction}`);
  }

  preCommit(transaction: number): void {
    this.#note(`preCommit ${transaction}`);
  }

  *commit(transaction: number): Asking<void> {
    yield { system: "notes", kind: "commit" };
    this.#note(`commit ${transaction}`);
  }

  abort(transaction: number): void {
    this.#note(`abort ${transaction}`);
  }

  override initializeUserContext(): unknown {
    return "context";
  }

  override finishRecoveringContext(handled: readonly number[]): void {
    this.#note(`${String(this.userContext)} after ${handled.join(", ")}`);
  }

  #note(call: string): void {
    this.calls.push(call);
    if (this.failing.has(call)) throw new Error(`told to fail: ${call}`);
  }
}

const DESCRIPTOR = new ListStateDescriptor<TwoPhaseCommitState<number>>("transactions");

function run(hook: Hook): void {
  if (hook === undefined) return;
  while (hook.next({ kind: "ok", value: undefined }).done !== true);
}

function started(
  restored: readonly TwoPhaseCommitState<number>[] = [],
  failing: readonly string[] = [],
) {
  const state = new OperatorStateBackend();
  state.getListState(DESCRIPTOR).update([...restored]);
  const sink = new NotingSink(restored.length === 0 ? 0 : 10);
  for (const call of failing) sink.failing.add(call);
  sink.setSinkContext({
    uid: "sink",
    subtaskIndex: 0,
    parallelism: 1,
    attempt: 0,
    now: () => instant(5),
    send: () => undefined,
  });
  run(
    sink.initializeState({
      isRestored: () => restored.length > 0,
      getRestoredCheckpointId: () => undefined,
      getOperatorStateStore: () => state,
    }),
  );
  return { sink, saved: () => state.getListState(DESCRIPTOR).get() };
}

const snapshot = (sink: NotingSink, checkpoint: number): void =>
  run(sink.snapshotState({ getCheckpointId: () => checkpoint }));

const holder = (handle: number) => ({ handle, startTime: 5 });

test("TwoPhaseCommitSinkFunction pre-commits at the barrier, begins anew and saves both", () => {
  const { sink, saved } = started();
  run(sink.invoke("a"));
  snapshot(sink, 7);
  run(sink.invoke("b"));
  expect(sink.calls).toEqual(["begin 1", "write a to 1", "preCommit 1", "begin 2", "write b to 2"]);
  expect(saved()).toEqual([
    {
      pendingTransaction: holder(2),
      pendingCommitTransactions: [holder(1)],
      userContext: "context",
    },
  ]);
});

test("TwoPhaseCommitSinkFunction commits all that a completed checkpoint covers, and nothing after it", () => {
  const { sink } = started();
  for (const checkpoint of [1, 2, 3]) snapshot(sink, checkpoint);
  run(sink.notifyCheckpointAborted(1));
  sink.calls.length = 0;
  run(sink.notifyCheckpointComplete(2));
  run(sink.notifyCheckpointComplete(1));
  expect(sink.calls).toEqual(["commit 1", "commit 2"]);
});

test("TwoPhaseCommitSinkFunction goes on after a failed commit and throws the first error at the end", () => {
  const { sink } = started();
  for (const checkpoint of [1, 2, 3]) snapshot(sink, checkpoint);
  sink.calls.length = 0;
  for (const call of ["commit 1", "commit 2"]) sink.failing.add(call);
  expect(() => run(sink.notifyCheckpointComplete(3))).toThrow("told to fail: commit 1");
  expect(sink.calls).toEqual(["commit 1", "commit 2", "commit 3"]);
});

test("TwoPhaseCommitSinkFunction commits what was pending, then aborts what was open, then begins", () => {
  const restored = {
    pendingTransaction: holder(3),
    pendingCommitTransactions: [holder(1), holder(2)],
    userContext: "saved",
  };
  const { sink } = started([restored]);
  expect(sink.calls).toEqual([
    "commit 1",
    "commit 2",
    "abort 3",
    "saved after 1, 2, 3",
    "begin 11",
  ]);
  expect(() => started([restored], ["commit 2"])).toThrow("told to fail: commit 2");
});

test("TwoPhaseCommitSinkFunction.close aborts the open transaction and leaves what is pre-committed", () => {
  const { sink } = started();
  snapshot(sink, 1);
  sink.calls.length = 0;
  run(sink.close());
  run(sink.close());
  expect(sink.calls).toEqual(["abort 2"]);
});

test("TwoPhaseCommitSinkFunction.close aborts nothing when a snapshot stopped between pre-commit and begin", () => {
  const { sink } = started();
  sink.calls.length = 0;
  sink.snapshotState({ getCheckpointId: () => 1 }).next();
  run(sink.close());
  expect(sink.calls).toEqual(["preCommit 1"]);
});

test("TwoPhaseCommitSinkFunction begins nothing after finish", () => {
  const { sink, saved } = started();
  run(sink.finish());
  snapshot(sink, 1);
  expect(() => sink.invoke("late")).toThrow("no transaction is open");
  snapshot(sink, 2);
  expect(sink.calls).toEqual(["begin 1", "preCommit 1"]);
  expect(saved()).toMatchObject([
    { pendingTransaction: undefined, pendingCommitTransactions: [holder(1)] },
  ]);
});
