// What is promised beyond the engine's promise: once something that was stored is damaged, a job may end FAILED, if it
// says which file and so what is wrong with it. It may not go on for ever, nor end without a word, and whatever else
// the checkers claim holds as ever. The damage is recognised in the trace alone.

import { DAMAGE_KINDS } from "../faults/fault-kinds.ts";
import type { EventOf, TraceEvent } from "../trace/trace-event.ts";

/** A clear refusal to go on. */
export interface Refusal {
  /** The damaged file, or entry, that it names. */
  readonly path: string;
  /** What the job says. */
  readonly reason: string;
}

/** What damage came to in a run. */
export interface DamageOutcome {
  /** Files and entries that were damaged, in order. */
  readonly damaged: readonly string[];
  /** Undefined for a job that has not refused, or not clearly. */
  readonly refusal: Refusal | undefined;
}

/** What the damage of a run came to. */
export function damageOutcomeOf(events: Iterable<TraceEvent>): DamageOutcome {
  const damaged: string[] = [];
  let before: TraceEvent | undefined;
  let refusal: Refusal | undefined;
  for (const event of events) {
    if (event.kind === "fault-struck" && DAMAGES.has(event.what)) {
      if (before !== undefined && "path" in before) damaged.push(before.path);
    }
    if (event.kind === "job-ended") refusal = refusalBy(event, damaged);
    before = event;
  }
  return { damaged, refusal };
}

/** Whether `violation` says no more than that a job refused, or that what is damaged is damaged. */
export function isExcused(
  violation: { readonly checker: string; readonly sentence: string },
  { damaged, refusal }: DamageOutcome,
): boolean {
  if (violation.checker === "liveness") {
    return refusal !== undefined && violation.sentence.includes(refusal.reason);
  }
  return (
    violation.checker === "storage-integrity" &&
    damaged.some((path) => violation.sentence.includes(path))
  );
}

const DAMAGES: ReadonlySet<string> = new Set(DAMAGE_KINDS.map(({ what }) => what));

function refusalBy(
  { status, reason }: EventOf<"job-ended">,
  damaged: readonly string[],
): Refusal | undefined {
  if (status !== "FAILED") return undefined;
  const path = damaged.find((candidate) => reason.includes(candidate));
  return path === undefined ? undefined : { path, reason };
}
