// Runs cases with the real engine and gives their traces, recorded as the page has them.
import type { Case } from "../../../sim/harness/case.ts";
import { traceOfRun } from "../../../sim/harness/run-trace.ts";
import { must } from "../../../sim/kernel/invariant.ts";
import type { Trace } from "../../../sim/trace/trace.ts";
import { runner } from "../../support/runner.ts";

/** The trace of a case, recorded at level network unless the case says otherwise. */
export function traceOf(request: Case): Trace {
  const config = { "recording.level": "network", ...request.config };
  const run = runner.run(runner.prepare({ ...request, config }));
  return must(traceOfRun(run, { engine: "test", runtime: "node" }), "trace of a recorded run");
}
