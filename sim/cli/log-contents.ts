// What a log held at a moment: an outside log that sources read, one that sinks write in transactions, or the
// simulated standard output.

import type { PreparedJob } from "../harness/prepared-job.ts";
import { canonicalText } from "../kernel/canonical-value.ts";
import { RequestError } from "../node/request-error.ts";
import { timeText } from "../trace/duration-text.ts";
import type { LogProgress } from "../trace/outside-progress.ts";
import type { WorldProgress } from "../trace/projection.ts";

/** A log, or one partition of it, as lines for people; values are canonical texts. */
export interface ShownLog {
  readonly log: string;
  readonly partition: number | undefined;
  readonly kind: "input" | "transactional" | "collected";
  readonly records: readonly ShownRecord[];
  readonly openTransactions: LogProgress["open"];
  readonly committedTransactions: number;
  readonly abortedTransactions: number;
}

/** A record in a log. */
export interface ShownRecord {
  readonly partition: number;
  readonly offset: number;
  readonly value: string;
  /** What brought it there and when; nothing for what was there from the start. */
  readonly by?: string;
  readonly at?: number;
}

/** The log that `name` stands for: `counts`, `log:counts`, or one partition, `counts/0`. Throws a {@link RequestError}. */
export function logContents(name: string, world: WorldProgress, job: PreparedJob): ShownLog {
  const [, log = name, partitionText] = /^(?:log:)?(.+?)(?:\/(\d+))?$/.exec(name) ?? [];
  const partition = partitionText === undefined ? undefined : Number(partitionText);
  const shown = inputLog(log, job) ?? transactionalLog(log, world) ?? collected(log, world);
  if (shown === undefined) {
    const names = [
      ...job.logs.keys(),
      ...world.logs.map((one) => one.name.replace(/^log:/, "")),
      ...world.collectors.map((one) => one.name),
      ...(world.printed.length === 0 ? [] : [STDOUT]),
    ];
    throw new RequestError(`Cannot inspect the log "${name}": there are ${names.join(", ")}`);
  }
  if (partition === undefined) return shown;
  const count = partitionCount(shown, job);
  if (partition >= count) {
    throw new RequestError(
      `Cannot inspect the log "${name}": "${log}" has ${count === 1 ? "1 partition" : `${count} partitions`}, expected a number below ${count} after the slash`,
    );
  }
  const records = shown.records.filter((one) => one.partition === partition);
  return { ...shown, partition, records };
}

function partitionCount({ kind, log }: ShownLog, { logs, job }: PreparedJob): number {
  switch (kind) {
    case "input":
      return logs.get(log)?.length ?? 0;
    case "transactional":
      return writersOf(`log:${log}`, job);
    case "collected":
      return 1;
  }
}

/** A log that is written has a partition for each subtask of the first sink that writes it. */
function writersOf(target: string, { nodes }: PreparedJob["job"]): number {
  const sink = [...nodes.values()].find(({ operator }) => {
    return operator.kind === "sink" && operator.sink.target === target;
  });
  return sink?.parallelism ?? 0;
}

/** The log for people. */
export function logLines(shown: ShownLog): readonly string[] {
  const { log, kind, records, openTransactions } = shown;
  const transactions =
    kind === "transactional"
      ? [
          `  ${shown.committedTransactions} transactions committed, ${shown.abortedTransactions} aborted, ${openTransactions.length} open`,
          ...openTransactions.map(
            ({ id, epoch, by, flushed }) =>
              `  open: ${id}, epoch ${epoch}, of ${by}, ${flushed} records flushed, not yet visible`,
          ),
        ]
      : [];
  return [
    `Log ${log}: ${records.length} records`,
    ...transactions,
    ...records.map(({ partition, offset, value, by, at }) => {
      const from = by === undefined || at === undefined ? "" : `   ${by}, ${timeText(at)}`;
      return `  ${partition}/${String(offset).padEnd(5)} ${value}${from}`;
    }),
  ];
}

const STDOUT = "stdout";

const NO_TRANSACTIONS = {
  partition: undefined,
  openTransactions: [],
  committedTransactions: 0,
  abortedTransactions: 0,
} as const;

function inputLog(log: string, { logs }: PreparedJob): ShownLog | undefined {
  const partitions = logs.get(log);
  if (partitions === undefined) return undefined;
  const records = partitions.flatMap((values, partition) =>
    values.map((value, offset) => ({ partition, offset, value: canonicalText(value) })),
  );
  return { ...NO_TRANSACTIONS, log, kind: "input", records };
}

function transactionalLog(log: string, world: WorldProgress): ShownLog | undefined {
  const found = world.logs.find(({ name }) => name === `log:${log}`);
  if (found === undefined) return undefined;
  const records = found.records.toArray().map(({ partition, offset, value, transaction, at }) => ({
    partition,
    offset,
    value,
    by: `by transaction ${transaction}`,
    at,
  }));
  return {
    log,
    partition: undefined,
    kind: "transactional",
    records: records.sort(
      (one, other) => one.partition - other.partition || one.offset - other.offset,
    ),
    openTransactions: found.open,
    committedTransactions: found.committed,
    abortedTransactions: found.aborted,
  };
}

function collected(log: string, world: WorldProgress): ShownLog | undefined {
  const list =
    log === STDOUT ? world.printed : world.collectors.find(({ name }) => name === log)?.records;
  if (list === undefined) return undefined;
  const records = list.toArray().map(({ value, by, attempt, at }, offset) => ({
    partition: 0,
    offset,
    value,
    by: `by ${by}, attempt ${attempt}`,
    at,
  }));
  return { ...NO_TRANSACTIONS, log, kind: "collected", records };
}
