// What the outside world holds, event by event: transactions and committed records of a log, printed lines,
// collected records. It outlives every crash, so nothing here is ever taken back.

import { History } from "./history.ts";
import type { TraceEvent } from "./trace-event.ts";

/** An outside log as the trace shows it so far. */
export interface LogProgress {
  /** Its place, such as `log:counts`. */
  readonly name: string;
  /** Transactions neither committed nor aborted, in the order they were begun. */
  readonly open: readonly OpenTransaction[];
  /** How many transactions have been committed. */
  readonly committed: number;
  /** How many have been aborted. */
  readonly aborted: number;
  /** What a read-committed reader sees; seen from recording level "records" on. */
  readonly records: History<CommittedRecord>;
}

/** A transaction that may still be committed. */
export interface OpenTransaction {
  readonly id: string;
  readonly epoch: number;
  readonly by: string;
  readonly attempt: number;
  readonly begunAt: number;
  /** Records it holds safely, as of its last flush. */
  readonly flushed: number;
}

/** A record that a read-committed reader sees. */
export interface CommittedRecord {
  readonly partition: number;
  readonly offset: number;
  readonly transaction: string;
  readonly value: string;
  readonly at: number;
}

/** A line on the simulated standard output, or a record in a collector. */
export interface OutsideRecord {
  readonly value: string;
  readonly by: string;
  readonly attempt: number;
  readonly at: number;
}

/** A log of which nothing is known yet. */
export function newLog(name: string): LogProgress {
  return { name, open: [], committed: 0, aborted: 0, records: History.empty() };
}

/** The log after an event at it. */
export function logAfter(log: LogProgress, event: TraceEvent): LogProgress {
  switch (event.kind) {
    case "transaction-begun": {
      const { transaction, epoch, by, attempt, time } = event;
      const begun = { id: transaction, epoch, by, attempt, begunAt: time, flushed: 0 };
      return { ...log, open: [...others(log, transaction), begun] };
    }
    case "transaction-flushed": {
      const { transaction, records } = event;
      const open = log.open.map((one) =>
        one.id === transaction ? { ...one, flushed: records } : one,
      );
      return { ...log, open };
    }
    case "transaction-committed":
      return { ...log, open: others(log, event.transaction), committed: log.committed + 1 };
    case "transaction-aborted":
      return { ...log, open: others(log, event.transaction), aborted: log.aborted + 1 };
    case "record-committed": {
      const { partition, offset, transaction, value, time } = event;
      const record = { partition, offset, transaction, value, at: time };
      return { ...log, records: log.records.append(record) };
    }
    default:
      return log;
  }
}

function others(log: LogProgress, transaction: string): readonly OpenTransaction[] {
  return log.open.filter((one) => one.id !== transaction);
}
