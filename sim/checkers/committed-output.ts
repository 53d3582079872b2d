// Checks, for confluent jobs, that what was committed is what a run without faults commits: at every moment no
// more of any value, at the end of a finished job exactly as much. A second opinion that knows nothing of
// operators, checkpoints or attempts.
//
// Not checked: jobs whose output depends on the order of arrival; order; at-least-once sinks; outputs that are
// equal in value but came about wrongly.

import { stateHashOf } from "../kernel/state-hash.ts";
import type { EventOf, TraceEvent } from "../trace/trace-event.ts";
import type { CheckedJob, Checker, CheckerFold, Verdict } from "./checker.ts";
import { lackOf, notChecked } from "./not-checked.ts";
import { countOf } from "./output-comparison.ts";
import { bareLogName } from "./outside-log.ts";
import type { Refutation } from "./refutation.ts";
import { counted, listed, shortened } from "./sentence.ts";
import { hasWorkedOff } from "./work-done.ts";

export const committedOutput: Checker = {
  name: "committed-output",
  claim: "What is committed is what a run without faults commits, value by value",
  level: "records",
  start(job) {
    const reason = lackOf(committedOutput, job) ?? whyNot(job);
    if (job.failureFreeOutput === undefined || reason !== undefined) {
      return notChecked(
        committedOutput.name,
        reason ?? "the output of a run without faults is not known",
      );
    }
    return new CommittedOutputFold(balancesOf(job, job.failureFreeOutput));
  },
};

function whyNot(job: CheckedJob): string | undefined {
  if (!job.isConfluent) return "the job's output depends on the order of arrival";
  if (job.checkpointingMode === "AT_LEAST_ONCE")
    return "under AT_LEAST_ONCE checkpointing doubles are legal";
  return undefined;
}

/** One log: how often each value must still come. */
interface LogBalance {
  readonly log: string;
  /** Whether a sink writes it without exactly-once, so that doubles are legal. */
  readonly isExempt: boolean;
  readonly left: Map<string, number>;
  readonly expected: number;
  seen: number;
}

class CommittedOutputFold implements CheckerFold {
  readonly #balances: Map<string, LogBalance>;
  #finishedBy: EventOf<"job-ended"> | undefined;
  #refutation: Refutation | undefined;

  constructor(balances: Map<string, LogBalance>) {
    this.#balances = balances;
  }

  step(event: TraceEvent): void {
    if (event.kind === "record-committed") this.#see(event);
    else if (event.kind === "job-ended" && hasWorkedOff(event)) this.#finishedBy = event;
  }

  verdict(): Verdict {
    const { name: checker } = committedOutput;
    if (this.#refutation !== undefined) return { kind: "violated", checker, ...this.#refutation };
    const missing = this.#refuteMissing();
    if (missing !== undefined) return { kind: "violated", checker, ...missing };
    const logs = this.#checked.map(({ log, seen, expected }) => `${seen} of ${expected} on ${log}`);
    const sentence =
      logs.length === 0
        ? "There is no committed output"
        : `Committed as without faults: ${listed(logs)}`;
    return { kind: "holds", checker, sentence };
  }

  finish(): Verdict {
    return this.verdict();
  }

  clone(): CommittedOutputFold {
    const balances = [...this.#balances].map(([log, balance]): [string, LogBalance] => {
      return [log, { ...balance, left: new Map(balance.left) }];
    });
    const copy = new CommittedOutputFold(new Map(balances));
    copy.#finishedBy = this.#finishedBy;
    copy.#refutation = this.#refutation;
    return copy;
  }

  stateHash(): string {
    const left = this.#checked.map((balance) => [balance.log, leftOf(balance)]);
    return stateHashOf([left, this.#finishedBy !== undefined, this.#refutation?.sentence]);
  }

  get #checked(): readonly LogBalance[] {
    return [...this.#balances.values()].filter(({ isExempt }) => !isExempt);
  }

  #see(event: EventOf<"record-committed">): void {
    let balance = this.#balances.get(event.log) ?? this.#balances.get(bareLogName(event.log));
    if (balance === undefined) {
      balance = balanceOf(event.log, false, []);
      this.#balances.set(event.log, balance);
    }
    if (balance.isExempt) return;
    const left = (balance.left.get(event.value) ?? 0) - 1;
    balance.left.set(event.value, left);
    balance.seen++;
    if (left >= 0) return;
    const where = `at offset ${event.offset} of ${event.log}/${event.partition}`;
    const more = counted(-left, "time");
    this.#refutation ??= {
      sentence: `${shortened(event.value)} is committed ${where}, ${more} more than in the run without faults`,
      events: [event.index],
    };
  }

  #refuteMissing(): Refutation | undefined {
    if (this.#finishedBy === undefined) return undefined;
    for (const { log, left } of this.#checked) {
      for (const [value, count] of left) {
        if (count <= 0) continue;
        return {
          sentence: `${shortened(value)} is missing ${counted(count, "time")} in ${log}, though the job finished`,
          events: [this.#finishedBy.index],
        };
      }
    }
    return undefined;
  }
}

function balancesOf(
  job: CheckedJob,
  failureFreeOutput: ReadonlyMap<string, readonly string[]>,
): Map<string, LogBalance> {
  const balances = new Map<string, LogBalance>();
  const exempt = new Set<string>();
  for (const { operator } of job.graph.nodes) {
    if (operator.kind !== "sink" || operator.sink.guarantee === "exactly-once") continue;
    exempt.add(bareLogName(operator.sink.target));
  }
  for (const [name, values] of failureFreeOutput) {
    const log = bareLogName(name);
    balances.set(log, balanceOf(log, exempt.has(log), values));
  }
  for (const log of exempt) {
    if (!balances.has(log)) balances.set(log, balanceOf(log, true, []));
  }
  return balances;
}

/** What must still come, in an order of its own. */
function leftOf({ left }: LogBalance): readonly unknown[] {
  return [...left].filter(([, count]) => count !== 0).sort(([a], [b]) => (a < b ? -1 : 1));
}

function balanceOf(log: string, isExempt: boolean, values: readonly string[]): LogBalance {
  return { log, isExempt, left: countOf(values), expected: values.length, seen: 0 };
}
