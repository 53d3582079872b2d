// 2pc.json: the two-phase commit sink function, against a directory of transactions. Committer cases (Flink's Sink V2)
// have no counterpart in the engine.

import type { Asking } from "../../../sim/connectors/ask.ts";
import {
  type TransactionTimeoutOptions,
  TwoPhaseCommitSinkFunction,
} from "../../../sim/connectors/two-phase-commit-sink-function.ts";
import { must } from "../../../sim/kernel/invariant.ts";
import {
  type Duration,
  type Instant,
  instant,
  millis,
  toMillis,
} from "../../../sim/kernel/virtual-time.ts";
import { operatorStateMetasOf } from "../../../sim/runtime/state/operator-snapshot-format.ts";
import { OperatorStateBackend } from "../../../sim/runtime/state/operator-state.ts";
import { redistributeOperatorState } from "../../../sim/runtime/state/operator-state-redistribution.ts";
import type { Hook } from "../../../sim/runtime/task/outside-request.ts";
import { type Adapter, compare, type Outcome, runScript } from "../adapter.ts";

interface Step {
  readonly op: string;
  readonly value?: string | boolean;
  readonly checkpoint?: number;
  readonly saveAs?: string;
  readonly from?: string;
  readonly expectError?: boolean;
  readonly ms?: number;
  readonly transactionTimeoutMs?: number;
  readonly ignoreFailuresAfterTimeout?: boolean;
  readonly warningRatio?: number;
  readonly committed?: readonly string[];
  readonly openTransactions?: number;
  readonly abortedTransactions?: number;
  readonly warning?: { readonly openForMs: number; readonly timeoutMs: number };
}

/** The two-phase commit sink function, of Flink's TwoPhaseCommitSinkFunctionTest. */
export const twoPhaseCommit: Adapter = {
  file: "2pc.json",
  kinds: ["twoPhaseCommitFunction"],
  run(vectorCase) {
    const run = new SinkRun();
    return runScript<Step>(vectorCase, (step) => run.take(step));
  },
};

/** What lies outside: open transactions by id, and the values of committed ones. */
class Directory {
  readonly open = new Map<number, string[]>();
  readonly committed: string[] = [];
  readonly warnings: { readonly openForMs: number; readonly timeoutMs: number }[] = [];
  aborted = 0;
  begun = 0;
  isWritable = true;
  commitFails = false;
}

class DirectorySink extends TwoPhaseCommitSinkFunction<string, number> {
  readonly target = "directory";
  readonly #directory: Directory;

  constructor(directory: Directory, timeouts: TransactionTimeoutOptions) {
    super(timeouts);
    this.#directory = directory;
  }

