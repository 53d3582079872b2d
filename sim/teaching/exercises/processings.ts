// How often each record of the input is processed by an operator's tasks, over all attempts: a record is the same one
// if it was read from the same place, whatever channel and attempt brought it.

import { parseCanonicalText } from "../../kernel/canonical-value.ts";
import { addressText } from "../../trace/record-address.ts";
import { RecordLineage } from "../../trace/record-lineage.ts";
import type { TraceEvent } from "../../trace/trace-event.ts";

/** A record of the input, and how often it was processed. */
export interface ProcessedRecord {
  /** The record itself, as text. */
  readonly text: string;
  readonly times: number;
}

/** The records that the tasks of `operator` processed, in the order of the first time. */
export function processings(
  events: readonly TraceEvent[],
  operator: string,
): readonly ProcessedRecord[] {
  const lineage = new RecordLineage(events);
  const records = new Map<string, ProcessedRecord>();
  for (const event of events) {
    if (event.kind !== "record-processed" || !isTaskOf(event.place, operator)) continue;
    const read = lineage.readBehind(event.index);
    if (read === undefined) continue;
    const address = addressText(read);
    const times = (records.get(address)?.times ?? 0) + 1;
    records.set(address, { text: String(parseCanonicalText(read.value)), times });
  }
  return [...records.values()];
}

function isTaskOf(task: string, operator: string): boolean {
  return task.startsWith(`${operator}-`) && /^\d+$/.test(task.slice(operator.length + 1));
}
