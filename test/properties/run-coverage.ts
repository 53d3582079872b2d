// What a run went through, read off its trace: so that a property can tell whether its runs were any test at all.
import type { TraceEvent } from "../../sim/trace/trace-event.ts";

/** What happened in a run. */
export interface RunCoverage {
  /** A fault of the plan had an effect. */
  readonly isStruck: boolean;
  /** The job went on from a completed checkpoint. */
  readonly isRestored: boolean;
  /** A sink's attempt ended while a transaction that a completed checkpoint covers was not committed. */
  readonly isCrashedBeforeCommit: boolean;
}

/** Reads a run's coverage off its trace, which must have been recorded at level protocol or above. */
export function coverageOf(events: readonly TraceEvent[]): RunCoverage {
  const fold = new CoverageFold();
  for (const event of events) fold.step(event);
  return fold;
}

interface OpenTransaction {
  readonly task: string;
  readonly attempt: number;
  /** The first checkpoint that can cover it. */
  readonly number: number;
}

class CoverageFold implements RunCoverage {
  isStruck = false;
  isRestored = false;
  isCrashedBeforeCommit = false;
  readonly #open = new Map<string, OpenTransaction>();
  readonly #hosts = new Map<string, string>();
  #completed = 0;

  step(event: TraceEvent): void {
    switch (event.kind) {
      case "fault-struck":
        this.isStruck = true;
        return;
      case "restore-started":
        if (event.checkpoint > 0) this.isRestored = true;
        return;
      case "checkpoint-completed":
        this.#completed = event.checkpoint;
        return;
      case "task-deployed":
        this.#hosts.set(event.task, event.taskManager);
        return;
      case "transaction-begun": {
        const number = Number(event.transaction.split("-").at(-1));
        this.#open.set(event.transaction, { task: event.by, attempt: event.attempt, number });
        return;
      }
      case "transaction-committed":
      case "transaction-aborted":
        this.#open.delete(event.transaction);
        return;
      case "task-failed":
      case "task-canceled":
        this.#endOf((task) => task === event.place);
        return;
      case "host-crashed":
        this.#endOf((task) => this.#hosts.get(task) === event.place);
        return;
      default:
        return;
    }
  }

  #endOf(isEnded: (task: string) => boolean): void {
    for (const { task, number } of this.#open.values()) {
      if (number <= this.#completed && isEnded(task)) this.isCrashedBeforeCommit = true;
    }
  }
}
