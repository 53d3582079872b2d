// Many shapes traced as one path: on a canvas's, or on d3's, which writes SVG.

import type { Path } from "d3";
import type { Shape } from "./mark.ts";

/** What shapes are traced on. */
export type ShapePath = Pick<Path, "arc" | "lineTo" | "moveTo" | "rect">;

/** Traces all shapes of a mark. */
export function traceShapes(
  path: ShapePath,
  { lines, rects, circles }: Shape & { readonly kind: "shapes" },
): void {
  for (let at = 0; at + 3 < lines.length; at += 4) {
    path.moveTo(lines[at] ?? 0, lines[at + 1] ?? 0);
    path.lineTo(lines[at + 2] ?? 0, lines[at + 3] ?? 0);
  }
  for (let at = 0; at + 3 < rects.length; at += 4) {
    path.rect(rects[at] ?? 0, rects[at + 1] ?? 0, rects[at + 2] ?? 0, rects[at + 3] ?? 0);
  }
  for (let at = 0; at + 2 < circles.length; at += 3) {
    const [x, y, radius] = [circles[at] ?? 0, circles[at + 1] ?? 0, circles[at + 2] ?? 0];
    path.moveTo(x + radius, y);
    path.arc(x, y, radius, 0, 2 * Math.PI);
  }
}
