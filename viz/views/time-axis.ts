// The time axis of the space-time diagram and of the scrubber: where each event lies. Virtual time is linear, but for
// long idle gaps, which are broken out; logical time has a column for each step of causality.

import { must } from "../../sim/kernel/invariant.ts";
import { HappensBefore } from "../model/happens-before.ts";
import type { RunModel } from "../model/run-model.ts";
import { firstAbove } from "../model/steps.ts";

/**
 * What an axis counts: virtual time; columns of causality; or events in their order, for who has one dimension only
 * and cannot show that columns hold what nothing orders.
 */
export type TimeKind = "virtual" | "logical" | "order";

/** Where events lie along a run, in units from 0 to `length`: microseconds that are shown, columns, or events. */
export interface TimeAxis {
  readonly kind: TimeKind;
  readonly length: number;
  /** The place of each event, in units. */
  readonly at: Float64Array;
  readonly breaks: readonly AxisBreak[];
  /** The place of an event as a part of the whole, from 0 to 1. */
  xOf(index: number): number;
  /** The last event with neither itself nor any before it beyond a part of the whole; -1 for none. */
  indexAt(fraction: number): number;
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

/** The axis of a run. Made once for each run and kind. */
export function timeAxis(model: RunModel, kind: TimeKind): TimeAxis {
  const known = KNOWN.get(model) ?? new Map<TimeKind, TimeAxis>();
  KNOWN.set(model, known);
  const axis = known.get(kind) ?? makeAxis(model, kind);
  known.set(kind, axis);
  return axis;
}

const KNOWN = new WeakMap<RunModel, Map<TimeKind, TimeAxis>>();

/** Where a moment of virtual time lies. */
export function unitOfTime({ breaks }: Pick<TimeAxis, "breaks">, time: number): number {
  const before = breaks.findLast(({ start }) => start <= time);
  if (before === undefined) return time;
  if (time >= before.end) return before.to + (time - before.end);
  const share = (time - before.start) / (before.end - before.start);
  return before.from + share * (before.to - before.from);
}

/** The moment of virtual time at a place. */
export function timeOfUnit({ breaks }: Pick<TimeAxis, "breaks">, unit: number): number {
  const before = breaks.findLast(({ from }) => from <= unit);
  if (before === undefined) return unit;
  if (unit >= before.to) return before.end + (unit - before.to);
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
  const start = timeOfUnit(axis, Math.max(0, from));
  const end = timeOfUnit(axis, Math.min(axis.length, to));
  for (const { first, last } of stretches) {
    const limit = Math.min(last, end);
    const begin = Math.ceil(Math.max(first, start) / step);
    for (let number = begin; number * step <= limit; number++) {
      ticks.push({ at: unitOfTime(axis, number * step), value: number * step });
    }
  }
  return ticks;
}

function makeAxis(model: RunModel, kind: TimeKind): TimeAxis {
  const { at, breaks } = kind === "virtual" ? virtualPlaces(model) : uncutPlaces(model, kind);
  const reach = runningMaximum(at);
  const length = Math.max(1, reach.at(-1) ?? 0);
  return {
    kind,
    length,
    at,
    breaks,
    xOf: (index) => (at[index] ?? 0) / length,
    // What is a part of the whole comes back as the number it was.
    indexAt: (fraction) => firstAbove(reach, fraction * length * (1 + Number.EPSILON)) - 1,
  };
}

type Places = Pick<TimeAxis, "at" | "breaks">;

function virtualPlaces({ times, count }: RunModel): Places {
  const gaps = longGaps(times);
  const shown = (times[count - 1] ?? 0) - sum(gaps.map(length));
  // Whole, as times are: then places are exact.
  const width = Math.max(1, Math.round(shown * BREAK_SHARE));
  const breaks: AxisBreak[] = [];
  let hidden = 0;
  for (const { start, end } of gaps) {
    const from = start - hidden;
    breaks.push({ from, to: from + width, start, end });
    hidden += end - start - width;
  }
  const at = Float64Array.from(times);
  let passed = 0;
  for (let index = 0; index < count; index++) {
    const time = times[index] ?? 0;
    while (passed < breaks.length && time >= (breaks[passed]?.end ?? 0)) passed++;
    const before = breaks[passed - 1];
    at[index] = before === undefined ? time : before.to + (time - before.end);
  }
  return { at, breaks };
}

function uncutPlaces(model: RunModel, kind: "logical" | "order"): Places {
  const at =
    kind === "logical"
      ? Float64Array.from(new HappensBefore(model).ranks())
      : Float64Array.from({ length: model.count }, (_, index) => index);
  return { at, breaks: [] };
}

function runningMaximum(numbers: Float64Array): Float64Array {
  let most = Number.NEGATIVE_INFINITY;
  return numbers.map((number) => {
    most = Math.max(most, number);
    return most;
  });
}

/** How much of what is shown one break takes. */
const BREAK_SHARE = 1 / 40;
/** A gap this much of what else is shown is not worth its length. */
const GAP_SHARE = 1 / 9;
/** Two breaks this close look like one place torn twice: so a gap beside another must be longer to be cut. */
const BESIDE_SHARE = 1 / 50;
const GAP_SHARE_BESIDE = 1 / 2;
/** More would tear the axis to pieces. */
const BREAKS_MAX = 6;

interface Gap {
  readonly start: number;
  readonly end: number;
}

/**
 * Long idle gaps, in order: taken out from the longest on, as long as one is long against what then remains. Beside one
 * that is out already, only one that would be most of the picture is.
 */
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
  const taken: Gap[] = [];
  for (const gap of longest) {
    const isBeside = taken.some((other) => distance(gap, other) < shown * BESIDE_SHARE);
    const share = isBeside ? GAP_SHARE_BESIDE : GAP_SHARE;
    if (length(gap) <= (shown - length(gap)) * share) continue;
    shown -= length(gap);
    taken.push(gap);
  }
  return taken.sort((one, other) => one.start - other.start);
}

/** The time between two gaps. */
function distance(one: Gap, other: Gap): number {
  return Math.max(one.start, other.start) - Math.min(one.end, other.end);
}

function length({ start, end }: Gap): number {
  return end - start;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
