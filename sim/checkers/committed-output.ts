// Checks, for confluent jobs, that what was committed is what a run without faults commits: at every moment no
// more of any value, at the end of a finished job exactly as much. A second opinion that knows nothing of
// operators, checkpoints or attempts.
//
// Not checked: jobs whose output depends on the order of arrival; order; at-least-once sinks; outputs that are
// equal in value but came about wrongly.

import type { TraceEvent } from "../trace/trace-event.ts";
import type { CheckedJob, Checker, CheckerFold, Verdict } from "./checker.ts";
import { lackOfLevel, notChecked } from "./not-checked.ts";
import { bareLogName } from "./outside-log.ts";
import type { Refutation } from "./refutation.ts";
import { counted, listed, shortened } from "./sentence.ts";
import type { EventOf } from "./witness.ts";

export const committedOutput: Checker = {
  name: "committed-output",
  claim: "What is committed is what a run without faults commits, value by value",
  level: "records",
  start(job) {
    const reason = lackOfLevel(committedOutput, job) ?? whyNot(job);
    if (job.failureFreeOutput === undefined || reason !== undefined) {
      return notChecked(
        committedOutput.name,
        reason ?? "the output of a run without faults is not known",
      );
    }
    return new CommittedOutputFold(job, job.failureFreeOutput);
  },
};

function whyNot(job: CheckedJob): string | undefined {
  if (!job.isConfluent) return "the job's output depends on the order of arrival";
  if (job.checkpointingMode === "AT_LEAST_ONCE")
    return "under AT_LEAST_ONCE checkpointing doubles are legal";
  return undefined;
}

/** One log: how often each value must still come, and where it came. */
interface LogBalance {
  readonly log: string;
  readonly left: Map<string, number>;
  readonly expected: number;
  seen: number;
}

class CommittedOutputFold implements CheckerFold {
  readonly #balances = new Map<string, LogBalance>();
  /** Logs that some sink writes without exactly-once; doubles are legal there. */
  readonly #exempt: ReadonlySet<string>;
  #finishedBy: EventOf<"job-ended"> | undefined;
  #refutation: Refutation | undefined;

  constructor(job: CheckedJob, failureFreeOutput: ReadonlyMap<string, readonly string[]>) {
    const exempt = new Set<string>();
    for (const { operator } of job.graph.nodes) {
      if (operator.kind !== "sink" || operator.sink.guarantee === "exactly-once") continue;
      exempt.add(bareLogName(operator.sink.target));
    }
    this.#exempt = exempt;
    for (const [log, values] of failureFreeOutput) {
      const balance = this.#balanceOf(bareLogName(log), values.length);
      for (const value of values) balance.left.set(value, (balance.left.get(value) ?? 0) + 1);
    }
  }

  step(event: TraceEvent): void {
    if (event.kind === "job-ended" && event.status === "FINISHED") this.#finishedBy = event;
    if (event.kind !== "record-committed" || this.#exempt.has(bareLogName(event.log))) return;
    const balance = this.#balanceOf(bareLogName(event.log), 0);
    const left = balance.left.get(event.value) ?? 0;
    balance.left.set(event.value, left - 1);
    balance.seen++;
    if (left > 0) return;
    const where = `at offset ${event.offset} of ${event.log}/${event.partition}`;
    const value = shortened(event.value);
    this.#refutation ??= {
      sentence:
        balance.left.has(event.value) && left < 0
          ? `${value} is committed again ${where}, ${counted(1 - left, "time")} more than in the run without faults`
          : `${value} is committed ${where}, once more than in the run without faults`,
      events: [event.index],
    };
  }

  verdict(): Verdict {
    const { name: checker } = committedOutput;
    if (this.#refutation !== undefined) return { kind: "violated", checker, ...this.#refutation };
    const missing =
      this.#finishedBy === undefined ? undefined : this.#refuteMissing(this.#finishedBy);
    if (missing !== undefined) return { kind: "violated", checker, ...missing };
    const balances = [...this.#balances.values()].filter(({ log }) => !this.#exempt.has(log));
    const logs = balances.map(({ log, seen, expected }) => `${seen} of ${expected} on ${log}`);
    const what =
      logs.length === 0
        ? "There is no committed output"
        : `Committed as without faults: ${listed(logs)}`;
    return { kind: "holds", checker, sentence: what };
  }

  finish(): Verdict {
    return this.verdict();
  }

  #refuteMissing(finishedBy: TraceEvent): Refutation | undefined {
    for (const { log, left } of this.#balances.values()) {
      if (this.#exempt.has(log)) continue;
      for (const [value, count] of left) {
        if (count <= 0) continue;
        return {
          sentence: `${shortened(value)} is missing ${counted(count, "time")} in ${log}, though the job finished`,
          events: [finishedBy.index],
        };
      }
    }
    return undefined;
  }

  #balanceOf(log: string, expected: number): LogBalance {
    const known = this.#balances.get(log);
    if (known !== undefined) return known;
    const balance = { log, left: new Map<string, number>(), expected, seen: 0 };
    this.#balances.set(log, balance);
    return balance;
  }
}