  // biome-ignore lint/correctness/useYield: this directory answers at once
  *beginTransaction(): Asking<number> {
    if (!this.#directory.isWritable) throw new Error("Cannot begin: the directory is read-only");
    const transaction = this.#directory.begun++;
    this.#directory.open.set(transaction, []);
    return transaction;
  }

  invokeTransaction(transaction: number, value: string): void {
    must(this.#directory.open.get(transaction), "open transaction").push(value);
  }

  preCommit(): void {}

  commit(transaction: number): void {
    if (this.#directory.commitFails) throw new Error("Cannot commit: told to fail");
    this.#directory.committed.push(...(this.#directory.open.get(transaction) ?? []));
    this.#directory.open.delete(transaction);
  }

  abort(transaction: number): void {
    this.#directory.open.delete(transaction);
    this.#directory.aborted++;
  }

  override warnOfTimeout(age: Duration, timeout: Duration): void {
    this.#directory.warnings.push({ openForMs: toMillis(age), timeoutMs: toMillis(timeout) });
  }
}

/** The lives of one sink over one directory. */
class SinkRun {
  readonly #directory = new Directory();
  readonly #saved = new Map<string, Uint8Array>();
  #timeouts: TransactionTimeoutOptions = {};
  #now: Instant = instant(0);
  #state = new OperatorStateBackend();
  #sink: DirectorySink | undefined = undefined;

  take(step: Step): Outcome {
    let error: unknown;
    try {
      const outcome = this.#act(step);
      if (outcome !== "passed") return outcome;
    } catch (thrown) {
      if (step.expectError !== true) throw thrown;
      error = thrown;
    }
    return compare("error", error !== undefined, step.expectError === true);
  }

  #act(step: Step): Outcome {
    const { value } = step;
    switch (step.op) {
      case "clock":
        this.#now = instant(millis(step.ms ?? 0));
        return "passed";
      case "configure":
        this.#timeouts = {
          transactionTimeout: millis(step.transactionTimeoutMs ?? 0),
          ignoresFailuresAfterTimeout: step.ignoreFailuresAfterTimeout ?? false,
          ...(step.warningRatio === undefined ? {} : { warningRatio: step.warningRatio }),
        };
        return "passed";
      case "open":
        if (this.#sink === undefined) this.#initialize(undefined);
        return "passed";
      case "restore":
        this.#initialize(must(this.#saved.get(step.from ?? ""), `state ${step.from}`));
        return "passed";
      case "element":
        finish(this.#running.invoke(String(value)));
        return "passed";
      case "snapshot":
        this.#snapshot(step);
        return "passed";
      case "elementThenSnapshot":
        finish(this.#running.invoke(String(value)));
        this.#snapshot(step);
        return "passed";
      case "notifyComplete":
        finish(this.#running.notifyCheckpointComplete(step.checkpoint ?? 0));
        return "passed";
      case "finish":
        finish(this.#running.finish());
        return "passed";
      case "close":
        finish(this.#running.close());
        this.#sink = undefined;
        return "passed";
      case "commitFails":
        this.#directory.commitFails = value === true;
        return "passed";
      case "tmpWritable":
        this.#directory.isWritable = value === true;
        return "passed";
      case "check":
        return this.#check(step);
      default:
        return { notYet: step.op };
    }
  }

  get #running(): DirectorySink {
    return must(this.#sink, "running sink");
  }

  #initialize(restored: Uint8Array | undefined): void {
    this.#state = new OperatorStateBackend();
    if (restored !== undefined) {
      const shares = redistributeOperatorState([operatorStateMetasOf(restored)], 1)[0];
      this.#state.restore([restored], must(shares, "share of the state"));
    }
    const sink = new DirectorySink(this.#directory, this.#timeouts);
    this.#sink = sink;
    sink.setSinkContext({
      uid: "sink",
      subtaskIndex: 0,
      parallelism: 1,
      attempt: 0,
      now: () => this.#now,
      send: () => undefined,
    });
    finish(
      sink.initializeState({
        isRestored: () => restored !== undefined,
        getRestoredCheckpointId: () => undefined,
        getOperatorStateStore: () => this.#state,
      }),
    );
  }

  #snapshot({ checkpoint = 0, saveAs }: Step): void {
    finish(this.#running.snapshotState({ getCheckpointId: () => checkpoint }));
    if (saveAs !== undefined) this.#saved.set(saveAs, this.#state.snapshot());
  }

  #check(step: Step): Outcome {
    const { committed, open, aborted, warnings } = this.#directory;
    const expected: readonly (readonly [string, unknown, unknown])[] = [
      ["committed", committed, step.committed],
      ["open transactions", open.size, step.openTransactions],
      ["aborted transactions", aborted, step.abortedTransactions],
      ["warning", warnings.at(-1), step.warning],
    ];
    for (const [asked, found, wanted] of expected) {
      if (wanted === undefined) continue;
      const outcome = compare(asked, JSON.stringify(found), JSON.stringify(wanted));
      if (outcome !== "passed") return outcome;
    }
    return "passed";
  }
}

/** Runs a hook that has nothing to wait for. */
function finish(hook: Hook): void {
  if (hook !== undefined && hook.next().done !== true) {
    throw new Error("Cannot run a hook: it waits for the outside, expected none to wait for");
  }
}
