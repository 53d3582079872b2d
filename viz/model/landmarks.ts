// Moments worth a mark on the scrubber: what struck, what died, what was restored, what was violated, how it ended.

import type { Verdict } from "../../sim/harness/bundle.ts";
import { isUserRequest } from "../../sim/trace/sentences/user-requests.ts";
import type { Landmark } from "./run-model.ts";
import type { TraceColumns } from "./trace-columns.ts";

/** The landmarks of a run, in order. */
export function landmarksOf(
  columns: TraceColumns,
  verdicts: readonly Verdict[],
): readonly Landmark[] {
  const [start] = columns.ofKinds("restore-started");
  // The first start is no restore, unless it is from a checkpoint.
  const isStart = (index: number): boolean => index === start && columns.checkpoints[index] === 0;
  const indices = [...columns.ofKinds(...KINDS)].filter((index) => !isStart(index));
  const happened = indices.map(
    (index): Landmark => ({
      index,
      what: isRequest(columns, index) ? "request" : (WHAT.get(columns.kind(index)) ?? "fault"),
      checkpoint: columns.checkpoints[index] ?? 0,
      where: columns.place(index),
    }),
  );
  const violations = verdicts.flatMap((verdict): readonly Landmark[] => {
    if (verdict.kind !== "violated" || columns.length === 0) return [];
    // Proven with its last event; what proves that something never came is the end.
    const index = verdict.events.at(-1) ?? columns.length - 1;
    return [{ index, what: "violation", checkpoint: 0, where: verdict.checker }];
  });
  return [...happened, ...violations].toSorted((one, other) => one.index - other.index);
}

const KINDS = [
  "host-crashed",
  "fault-struck",
  "task-failed",
  "restore-started",
  "job-submitted",
  "job-ended",
] as const;

/** Whether an entry of the plan is what a user does, and no fault. */
function isRequest(columns: TraceColumns, index: number): boolean {
  const event = columns.event(index);
  return event.kind === "fault-struck" && isUserRequest(event.what);
}

const WHAT: ReadonlyMap<string, Landmark["what"]> = new Map([
  ["host-crashed", "crash"],
  ["fault-struck", "fault"],
  ["task-failed", "task-failed"],
  ["restore-started", "restore"],
  ["job-submitted", "submission"],
  ["job-ended", "end"],
]);
