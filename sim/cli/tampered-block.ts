// What a block that was tampered with still says: read as far as it can be, so that the first event that is not as
// its case makes it can be named.

import type { TraceBlock } from "../kernel/recorder.ts";
import { isListOf, isObject, parseJson } from "../trace/json-line.ts";
import { decodeEvents, type TraceHeader } from "../trace/trace.ts";
import type { TraceEvent } from "../trace/trace-event.ts";

/**
 * The events of a trace's lines up to and with `block`, whatever their hashes say; undefined if a row cannot be
 * read at all.
 */
export function readLeniently(
  lines: readonly string[],
  header: TraceHeader,
  block: number,
): readonly TraceEvent[] | undefined {
  const blocks: TraceBlock[] = [];
  let first = 0;
  for (const line of lines.slice(1, block + 2)) {
    const read = lenientBlock(parseJson(line), first);
    if (read === undefined) return undefined;
    blocks.push(read);
    first += read.count;
  }
  try {
    return decodeEvents(blocks, header.kinds);
  } catch {
    return undefined;
  }
}

function lenientBlock(value: unknown, first: number): TraceBlock | undefined {
  if (!isObject(value)) return undefined;
  const { rows, texts, values } = value;
  const isReadable =
    isListOf(rows, Array.isArray) && isListOf(texts, isText) && isListOf(values, isText);
  if (!isReadable) return undefined;
  // Looked at just now.
  const words = rows as readonly (readonly unknown[])[];
  return {
    first,
    count: words.length,
    words: Float64Array.from(words.flat(), Number),
    texts: texts as readonly string[],
    values: values as readonly string[],
    choices: [],
    link: new Uint8Array(32),
  };
}

function isText(value: unknown): value is string {
  return typeof value === "string";
}
