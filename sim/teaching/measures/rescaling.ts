// Who has what once a job has been started again with another number of subtasks: a key, and a partition of the input.

import type { TraceEvent } from "../../trace/trace-event.ts";
import { MeasureError } from "../measure-error.ts";

/** The task that is the first to update the state of a key in an attempt; `key` as it is recorded. */
export function keyOwner(
  events: readonly TraceEvent[],
  { key, attempt }: { readonly key: string; readonly attempt: number },
): string {
  const update = events.find(
    (event) => event.kind === "state-updated" && event.key === key && event.incarnation === attempt,
  );
  if (update !== undefined) return update.place;
  throw new MeasureError(
    `Cannot tell who owns a key: found no update of ${key} in attempt ${attempt}, expected one`,
  );
}

/** Who reads on in a partition in an attempt, and from which offset: `source-3 from 12`. */
export function partitionReader(
  events: readonly TraceEvent[],
  { partition, attempt }: { readonly partition: number; readonly attempt: number },
): string {
  const read = events.find(
    (event) =>
      event.kind === "record-read" &&
      event.partition === partition &&
      event.incarnation === attempt,
  );
  if (read?.kind === "record-read") return `${read.place} from ${read.offset}`;
  throw new MeasureError(
    `Cannot tell who reads a partition: found no record of partition ${partition} read in attempt ${attempt}, expected one`,
  );
}
