// The records of a job's input by address, and which of them a case leaves in.

import type { DataEdit } from "../harness/case.ts";
import type { LogContents } from "../harness/prepared-job.ts";
import { addressText, type RecordAddress } from "../trace/record-address.ts";

/** The addresses of all records of an unedited input, in order. */
export function recordsOf(logs: LogContents): readonly RecordAddress[] {
  return [...logs].flatMap(([source, partitions]) =>
    partitions.flatMap((records, partition) =>
      records.map((_record, offset) => ({ source, partition, offset })),
    ),
  );
}

/** Those of `records` that edits leave in. */
export function keptRecords(
  records: readonly RecordAddress[],
  edits: readonly DataEdit[],
): readonly RecordAddress[] {
  const dropped = new Set(edits.filter(({ drop }) => drop === true).map(addressText));
  return records.filter((record) => !dropped.has(addressText(record)));
}

/** The edits that leave in only `kept` of `records`; values laid over those stay. */
export function editsKeeping(
  kept: readonly RecordAddress[],
  records: readonly RecordAddress[],
  values: readonly DataEdit[],
): readonly DataEdit[] {
  const left = new Set(kept.map(addressText));
  const drops = records.flatMap((record): DataEdit[] =>
    left.has(addressText(record)) ? [] : [{ ...record, drop: true }],
  );
  return [...drops, ...values.filter((value) => left.has(addressText(value)))];
}

/** Addresses before any edit, by where a run in which only `kept` are left reads them. */
export function addressesAsRead(
  kept: readonly RecordAddress[],
): ReadonlyMap<string, RecordAddress> {
  const lengths = new Map<string, number>();
  return new Map(
    kept.map((record) => {
      const { source, partition } = record;
      const log = `${source}/${partition}`;
      const offset = lengths.get(log) ?? 0;
      lengths.set(log, offset + 1);
      return [addressText({ source, partition, offset }), record];
    }),
  );
}
