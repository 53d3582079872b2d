// What a mark is in SVG: an element's name and attributes. The layer on the page and the written file both take it
// from here, so they cannot differ.

import { pathRound } from "d3";
import { must, unreachable } from "../../sim/kernel/invariant.ts";
import type { Ink, Mark } from "./mark.ts";
import type { Palette } from "./palette.ts";
import { FONT_FAMILY } from "./text-width.ts";
import { traceShapes } from "./trace-shapes.ts";

/** A mark as an SVG element. */
export interface SvgNode {
  readonly tag: "rect" | "circle" | "line" | "path" | "text";
  readonly attributes: ReadonlyMap<string, string>;
}

/** How marks become nodes. */
export interface SvgStyle {
  readonly palette: Palette;
  /** Begins the ids of hatches: one page holds several drawings, and ids are the page's. */
  readonly idPrefix: string;
}

/** A hatch that some mark needs. */
export interface SvgHatch {
  readonly id: string;
  readonly under: string;
  readonly lines: string;
}

/** The side of the square that a hatch repeats, in pixels, and the lines in it. */
export const HATCH_SIZE = 6;
export const HATCH_PATH = "M-1,1 l2,-2 M0,6 l6,-6 M5,7 l2,-2";
export const HATCH_STROKE_WIDTH = 1.3;

/** The mark's element. */
export function svgNode(mark: Mark, style: SvgStyle): SvgNode {
  const attributes = new Map<string, string>();
  setForm(attributes, mark);
  setLook(attributes, mark, style);
  return { tag: mark.kind === "shapes" ? "path" : mark.kind, attributes };
}

/** The hatches that marks refer to, each once. */
export function svgHatches(marks: readonly Mark[], style: SvgStyle): readonly SvgHatch[] {
  const hatches = new Map<string, SvgHatch>();
  for (const { fill, hatch } of marks) {
    if (hatch === undefined) continue;
    const id = hatchId(fill, hatch, style);
    const under = fill === undefined ? "none" : style.palette[fill];
    hatches.set(id, { id, under, lines: style.palette[hatch] });
  }
  return [...hatches.values()];
}

function setForm(attributes: Map<string, string>, mark: Mark): void {
  switch (mark.kind) {
    case "rect":
      setNumbers(attributes, { x: mark.x, y: mark.y, width: mark.width, height: mark.height });
      if (mark.radius !== undefined) setNumbers(attributes, { rx: mark.radius });
      return;
    case "circle":
      setNumbers(attributes, { cx: mark.x, cy: mark.y, r: mark.radius });
      return;
    case "line":
      setNumbers(attributes, { x1: mark.x1, y1: mark.y1, x2: mark.x2, y2: mark.y2 });
      return;
    case "path":
      attributes.set("d", mark.d);
      if (mark.x !== undefined || mark.y !== undefined) {
        attributes.set("transform", `translate(${decimal(mark.x ?? 0)},${decimal(mark.y ?? 0)})`);
      }
      return;
    case "shapes": {
      const path = pathRound(2);
      traceShapes(path, mark);
      attributes.set("d", path.toString());
      return;
    }
    case "text":
      setNumbers(attributes, { x: mark.x, y: mark.y, "font-size": mark.size });
      attributes.set("font-family", FONT_FAMILY);
      if (mark.anchor !== undefined) attributes.set("text-anchor", mark.anchor);
      if (mark.weight !== undefined) attributes.set("font-weight", mark.weight);
      return;
    default:
      unreachable(mark);
  }
}

function setLook(attributes: Map<string, string>, mark: Mark, style: SvgStyle): void {
  const { palette } = style;
  attributes.set("fill", fillOf(mark, style));
  if (mark.stroke !== undefined) {
    attributes.set("stroke", palette[mark.stroke]);
    setNumbers(attributes, { "stroke-width": mark.strokeWidth ?? 1 });
    if (mark.dash !== undefined) attributes.set("stroke-dasharray", mark.dash.join(" "));
    // A text's stroke keeps what is below it away from the letters.
    if (mark.kind === "text") attributes.set("paint-order", "stroke");
    if (mark.kind === "text" || mark.kind === "path") attributes.set("stroke-linejoin", "round");
  }
  if (mark.opacity !== undefined && mark.opacity !== 1) {
    setNumbers(attributes, { opacity: mark.opacity });
  }
  if (mark.entity !== undefined) attributes.set("data-entity", mark.entity);
}

function fillOf({ kind, fill, hatch }: Mark, style: SvgStyle): string {
  if (hatch !== undefined) return `url(#${hatchId(fill, hatch, style)})`;
  if (fill !== undefined) return style.palette[fill];
  return kind === "text" ? style.palette.ink : "none";
}

function hatchId(fill: Ink | undefined, hatch: Ink, { idPrefix }: SvgStyle): string {
  return `${idPrefix}hatch-${fill ?? "none"}-${hatch}`;
}

function setNumbers(
  attributes: Map<string, string>,
  numbers: { readonly [name: string]: number },
): void {
  for (const [name, number] of Object.entries(numbers)) attributes.set(name, decimal(number));
}

/** A number as drawings write it: to a hundredth of a pixel. */
export function decimal(number: number): string {
  return String(
    must(Number.isFinite(number) ? Math.round(number * 100) / 100 : undefined, "place"),
  );
}
