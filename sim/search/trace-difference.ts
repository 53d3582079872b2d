// Two traces side by side, by the identity of their events, so that what is merely earlier or later is told apart
// from what is another thing. Each first difference comes with its causes, back to the last event that both have.

import type { Case } from "../harness/case.ts";
import { canonicalText } from "../kernel/canonical-value.ts";
import { must } from "../kernel/invariant.ts";
import { RECORDING_LEVELS } from "../kernel/recorder.ts";
import { EventIndex, identityText } from "../trace/event-identity.ts";
import { sentence } from "../trace/sentences/sentence.ts";
import { decodeEvents, type Trace } from "../trace/trace.ts";
import { TRACE_EVENTS, type TraceEvent } from "../trace/trace-event.ts";

/** How two traces differ. */
export interface TraceDifference {
  /** How their cases differ. */
  readonly cases: readonly CaseDifference[];
  /** Events that are equal in both, from the beginning on. */
  readonly common: number;
  /** The first difference of any kind; undefined if there is none. */
  readonly first: Divergence | undefined;
  /** The first difference that is more than a shift in time; undefined if there is none. */
  readonly firstInContent: Divergence | undefined;
}

/** One part of the case. For lists, only what the other lacks. */
export interface CaseDifference {
  /** Such as "seed", "faults" or "config: recording.level". */
  readonly part: string;
  readonly one: readonly string[];
  readonly other: readonly string[];
}

/** Where the two part. */
export interface Divergence {
  /** The same event at another time, with other contents, or another event altogether. */
  readonly kind: "time" | "contents" | "event";
  /** Undefined where a trace has no more to say. */
  readonly one: DivergingEvent | undefined;
  readonly other: DivergingEvent | undefined;
}

/** One side of a divergence. */
export interface DivergingEvent extends ToldEvent {
  /** What it follows from, the nearest first; the last is equal in both traces. */
  readonly causes: readonly ToldEvent[];
}

/** An event for people. */
export interface ToldEvent {
  readonly index: number;
  readonly identity: string;
  /** Microseconds of virtual time. */
  readonly time: number;
  readonly sentence: string;
}

/** Compares two traces, at the lower of their levels. */
export function differenceOf(one: Trace, other: Trace): TraceDifference {
  const lower = Math.min(...[one, other].map(({ header }) => RECORDING_LEVELS.indexOf(header.level)));
  const left = new Side(one, lower);
  const right = new Side(other, lower);
  const common = left.firstUnlike(right, "all");
  const first = divergenceAt([left, common], [right, common]);
  const inContent = divergenceAt(
    [left, left.firstWithoutLike(right)],
    [right, right.firstWithoutLike(left)],
  );
  return { cases: caseDifferences(one.header.case, other.header.case), common, first, firstInContent: inContent };
}
