// Where things are in the space-time diagram: a row for each lane, names on the left, the axis on top.

import { must } from "../../../sim/kernel/invariant.ts";
import type { Size } from "../../drawing/scene-view.ts";
import { textWidth } from "../../drawing/text-width.ts";
import type { Lane } from "../../model/run-model.ts";

/** What of the axis is seen, in its units. */
export interface AxisView {
  readonly from: number;
  readonly to: number;
}

/** The places of rows and columns, in pixels. */
export interface SpaceTimeLayout {
  readonly width: number;
  readonly height: number;
  /** Where the plot is, from left to right. */
  readonly left: number;
  readonly right: number;
  /** Where rows begin and end, from top to bottom. */
  readonly top: number;
  readonly bottom: number;
  readonly rows: readonly Row[];
  /** What is seen of the axis. */
  readonly view: AxisView;
  /** The place of a unit of the axis, in pixels; and of a place, the unit. */
  readonly x: (unit: number) => number;
  readonly unit: (x: number) => number;
}

/** The row of a lane; of no height if it is left out. */
export interface Row {
  readonly y: number;
  readonly height: number;
}

/** The size of text. */
export const TEXT_SIZE = 12;
export const SMALL_TEXT_SIZE = 10.5;

/** The plot's edges for a width: names of lanes take what they need, but not more than a third. */
export function plotEdges(
  lanes: readonly Lane[],
  width: number,
): { readonly left: number; readonly right: number } {
  const widest = Math.max(...lanes.map(({ name }) => textWidth(name, TEXT_SIZE)));
  const left = Math.round(Math.min(widest + NAME_PADDING * 2, width / 3));
  return { left, right: Math.max(left + 40, width - EDGE) };
}

/** How high a diagram must be for the rows that the job cannot be followed without. */
export function leastHeight(lanes: readonly Lane[]): number {
  const kept = lanes.filter(({ kind }) => !DROPPED.includes(kind));
  return AXIS_HEIGHT + BOTTOM + sumOf(kept.map(({ kind }) => ROW_WEIGHTS[kind])) * ROW_MIN;
}

/** Lays out a diagram; it is higher than `size` where rows would become too low to read. */
export function spaceTimeLayout(
  lanes: readonly Lane[],
  size: Size,
  view: AxisView,
): SpaceTimeLayout {
  const { left, right } = plotEdges(lanes, size.width);
  const room = size.height - AXIS_HEIGHT - BOTTOM;
  const weights = rowWeights(lanes, room);
  const total = sumOf(weights);
  const unit = Math.min(ROW_MAX, Math.max(ROW_MIN, room / total));
  let y = AXIS_HEIGHT;
  const rows = weights.map((weight): Row => {
    const height = weight * unit;
    y += height;
    return { y: y - height / 2, height };
  });
  // Asked ten thousand times for each picture: d3's scale would take most of its time.
  const scale = (right - left) / (view.to - view.from);
  return {
    width: size.width,
    height: Math.max(size.height, y + BOTTOM),
    left,
    right,
    top: AXIS_HEIGHT,
    bottom: y,
    rows,
    view,
    x: (unit) => left + (unit - view.from) * scale,
    unit: (x) => view.from + (x - left) / scale,
  };
}

/** The row of lane `lane`. */
export function rowOf({ rows }: SpaceTimeLayout, lane: number): Row {
  return must(rows[lane], "row of a lane");
}

/** Whether a lane has a row. */
export function isShown({ rows }: SpaceTimeLayout, lane: number): boolean {
  return (rows[lane]?.height ?? 0) > 0;
}

/** How high the rows are; where not all have room, those do without that the job can be followed without. */
function rowWeights(lanes: readonly Lane[], room: number): readonly number[] {
  let left = lanes.map(({ kind }) => ROW_WEIGHTS[kind]);
  for (const dropped of DROPPED) {
    if (sumOf(left) * ROW_MIN <= room) break;
    left = left.map((weight, lane) => (lanes[lane]?.kind === dropped ? 0 : weight));
  }
  return left;
}

/** What does without a row first. */
const DROPPED: readonly Lane["kind"][] = ["host", "outside"];

function sumOf(numbers: readonly number[]): number {
  return numbers.reduce((sum, number) => sum + number, 0);
}

/** How much higher the rows of subtasks are: most happens there. */
const ROW_WEIGHTS: { readonly [kind in Lane["kind"]]: number } = {
  "job-master": 1.1,
  subtask: 1.3,
  host: 0.75,
  outside: 0.75,
};

const AXIS_HEIGHT = 26;
const BOTTOM = 6;
/** Between the plot and the right edge. */
const EDGE = 14;
export const NAME_PADDING = 14;
const ROW_MIN = 19;
const ROW_MAX = 46;
