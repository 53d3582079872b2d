// A finished run as a trace: what was seen of it, under a header that says what it depended on.

import { bytesOfHex } from "../trace/text-digest.ts";
import {
  TRACE_FORMAT,
  type Trace,
  type TraceHeader,
  tracedKinds,
  traceFooter,
} from "../trace/trace.ts";
import { TRACE_EVENT_KINDS } from "../trace/trace-event.ts";
import type { Run } from "./run.ts";

/** A run's trace; undefined if nothing was recorded. Its blocks must have been kept. */
export function traceOfRun(
  run: Run,
  { engine, runtime }: Pick<TraceHeader, "engine" | "runtime">,
): Trace | undefined {
  const { job, blocks, digest, eventCount } = run;
  const { level } = job;
  if (level === "off") return undefined;
  return {
    header: {
      format: TRACE_FORMAT,
      engine,
      runtime,
      level,
      case: job.case,
      topology: job.description,
      kinds: tracedKinds(TRACE_EVENT_KINDS),
    },
    blocks,
    footer: traceFooter({ eventCount, digest: bytesOfHex(digest) }),
  };
}
