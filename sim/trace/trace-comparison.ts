// Two traces side by side: the first block that differs and, in it, the first event that does. Links make this
// cheap: equal links mean equal contents up to there, so only the differing block is looked into.

import { canonicalText } from "../kernel/canonical-value.ts";
import { EventIndex, identityText } from "./event-identity.ts";
import { sentence } from "./sentences/sentence.ts";
import { hexOf } from "./text-digest.ts";
import { decodeEvents, type Trace, type TraceHeader } from "./trace.ts";
import type { TraceEvent } from "./trace-event.ts";

/** How a recorded trace differs from what running its case again gives. */
export interface TraceComparison {
  /** Keys of the header that differ. Where a trace was recorded (`runtime`) is not compared. */
  readonly header: readonly (keyof TraceHeader)[];
  /** The first difference of what was seen; undefined if the digests are equal. */
  readonly difference: BlockDifference | undefined;
}

/** The first block that differs, and the first thing in it that does. */
export type BlockDifference =
  | {
      readonly kind: "event";
      readonly block: number;
      /** Index of the first differing event. */
      readonly index: number;
      /** Undefined where a trace has ended already. */
      readonly recorded: ComparedEvent | undefined;
      readonly repeated: ComparedEvent | undefined;
    }
  /** All events are equal, but not the overridden choices that came up. */
  | { readonly kind: "choices"; readonly block: number }
  /** Events and choices are equal, but not how they are written, which no recorder of ours would do. */
  | { readonly kind: "encoding"; readonly block: number };

/** One side of a difference, for people. */
export interface ComparedEvent {
  readonly event: TraceEvent;
  /** Its written identity, such as `count-2#1 snapshot-taken 3`. */
  readonly identity: string;
  readonly sentence: string;
}

/** Compares a recorded trace with one of running its case again. Both must be intact. */
export function compareTraces(recorded: Trace, repeated: Trace): TraceComparison {
  return {
    header: COMPARED_KEYS.filter(
      (key) => canonicalText(recorded.header[key]) !== canonicalText(repeated.header[key]),
    ),
    difference: blockDifference(recorded, repeated),
  };
}

/** The index of the first event that differs, from `start` on; undefined if none does. */
export function firstDifference(
  one: readonly TraceEvent[],
  other: readonly TraceEvent[],
  start = 0,
): number | undefined {
  const length = Math.max(one.length, other.length);
  for (let index = start; index < length; index++) {
    if (canonicalText(one[index]) !== canonicalText(other[index])) return index;
  }
  return undefined;
}

const COMPARED_KEYS = ["format", "engine", "level", "case", "topology", "kinds"] as const;

function blockDifference(recorded: Trace, repeated: Trace): BlockDifference | undefined {
  const block = firstDifferingBlock(recorded, repeated);
  if (block === undefined) return undefined;
  const one = eventsThrough(recorded, block);
  const other = eventsThrough(repeated, block);
  const start = recorded.blocks[block]?.first ?? repeated.blocks[block]?.first;
  const index = firstDifference(one, other, start);
  if (index === undefined) return { kind: contentDiffering(recorded, repeated, block), block };
  const sides = { recorded: comparedEvent(one, index), repeated: comparedEvent(other, index) };
  return { kind: "event", block, index, ...sides };
}

function firstDifferingBlock(recorded: Trace, repeated: Trace): number | undefined {
  const count = Math.max(recorded.blocks.length, repeated.blocks.length);
  for (let block = 0; block < count; block++) {
    const one = recorded.blocks[block];
    const other = repeated.blocks[block];
    if (one === undefined || other === undefined) return block;
    if (hexOf(one.link) !== hexOf(other.link)) return block;
  }
  return undefined;
}

function contentDiffering(recorded: Trace, repeated: Trace, block: number): "choices" | "encoding" {
  const one = canonicalText(recorded.blocks[block]?.choices);
  const other = canonicalText(repeated.blocks[block]?.choices);
  return one === other ? "encoding" : "choices";
}

/** All events up to the end of a block, since texts and ordinals count from the first. */
function eventsThrough(trace: Trace, block: number): TraceEvent[] {
  return decodeEvents(trace.blocks.slice(0, block + 1), trace.header.kinds);
}

function comparedEvent(events: readonly TraceEvent[], index: number): ComparedEvent | undefined {
  const event = events[index];
  if (event === undefined) return undefined;
  const identity = identityText(new EventIndex(events).identityOf(index));
  return { event, identity, sentence: sentence(event, "en") };
}
