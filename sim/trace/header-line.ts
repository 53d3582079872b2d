// The first line of a trace's file. Its shape is checked when it is read, since all other lines are read by it; the
// case in it is checked by whoever runs it.

import { canonicalText } from "../kernel/canonical-value.ts";
import { RECORDING_LEVELS } from "../kernel/recorder.ts";
import { isListOf, isObject, parseJson } from "./json-line.ts";
import { TRACE_FORMAT, type TraceHeader } from "./trace.ts";
import { TRACE_EVENT_KINDS } from "./trace-event.ts";
import { TraceFormatError } from "./trace-format-error.ts";

/** The first line. Throws a {@link TraceFormatError} unless the header is plain JSON data. */
export function headerLine(header: TraceHeader): string {
  const line = canonicalText(header);
  const value = parseJson(line);
  if (value === undefined || canonicalText(value) !== line) {
    throw new TraceFormatError("Cannot write a trace: its header holds values that JSON lacks");
  }
  return line;
}

/** The header of a line. Throws a {@link TraceFormatError} for a line that is none. */
export function parseHeader(line: string): TraceHeader {
  const value = parseJson(line);
  if (!isObject(value) || typeof value["format"] !== "string") {
    throw new TraceFormatError(
      `Cannot read the trace: its first line is no header, expected one with "format":"${TRACE_FORMAT}"`,
    );
  }
  if (value["format"] !== TRACE_FORMAT) {
    throw new TraceFormatError(
      `Cannot read the trace: its format is "${value["format"]}", expected "${TRACE_FORMAT}"`,
    );
  }
  const wrong = Object.entries(HEADER_CHECKS).filter(([key, check]) => !check(value[key]));
  if (wrong.length > 0) {
    const keys = wrong.map(([key]) => `"${key}"`).join(", ");
    throw new TraceFormatError(`Cannot read the trace: its header has no proper ${keys}`);
  }
  // Checked key by key just now.
  return value as unknown as TraceHeader;
}

/** Throws a {@link TraceFormatError} unless this engine has all kinds of event of the trace, field by field. */
export function requireKnownKinds(header: TraceHeader): void {
  const known = new Set(
    TRACE_EVENT_KINDS.map(({ name, fields }) => canonicalText({ name, fields })),
  );
  const unknown = header.kinds.find((kind) => !known.has(canonicalText(kind)));
  if (unknown === undefined) return;
  throw new TraceFormatError(
    `Cannot read the trace: engine ${header.engine} recorded "${unknown.name}" with fields that this engine does not know`,
  );
}

const HEADER_CHECKS: { readonly [key: string]: (value: unknown) => boolean } = {
  engine: (value) => typeof value === "string",
  runtime: (value) => value === "node" || value === "browser",
  level: (value) => RECORDING_LEVELS.some((level) => level !== "off" && level === value),
  case: (value) => isObject(value) && value["scenario"] !== undefined,
  topology: (value) =>
    isObject(value) && isListOf(value["vertices"], isVertex) && isListOf(value["edges"], isEdge),
  kinds: (value) => isListOf(value, isKind),
};

function isVertex(value: unknown): boolean {
  return (
    isObject(value) &&
    typeof value["name"] === "string" &&
    Number.isSafeInteger(value["id"]) &&
    Number.isSafeInteger(value["parallelism"]) &&
    Array.isArray(value["operators"])
  );
}

function isEdge(value: unknown): boolean {
  return (
    isObject(value) &&
    Number.isSafeInteger(value["id"]) &&
    Number.isSafeInteger(value["source"]) &&
    Number.isSafeInteger(value["target"]) &&
    typeof value["partitioning"] === "string"
  );
}

function isKind(value: unknown): boolean {
  return isObject(value) && typeof value["name"] === "string" && isListOf(value["fields"], isField);
}

function isField(value: unknown): boolean {
  return (
    isObject(value) &&
    typeof value["name"] === "string" &&
    ["number", "text", "value"].some((type) => type === value["type"])
  );
}
