// Paints the many marks of a scene on a canvas. Neighbours of one style become one path, as a canvas is slow by the
// call and not by the point; so marks of one style that overlap are one shape and do not darken each other.

import { must, unreachable } from "../../sim/kernel/invariant.ts";
import type { Ink, Mark, Scene } from "./mark.ts";
import type { Palette } from "./palette.ts";
import { HATCH_PATH, HATCH_SIZE, HATCH_STROKE_WIDTH } from "./svg-node.ts";
import { FONT_FAMILY } from "./text-width.ts";
import { traceShapes } from "./trace-shapes.ts";

/** A canvas that shows marks. */
export class CanvasPainter {
  readonly element: HTMLCanvasElement;
  readonly #context: CanvasRenderingContext2D;
  /** What is painted on it. */
  #painted: { readonly marks: readonly Mark[]; readonly palette: Palette } | undefined;

  constructor() {
    this.element = document.createElement("canvas");
    this.#context = must(this.element.getContext("2d") ?? undefined, "context of a canvas");
  }

  /**
   * Shows `scene.many`, `pixelRatio` device pixels to each of its own. What is the same list as before is left as it
   * is: a view whose many marks did not change hands the same list in.
   */
  show(scene: Scene, palette: Palette, pixelRatio: number): void {
    const { element } = this;
    const width = Math.round(scene.width * pixelRatio);
    const height = Math.round(scene.height * pixelRatio);
    const isOfSize = element.width === width && element.height === height;
    const isPainted = this.#painted?.marks === scene.many && this.#painted.palette === palette;
    if (isOfSize && isPainted) return;
    // Setting a size, even the same, takes the canvas's memory anew.
    if (!isOfSize) Object.assign(element, { width, height });
    this.#painted = { marks: scene.many, palette };
    this.#context.setTransform(pixelRatio, 0, 0, pixelRatio, 0, 0);
    this.#context.clearRect(0, 0, scene.width, scene.height);
    paintMarks(this.#context, scene.many, palette);
  }
}

/** Paints marks in their order, on whatever is there; the context's transform says how large. */
export function paintMarks(
  context: CanvasRenderingContext2D,
  marks: readonly Mark[],
  palette: Palette,
): void {
  context.save();
  context.lineJoin = "round";
  for (let first = 0; first < marks.length; ) {
    const mark = must(marks[first], "mark");
    let end = first + 1;
    while (canJoin(mark, marks[end])) end++;
    setStyle(context, mark, palette);
    if (mark.kind === "text") paintText(context, mark);
    else paintShapes(context, marks.slice(first, end), palette);
    first = end;
  }
  context.restore();
}

/** Marks with both a fill and a stroke stay apart, so that a later one covers the edge of an earlier one. */
function canJoin(one: Mark, other: Mark | undefined): boolean {
  return (
    other !== undefined &&
    one.kind !== "text" &&
    other.kind !== "text" &&
    (one.stroke === undefined || (one.fill === undefined && one.hatch === undefined)) &&
    one.fill === other.fill &&
    one.stroke === other.stroke &&
    one.strokeWidth === other.strokeWidth &&
    one.hatch === other.hatch &&
    one.opacity === other.opacity &&
    isSameDash(one.dash, other.dash)
  );
}

function isSameDash(one: readonly number[] = [], other: readonly number[] = []): boolean {
  return one.length === other.length && one.every((length, index) => length === other[index]);
}

function setStyle(context: CanvasRenderingContext2D, mark: Mark, palette: Palette): void {
  context.globalAlpha = mark.opacity ?? 1;
  context.lineWidth = mark.strokeWidth ?? 1;
  context.setLineDash([...(mark.dash ?? [])]);
  if (mark.stroke !== undefined) context.strokeStyle = palette[mark.stroke];
  if (mark.kind === "text") context.fillStyle = palette[mark.fill ?? "ink"];
}

function paintShapes(
  context: CanvasRenderingContext2D,
  marks: readonly Mark[],
  palette: Palette,
): void {
  const path = new Path2D();
  for (const mark of marks) trace(path, mark);
  const { fill, hatch, stroke } = must(marks[0], "first of some marks");
  if (fill !== undefined) {
    context.fillStyle = palette[fill];
    context.fill(path);
  }
  if (hatch !== undefined) {
    context.fillStyle = hatchPattern(context, hatch, palette);
    context.fill(path);
  }
  if (stroke !== undefined) context.stroke(path);
}

function paintText(
  context: CanvasRenderingContext2D,
  mark: Mark & { readonly kind: "text" },
): void {
  context.font = `${mark.weight ?? "normal"} ${mark.size}px ${FONT_FAMILY}`;
  context.textAlign = mark.anchor === "middle" ? "center" : (mark.anchor ?? "start");
  if (mark.stroke !== undefined) context.strokeText(mark.text, mark.x, mark.y);
  context.fillText(mark.text, mark.x, mark.y);
}

function trace(path: Path2D, mark: Mark): void {
  switch (mark.kind) {
    case "rect":
      if (mark.radius === undefined) path.rect(mark.x, mark.y, mark.width, mark.height);
      else path.roundRect(mark.x, mark.y, mark.width, mark.height, mark.radius);
      return;
    case "circle":
      path.moveTo(mark.x + mark.radius, mark.y);
      path.arc(mark.x, mark.y, mark.radius, 0, 2 * Math.PI);
      return;
    case "line":
      path.moveTo(mark.x1, mark.y1);
      path.lineTo(mark.x2, mark.y2);
      return;
    case "path":
      path.addPath(new Path2D(mark.d), { e: mark.x ?? 0, f: mark.y ?? 0 });
      return;
    case "shapes":
      traceShapes(path, mark);
      return;
    case "text":
      return;
    default:
      unreachable(mark);
  }
}

/** The hatch as a pattern, drawn at the resolution of the canvas. */
function hatchPattern(
  context: CanvasRenderingContext2D,
  hatch: Ink,
  palette: Palette,
): CanvasPattern {
  const scale = context.getTransform().a;
  const tile = document.createElement("canvas");
  tile.width = Math.max(1, Math.round(HATCH_SIZE * scale));
  tile.height = tile.width;
  const inTile = must(tile.getContext("2d") ?? undefined, "context of a hatch");
  inTile.scale(tile.width / HATCH_SIZE, tile.width / HATCH_SIZE);
  inTile.strokeStyle = palette[hatch];
  inTile.lineWidth = HATCH_STROKE_WIDTH;
  inTile.stroke(new Path2D(HATCH_PATH));
  const pattern = must(context.createPattern(tile, "repeat") ?? undefined, "pattern of a hatch");
  pattern.setTransform(new DOMMatrix().scale(HATCH_SIZE / tile.width));
  return pattern;
}
