// A branch: the same case with one more thing going wrong right after an event. Up to there both runs are one; from
// there on they are two futures.

import type { Case } from "../../sim/harness/bundle.ts";
import type { Fault } from "../../sim/index.ts";
import { EventIndex } from "../../sim/trace/event-identity.ts";
import { decodeEvents, type Trace } from "../../sim/trace/trace.ts";
import { compareTraces } from "../../sim/trace/trace-comparison.ts";
import type { Entity } from "../page/entity.ts";

/** What can be made to crash: a subtask, whose code then throws, or a task manager, whose machine then dies. */
export type CrashTarget = Entity & { readonly kind: "subtask" | "host" };

/**
 * The case of `trace` with a crash right after event `index`, named by what it is rather than by its number; at the
 * very start for -1.
 *
 * @example crashCase(trace, { kind: "subtask", name: "count-1" }, 411)
 */
export function crashCase(trace: Trace, target: CrashTarget, index: number): Required<Case> {
  const { header } = trace;
  const fault: Fault = {
    what: target.kind === "subtask" ? "task-throws" : "task-manager-dies",
    where: target.name,
    when: index < 0 ? { at: 0 } : { after: identityAt(trace, index) },
  };
  return { ...header.case, faults: [...header.case.faults, fault] };
}

/** The case that a branch's case started from, given how many faults it had; undefined if that cannot be. */
export function originalCase(branch: Case, faultCount: number): Case | undefined {
  const faults = branch.faults ?? [];
  if (faultCount >= faults.length) return undefined;
  return { ...branch, faults: faults.slice(0, faultCount) };
}

/** The first event that is not the same in both runs; undefined if they are one. */
export function firstDifferentEvent(original: Trace, branch: Trace): number | undefined {
  const { difference } = compareTraces(original, branch);
  return difference?.kind === "event" ? difference.index : undefined;
}

/** What a fault plan calls an event: never its index, which a change of the run before it would move. */
function identityAt(trace: Trace, index: number) {
  const events = decodeEvents(trace.blocks, trace.header.kinds);
  const { kind, place, incarnation, ordinal } = new EventIndex(events).identityOf(index);
  return { event: kind, place, attempt: incarnation, nth: ordinal };
}
