// Signs that stand beside words. Drawn, as not every font has them.

import type { Point } from "./topology-pipe.ts";

/** A cross of `size` by `size` around a place, as an SVG path. */
export function crossPath({ x, y }: Point, size: number): string {
  const half = size / 2;
  return (
    `M${x - half},${y - half}L${x + half},${y + half}` +
    `M${x - half},${y + half}L${x + half},${y - half}`
  );
}

/** A tick of `size` by `size` around a place, as an SVG path. */
export function tickPath({ x, y }: Point, size: number): string {
  const half = size / 2;
  return `M${x - half},${y}L${x - half / 4},${y + half * 0.75}L${x + half},${y - half * 0.8}`;
}
