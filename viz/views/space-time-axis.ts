// The time axis of the space-time diagram and of the scrubber: where each event lies. Virtual time is linear, but for
// long idle gaps, which are broken out; logical time has a column for each step of causality.

import { must } from "../../sim/kernel/invariant.ts";
import { HappensBefore } from "../model/happens-before.ts";
import type { RunModel } from "../model/run-model.ts";

/** Where events lie along a run, in units from 0 to `length`: microseconds that are shown, or columns. */
export interface TimeAxis {
  readonly kind: "virtual" | "logical";
  readonly length: number;
  /** The place of each event. */
  readonly at: Float64Array;
  readonly breaks: readonly AxisBreak[];
}

/** A stretch of time in which nothing happens, drawn shorter than it is. */
export interface AxisBreak {
  /** Units. */
  readonly from: number;
  readonly to: number;
  /** Virtual time, in microseconds. */
  readonly start: number;
  readonly end: number;
}

/** A place on the axis that gets a label. */
export interface AxisTick {
  readonly at: number;
  /** Microseconds, or the number of a column. */
  readonly value: number;
}

/** Virtual time. */
export function virtualAxis({ times, count }: RunModel): TimeAxis {
  const gaps = longGaps(times);
  const shown = (times[count - 1] ?? 0) - sum(gaps.map(({ start, end }) => end - start));
  const width = Math.max(1, shown * BREAK_SHARE);
  const breaks: AxisBreak[] = [];
  let hidden = 0;
  for (const { start, end } of gaps) {
    const from = start - hidden;
    breaks.push({ from, to: from + width, start, end });
    hidden += end - start - width;
  }
  const axis = { kind: "virtual", length: Math.max(1, (times[count - 1] ?? 0) - hidden) } as const;
  const at = Float64Array.from(times);
  let passed = 0;
  for (let index = 0; index < count; index++) {
    const time = times[index] ?? 0;
    while (passed < breaks.length && time >= (breaks[passed]?.end ?? 0)) passed++;
    const before = breaks[passed - 1];
    at[index] = before === undefined ? time : before.to + time - before.end;
  }
  return { ...axis, at, breaks };
}

/** Logical time: a column for each rank that {@link HappensBefore.ranks} gives. */
export function logicalAxis(model: RunModel): TimeAxis {
  const at = Float64Array.from(new HappensBefore(model).ranks());
  const length = at.reduce((most, rank) => Math.max(most, rank), 1);
  return { kind: "logical", length, at, breaks: [] };
}

/** Events in their order, each as far from the next: what a scrubber has for logical time, which it cannot fold. */
export function orderAxis({ count }: RunModel): TimeAxis {
  const at = Float64Array.from({ length: count }, (_, index) => index);
  return { kind: "logical", length: Math.max(1, count - 1), at, breaks: [] };
}

/** Where a moment of virtual time lies. */
export function unitOfTime({ breaks }: TimeAxis, time: number): number {
  const before = breaks.findLast(({ start }) => start <= time);
  if (before === undefined) return time;
  if (time >= before.end) return before.to + time - before.end;
  const share = (time - before.start) / (before.end - before.start);
  return before.from + share * (before.to - before.from);
}

/** The moment of virtual time at a place. */
export function timeOfUnit({ breaks }: TimeAxis, unit: number): number {
  const before = breaks.findLast(({ from }) => from <= unit);
  if (before === undefined) return unit;
  if (unit >= before.to) return before.end + unit - before.to;
  const share = (unit - before.from) / (before.to - before.from);
  return before.start + share * (before.end - before.start);
}

/** Round places between two units, a `step` of time or columns apart, none within a break. */
export function ticksOf(
  axis: TimeAxis,
  { from, to, step }: { readonly from: number; readonly to: number; readonly step: number },
): readonly AxisTick[] {
  const ticks: AxisTick[] = [];
  const stretches = [...axis.breaks, undefined].map((gap, number) => {
    const before = axis.breaks[number - 1];
    return { first: before?.end ?? 0, last: gap?.start ?? timeOfUnit(axis, axis.length) };
  });
  const [start, end] = [timeOfUnit(axis, Math.max(0, from)), timeOfUnit(axis, to)];
  for (const { first, last } of stretches) {
    const limit = Math.min(last, end);
    const begin = Math.ceil(Math.max(first, start) / step);
    for (let number = begin; number * step <= limit; number++) {
      ticks.push({ at: unitOfTime(axis, number * step), value: number * step });
    }
  }
  return ticks;
}

/** How much of what is shown one break takes. */
const BREAK_SHARE = 1 / 40;
/** A gap this much of what else is shown is not worth its length. */
const GAP_SHARE = 1 / 9;
const BREAKS_MAX = 8;

interface Gap {
  readonly start: number;
  readonly end: number;
}

/** Long idle gaps, in order: taken out from the longest on, as long as one is long against what then remains. */
function longGaps(times: Float64Array): readonly Gap[] {
  let longest: Gap[] = [];
  for (let index = 1; index < times.length; index++) {
    const gap = { start: times[index - 1] ?? 0, end: times[index] ?? 0 };
    if (longest.length === BREAKS_MAX && length(gap) <= length(must(longest.at(-1), "gap"))) {
      continue;
    }
    longest = [...longest, gap].sort((one, other) => length(other) - length(one));
    longest.length = Math.min(longest.length, BREAKS_MAX);
  }
  let shown = (times.at(-1) ?? 0) - (times[0] ?? 0);
  const taken = longest.filter((gap) => {
    const isLong = length(gap) > (shown - length(gap)) * GAP_SHARE;
    if (isLong) shown -= length(gap);
    return isLong;
  });
  return taken.sort((one, other) => one.start - other.start);
}

function length({ start, end }: Gap): number {
  return end - start;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
