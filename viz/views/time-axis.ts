// The time axis of the space-time diagram and of the scrubber: where each event lies. Virtual time is linear, but for
// long idle gaps, which are broken out; logical time has a column for each step of causality.

import { max, pairs, type ScaleLinear, scaleLinear, sum, tickStep } from "d3";
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
  /**
   * From virtual time in microseconds to units, bent at both ends of each break, and back with `invert`; where the
   * axis does not count time, from units to themselves.
   */
  readonly scale: ScaleLinear<number, number>;
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

/** The axis of a run. Made once for each run and kind. */
export function timeAxis(model: RunModel, kind: TimeKind): TimeAxis {
  const known = KNOWN.get(model) ?? new Map<TimeKind, TimeAxis>();
  KNOWN.set(model, known);
  const axis = known.get(kind) ?? makeAxis(model, kind);
  known.set(kind, axis);
  return axis;
}

const KNOWN = new WeakMap<RunModel, Map<TimeKind, TimeAxis>>();

/**
 * Round values of the axis's scale, about `count` of them from one place to another, none within a break: what the
 * scale of each stretch between breaks has as its ticks, all of one step.
 */
export function ticksOf(
  { scale, breaks }: Pick<TimeAxis, "scale" | "breaks">,
  { from, to, count }: TickWish,
): readonly number[] {
  const step = tickStep(from, to, count);
  const [first, last] = [scale.invert(from), scale.invert(to)];
  const edges = [first, ...breaks.flatMap(({ start, end }) => [start, end]), last];
  return Array.from({ length: breaks.length + 1 }, (_, stretch) => {
    const start = Math.max(first, edges[2 * stretch] ?? first);
    const end = Math.min(last, edges[2 * stretch + 1] ?? last);
    if (start > end) return [];
    // A stretch without a value as round as wished for would have a less round one.
    const ticks = scaleLinear([start, end], [0, 1]).ticks((end - start) / step);
    return ticks.filter((value) => value % step === 0);
  }).flat();
}

/** How many ticks are wished for where, in units; at most one to a unit, as moments and columns are whole. */
export interface TickWish {
  readonly from: number;
  readonly to: number;
  readonly count: number;
}

function makeAxis(model: RunModel, kind: TimeKind): TimeAxis {
  const { at, breaks, scale } =
    kind === "virtual" ? virtualPlaces(model) : uncutPlaces(model, kind);
  const reach = runningMaximum(at);
  const length = must(scale.range().at(-1), "end of an axis");
  return {
    kind,
    scale,
    length,
    at,
    breaks,
    xOf: (index) => (at[index] ?? 0) / length,
    // What is a part of the whole comes back as the number it was.
    indexAt: (fraction) => firstAbove(reach, fraction * length * (1 + Number.EPSILON)) - 1,
  };
}

type Places = Pick<TimeAxis, "at" | "breaks" | "scale">;

function virtualPlaces({ times }: RunModel): Places {
  const gaps = longGaps(times);
  const end = Math.max(1, times.at(-1) ?? 0);
  const scale = cutScale(gaps, end);
  const breaks = gaps.map((gap) => ({ ...gap, from: scale(gap.start), to: scale(gap.end) }));
  // Whole, as times are: the scale is exact to a millionth or so.
  const at = times.map((time) => Math.round(scale(time)));
  return { at, breaks, scale };
}

/** From times up to `end` to units: as they are, but for gaps, each of which takes its share of what is shown. */
function cutScale(gaps: readonly Gap[], end: number): ScaleLinear<number, number> {
  const shown = end - sum(gaps, length);
  // Whole, as times are: then places are too.
  const width = Math.max(1, Math.round(shown * BREAK_SHARE));
  const knots = [...new Set([0, ...gaps.flatMap((gap) => [gap.start, gap.end]), end])];
  const starts = new Set(gaps.map(({ start }) => start));
  let reached = 0;
  const range = pairs(knots, (from, to) => {
    reached += starts.has(from) ? width : to - from;
    return reached;
  });
  return scaleLinear(knots, [0, ...range]);
}

function uncutPlaces(model: RunModel, kind: "logical" | "order"): Places {
  const at =
    kind === "logical"
      ? Float64Array.from(new HappensBefore(model).ranks())
      : Float64Array.from({ length: model.count }, (_, index) => index);
  const end = Math.max(1, max(at) ?? 0);
  return { at, breaks: [], scale: scaleLinear([0, end], [0, end]) };
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
