// A trace in memory: what a run depended on (header), what could be seen of it (blocks), and the digest of what
// was seen (footer). A block holds rows of numbers; `EventDecoder` turns them back into events.

import type { Case } from "../harness/case.ts";
import { must } from "../kernel/invariant.ts";
import {
  type EventKind,
  type FieldType,
  type RecordingLevel,
  ROW_HEAD,
  type TraceBlock,
} from "../kernel/recorder.ts";
import type { JobDescription } from "../runtime/task/job-graph.ts";
import { hexOf } from "./text-digest.ts";
import type { TraceEvent } from "./trace-event.ts";

/** The format this code reads and writes. */
export const TRACE_FORMAT = "cleancut-trace/1";

/** What is known of a run before its first event. No digest covers it. */
export interface TraceHeader {
  readonly format: typeof TRACE_FORMAT;
  /** Version of the engine that ran. */
  readonly engine: string;
  readonly runtime: "node" | "browser";
  /** What the events were recorded at. */
  readonly level: Exclude<RecordingLevel, "off">;
  /** The case, every key written. */
  readonly case: Required<Case>;
  readonly topology: JobDescription;
  /** The kinds of event, in the order of their numbers. */
  readonly kinds: readonly TracedKind[];
}

/** What a trace must say of a kind of event so that its rows can be read. */
export interface TracedKind {
  readonly name: string;
  readonly fields: readonly { readonly name: string; readonly type: FieldType }[];
}

/** What is known of a run after its last event. */
export interface TraceFooter {
  /** How many events there are. */
  readonly events: number;
  /** The last link of the hash chain, as 64 hexadecimal digits. */
  readonly digest: string;
}

/** All of a run that can be seen. */
export interface Trace {
  readonly header: TraceHeader;
  readonly blocks: readonly TraceBlock[];
  readonly footer: TraceFooter;
}

/** The kinds as a header lists them. */
export function tracedKinds(kinds: readonly EventKind[]): readonly TracedKind[] {
  return kinds.map(({ name, fields }) => ({ name, fields }));
}

/** The footer of a finished recording, which may have streamed its blocks out. */
export function traceFooter(recorder: {
  readonly eventCount: number;
  readonly digest: Uint8Array;
}): TraceFooter {
  return { events: recorder.eventCount, digest: hexOf(recorder.digest) };
}

/**
 * The events of consecutive blocks from a trace's first on, in order. Fields of type "value" stay canonical texts.
 *
 * @example decodeEvents(trace.blocks, trace.header.kinds)
 */
export function decodeEvents(
  blocks: Iterable<TraceBlock>,
  kinds: readonly TracedKind[],
): TraceEvent[] {
  const decoder = new EventDecoder(kinds);
  const events: TraceEvent[] = [];
  for (const block of blocks) decoder.decodeInto(block, events);
  return events;
}

/** Decodes one block after another: texts are numbered through the whole trace, so none may be left out. */
export class EventDecoder {
  readonly #kinds: readonly TracedKind[];
  readonly #texts: string[] = [];

  constructor(kinds: readonly TracedKind[]) {
    this.#kinds = kinds;
  }

  /** Appends the events of the next block to `events`. */
  decodeInto(block: TraceBlock, events: TraceEvent[]): void {
    for (const text of block.texts) this.#texts.push(text);
    const rows = new RowReader(this.#kinds, this.#texts);
    let at = 0;
    for (let index = block.first; index < block.first + block.count; index++) {
      events.push(rows.event({ block, at, index }));
      at += rows.length(block, at);
    }
  }
}

/** Reads single rows, once the texts of their trace up to there are known. */
export class RowReader {
  readonly #kinds: readonly TracedKind[];
  readonly #texts: readonly string[];

  constructor(kinds: readonly TracedKind[], texts: readonly string[]) {
    this.#kinds = kinds;
    this.#texts = texts;
  }

  /** How many numbers the row that begins at number `at` of a block has. */
  length(block: TraceBlock, at: number): number {
    return ROW_HEAD + this.#kindOf(block, at).fields.length;
  }

  /** The event of the row that begins at number `at` of a block. */
  event({
    block,
    at,
    index,
  }: {
    readonly block: TraceBlock;
    readonly at: number;
    readonly index: number;
  }): TraceEvent {
    const kind = this.#kindOf(block, at);
    const words = block.words;
    const event: Record<string, unknown> = {
      kind: kind.name,
      index,
      time: numberAt(words, at + 1),
      place: this.#text(numberAt(words, at + 2)),
      incarnation: numberAt(words, at + 3),
      cause: numberAt(words, at + 4),
    };
    let next = at + ROW_HEAD;
    for (const field of kind.fields) {
      event[field.name] = this.#field(field.type, numberAt(words, next++), block);
    }
    // A row says by its kind's number which variant it is.
    return event as unknown as TraceEvent;
  }

  #kindOf(block: TraceBlock, at: number): TracedKind {
    return must(this.#kinds[numberAt(block.words, at)], "kind of an event");
  }

  #field(type: FieldType, word: number, block: TraceBlock): number | string {
    switch (type) {
      case "number":
        return word;
      case "text":
        return this.#text(word);
      case "value":
        return must(block.values[word], "value of an event");
    }
  }

  #text(number: number): string {
    return must(this.#texts[number], "text of an event");
  }
}

/** Where the fields of a kind stand in its rows, by name; before them stand kind, time, place, incarnation and cause. */
export function fieldPositions({ fields }: TracedKind): ReadonlyMap<string, number> {
  return new Map(fields.map(({ name }, position) => [name, ROW_HEAD + position]));
}

function numberAt(words: Float64Array, at: number): number {
  return must(words[at], "word of a row");
}
