// The way of a pipe between two boxes, as a polyline: straight along the flow where things queue, bent in between.
// Places on it are distances from its beginning, in pixels.

import { area, line } from "d3";
import { must } from "../../../sim/kernel/invariant.ts";

/** A place in a drawing. */
export interface Point {
  readonly x: number;
  readonly y: number;
}

/** A pipe's middle line. */
export interface Pipe {
  readonly points: readonly Point[];
  /** For each point, how far it is from the first. */
  readonly distances: readonly number[];
  readonly length: number;
}

/** The pipe through `points`; two in a row may be the same. */
export function pipeThrough(points: readonly Point[]): Pipe {
  const distances: number[] = [];
  let length = 0;
  for (const [index, point] of points.entries()) {
    const before = points[index - 1] ?? point;
    length += Math.hypot(point.x - before.x, point.y - before.y);
    distances.push(length);
  }
  return { points, distances, length };
}

/** Points of a bend from one straight part to the next: it leaves and arrives along the flow. */
export function bend(from: Point, to: Point, flow: "right" | "down"): readonly Point[] {
  if (flow === "right" ? from.y === to.y : from.x === to.x) return [from, to];
  return Array.from({ length: BEND_STEPS + 1 }, (_, step) => {
    const along = step / BEND_STEPS;
    // A cubic curve whose handles lie half way along the flow.
    const across = along * along * (3 - 2 * along);
    const [x, y] = flow === "right" ? [along, across] : [across, along];
    return { x: from.x + (to.x - from.x) * x, y: from.y + (to.y - from.y) * y };
  });
}

/** The place at a distance from the pipe's beginning. */
export function pointAt(pipe: Pipe, distance: number): Point {
  const { points, distances } = pipe;
  const next = distances.findIndex((reached) => reached >= distance);
  if (next === 0) return must(points[0], "beginning of a pipe");
  if (next === -1) return must(points.at(-1), "end of a pipe");
  const [from, to] = [must(points[next - 1], "point"), must(points[next], "point")];
  const [start, end] = [must(distances[next - 1], "distance"), must(distances[next], "distance")];
  const share = end === start ? 0 : (distance - start) / (end - start);
  return { x: from.x + (to.x - from.x) * share, y: from.y + (to.y - from.y) * share };
}

/** The pipe between two distances. */
export function partOf(pipe: Pipe, from: number, to: number): Pipe {
  const inner = pipe.points.filter((_, index) => {
    const distance = must(pipe.distances[index], "distance");
    return distance > from && distance < to;
  });
  return pipeThrough([pointAt(pipe, from), ...inner, pointAt(pipe, to)]);
}

/** The middle line as an SVG path. */
export function linePath({ points }: Pipe): string {
  return middleLine(points) ?? "";
}

/** The pipe's outline as an SVG path: half as wide as said at its beginning and at its end. */
export function ribbonPath(pipe: Pipe, halfWidth: number, halfWidthAtEnd = halfWidth): string {
  const edges = pipe.points.map((point, index): Edges => {
    const before = pipe.points[index - 1] ?? point;
    const after = pipe.points[index + 1] ?? point;
    const [dx, dy] = [after.x - before.x, after.y - before.y];
    const length = Math.hypot(dx, dy) || 1;
    const share = must(pipe.distances[index], "distance") / (pipe.length || 1);
    const width = halfWidth + (halfWidthAtEnd - halfWidth) * share;
    const [across, down] = [(-dy / length) * width, (dx / length) * width];
    return {
      one: { x: point.x + across, y: point.y + down },
      other: { x: point.x - across, y: point.y - down },
    };
  });
  return ribbon(edges) ?? "";
}

/** Where a pipe's outline is to both sides of a point. */
interface Edges {
  readonly one: Point;
  readonly other: Point;
}

const middleLine = line<Point>(
  ({ x }) => x,
  ({ y }) => y,
).digits(2);

const ribbon = area<Edges>()
  .x1(({ one }) => one.x)
  .y1(({ one }) => one.y)
  .x0(({ other }) => other.x)
  .y0(({ other }) => other.y)
  .digits(2);

/** Half the width of a channel's pipe. */
export const PIPE_RADIUS = 6.5;

const BEND_STEPS = 14;
