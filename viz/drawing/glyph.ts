// Small signs as symbols of d3-shape, drawn around a place. Drawn, as not every font has them.

import { type SymbolType, symbol } from "d3";
import type { Shape } from "./mark.ts";

/** A place across and down from the middle of a glyph. */
export type Corner = readonly [number, number];

/** What a glyph is drawn on, as symbol types of d3-shape know it. */
export type GlyphContext = Parameters<SymbolType["draw"]>[0];

/** The form of a glyph around a place, `size` times as large as its type has it. */
export function glyph(
  type: SymbolType,
  { x, y }: { readonly x: number; readonly y: number },
  size = 1,
): Shape & { readonly kind: "path" } {
  const known = KNOWN.get(type) ?? new Map<number, string>();
  KNOWN.set(type, known);
  // d3's measure of a symbol is its area.
  const d = known.get(size) ?? symbol(type, size ** 2).digits(2)() ?? "";
  known.set(size, d);
  return { kind: "path", d, x, y };
}

/** The paths made so far, by type and size: most glyphs of a frame are of a few. */
const KNOWN = new WeakMap<SymbolType, Map<number, string>>();

/** A glyph made by what it is called with: a context and its size. */
export function glyphType(draw: (context: GlyphContext, size: number) => void): SymbolType {
  return { draw: (context, area) => draw(context, Math.sqrt(area)) };
}

/** A glyph of lines through corners. */
export function lineGlyph(...lines: readonly (readonly Corner[])[]): SymbolType {
  return glyphType((context, size) => {
    for (const corners of lines) traceCorners(context, corners, size);
  });
}

/** A glyph with its outline through corners. */
export function polygonGlyph(...corners: readonly Corner[]): SymbolType {
  return glyphType((context, size) => {
    traceCorners(context, corners, size);
    context.closePath();
  });
}

function traceCorners(context: GlyphContext, corners: readonly Corner[], size: number): void {
  for (const [index, [x, y]] of corners.entries()) {
    if (index === 0) context.moveTo(x * size, y * size);
    else context.lineTo(x * size, y * size);
  }
}

/** A cross in a square. */
export const CROSS: SymbolType = lineGlyph(
  [
    [-0.5, -0.5],
    [0.5, 0.5],
  ],
  [
    [-0.5, 0.5],
    [0.5, -0.5],
  ],
);

/** A tick in a square. */
export const TICK: SymbolType = lineGlyph([
  [-0.5, 0],
  [-0.125, 0.375],
  [0.5, -0.4],
]);
