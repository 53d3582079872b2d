// What one checker says of a trace.
import type { CheckedJob, Checker, Verdict } from "../../sim/checkers/checker.ts";
import type { TraceEvent } from "../../sim/trace/trace-event.ts";

/** The verdict of `checker` on a complete trace. */
export function verdictOf(
  checker: Checker,
  job: CheckedJob,
  events: Iterable<TraceEvent>,
): Verdict {
  const fold = checker.start(job);
  for (const event of events) fold.step(event);
  return fold.finish();
}
