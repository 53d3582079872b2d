// A finished run as a trace's file: whole or not at all, written block by block, so that it need not fit into one
// string.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Run } from "../harness/run.ts";
import { traceOfRun } from "../harness/run-trace.ts";
import type { Trace } from "../trace/trace.ts";
import { linesOf, traceLines, verifyChain } from "../trace/trace-file.ts";
import { TraceFormatError } from "../trace/trace-format-error.ts";
import { ROOT } from "./bundler.ts";
import { RequestError } from "./request-error.ts";
import { sha256 } from "./sha256.ts";
import { readText, writeLinesWhole } from "./whole-file.ts";

/** A run's trace; undefined if nothing was recorded. Its blocks must have been kept. */
export function traceOf(run: Run): Trace | undefined {
  return traceOfRun(run, { engine: ENGINE_VERSION, runtime: "node" });
}

/** Writes a trace's file whole or not at all. */
export function writeTrace(path: string, trace: Trace): void {
  writeLinesWhole(path, traceLines(trace, sha256));
}

/** The lines of a trace's file. Throws a {@link RequestError} if it cannot be read. */
export function readTraceLines(path: string): readonly string[] {
  const text = readText(path, "trace");
  if (text === "") throw new RequestError(`Cannot read the trace ${path}: it is empty`);
  return linesOf(text);
}

/** A trace that is as it was recorded. Throws a {@link RequestError} that says what could not be done with another. */
export function readIntact(path: string, action: string): Trace {
  const read = verified(readTraceLines(path), path);
  if (read.kind === "intact") return read.trace;
  throw new RequestError(
    `Cannot ${action} ${path}: it was changed since it was recorded, see cleancut verify ${path}`,
  );
}

/** As `verifyChain`, but that what is no trace is told by its file. */
function verified(lines: readonly string[], path: string): ReturnType<typeof verifyChain> {
  try {
    return verifyChain(lines, sha256);
  } catch (error) {
    if (!(error instanceof TraceFormatError)) throw error;
    throw new TraceFormatError(
      error.message.replace(/^Cannot read the trace/, `Cannot read the trace ${path}`),
    );
  }
}

/** This engine's version, as traces name it. */
export const ENGINE_VERSION: string = (
  JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")) as { readonly version: string }
).version;
