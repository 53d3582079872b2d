// Where things are in the space-time diagram: a row for each lane, names on the left, the axis on top.

import { cumsum, type ScaleLinear, scaleLinear, sum } from "d3";
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
  /** From units of the axis to places across, in pixels. */
  readonly x: ScaleLinear<number, number>;
  readonly type: TypeSizes;
  /** The base line of the axis's text. */
  readonly axisBase: number;
}

/** Sizes of text: of the lanes' names, and of all else. */
export interface TypeSizes {
  readonly name: number;
  readonly small: number;
}

/** The row of a lane; of no height if it is left out. */
export interface Row {
  readonly y: number;
  readonly height: number;
}

/** The usual sizes, or `smallest` where they are less than that. */
export function typeSizes(smallest = 0): TypeSizes {
  return { name: Math.max(12, smallest), small: Math.max(10.5, smallest) };
}

/** The plot's edges for a width: names of lanes take what they need, but not more than a third. */
export function plotEdges(
  lanes: readonly Lane[],
  width: number,
  type: TypeSizes,
): { readonly left: number; readonly right: number } {
  const widest = Math.max(...lanes.map(({ name }) => textWidth(name, type.name)));
  const left = Math.round(Math.min(widest + NAME_PADDING * 2, width / 3));
  return { left, right: Math.max(left + 40, width - EDGE) };
}

/** How high a diagram must be for the rows that the job cannot be followed without. */
export function leastHeight(lanes: readonly Lane[], type: TypeSizes): number {
  const kept = lanes.filter(({ kind }) => !DROPPED.includes(kind));
  return (
    axisHeight(type) +
    BOTTOM +
    leastRows(
      kept.map(({ kind }) => ROW_WEIGHTS[kind]),
      type,
    )
  );
}

/** What is laid out in how much room. */
export interface LayoutWish {
  readonly size: Size;
  readonly view: AxisView;
  readonly type: TypeSizes;
}

/** Lays out a diagram; it is higher than its size where rows would become too low to read. */
export function spaceTimeLayout(
  lanes: readonly Lane[],
  { size, view, type }: LayoutWish,
): SpaceTimeLayout {
  const { left, right } = plotEdges(lanes, size.width, type);
  const top = axisHeight(type);
  const room = size.height - top - BOTTOM;
  const weights = rowWeights(lanes, room, type);
  const total = sum(weights);
  const least = leastRows(weights, type) / total;
  const unit = Math.min(ROW_MAX, Math.max(least, room / total));
  const edges = [0, ...cumsum(weights)].map((before) => top + before * unit);
  // Rows differ in height, so no band scale would do: this one is bent at the edge of each row.
  const down = scaleLinear(edges.keys(), edges);
  const bottom = down(weights.length);
  const rows = weights.map((_, lane): Row => {
    return { y: down(lane + 0.5), height: down(lane + 1) - down(lane) };
  });
  return {
    width: size.width,
    height: Math.max(size.height, bottom + BOTTOM),
    left,
    right,
    top,
    bottom,
    rows,
    view,
    x: scaleLinear([view.from, view.to], [left, right]),
    type,
    axisBase: axisBase(type),
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
function rowWeights(lanes: readonly Lane[], room: number, type: TypeSizes): readonly number[] {
  let left = lanes.map(({ kind }) => ROW_WEIGHTS[kind]);
  for (const dropped of DROPPED) {
    if (leastRows(left, type) <= room) break;
    left = left.map((weight, lane) => (lanes[lane]?.kind === dropped ? 0 : weight));
  }
  return left;
}

/** How high rows of these weights are at the least: the lowest of them still holds its name. */
function leastRows(weights: readonly number[], { name }: TypeSizes): number {
  const lowest = Math.min(...weights.filter((weight) => weight > 0));
  return sum(weights) * Math.max(ROW_MIN, (name * LINE_HEIGHT) / lowest);
}

/** Over the base line letters are about as high as their size, under it is room as well. */
function axisBase({ small }: TypeSizes): number {
  return small + 3.5;
}

function axisHeight(type: TypeSizes): number {
  return axisBase(type) + 12;
}

/** What does without a row first. */
const DROPPED: readonly Lane["kind"][] = ["host", "outside"];

/** How much higher the rows of subtasks are: most happens there. */
const ROW_WEIGHTS: { readonly [kind in Lane["kind"]]: number } = {
  "job-master": 1.1,
  subtask: 1.3,
  host: 0.75,
  outside: 0.75,
};

const BOTTOM = 6;
/** Between the plot and the right edge. */
const EDGE = 14;
export const NAME_PADDING = 14;
const ROW_MIN = 19;
/** How high a line of text is, in sizes of its letters. */
const LINE_HEIGHT = 1.15;
const ROW_MAX = 46;
