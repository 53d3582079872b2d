// The sum of a state over all keys, as a checkpoint of the run has it.

import { parseCanonicalText } from "../../kernel/canonical-value.ts";
import type { EventOf, TraceEvent } from "../../trace/trace-event.ts";
import { MeasureError } from "../measure-error.ts";

/** The total of `state` of `operator` in a checkpoint, or in the last one that completed. */
export function stateTotal(
  events: readonly TraceEvent[],
  options: {
    readonly operator: string;
    readonly state: string;
    readonly checkpoint?: number | undefined;
  },
): number {
  const { operator, state } = options;
  const checkpoint = options.checkpoint ?? lastCompleted(events);
  const parts = events.filter(
    (event): event is EventOf<"operator-snapshot-written"> =>
      event.kind === "operator-snapshot-written" &&
      event.operator === operator &&
      event.checkpoint === checkpoint,
  );
  if (parts.length === 0) {
    throw new MeasureError(
      `Cannot total "${state}": found no snapshot of "${operator}" for checkpoint ${checkpoint}, expected one recorded at level state`,
    );
  }
  let total = 0;
  for (const { keyed } of parts) {
    const values = parseCanonicalText(keyed) as readonly (readonly [string, unknown, number])[];
    for (const [name, , value] of values) if (name === state) total += value;
  }
  return total;
}

function lastCompleted(events: readonly TraceEvent[]): number {
  const completed = events.findLast((event) => event.kind === "checkpoint-completed");
  if (completed?.kind === "checkpoint-completed") return completed.checkpoint;
  throw new MeasureError("Cannot total a state: found no completed checkpoint, expected one");
}
