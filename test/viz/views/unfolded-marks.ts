// The shapes that a scene has in one mark, as marks of their own, for tests that ask after one of them.
import type { Mark } from "../../../viz/drawing/mark.ts";

/** The marks, with one for each shape of those that are many. */
export function unfolded(marks: readonly Mark[]): readonly Mark[] {
  return marks.flatMap((mark): readonly Mark[] => {
    if (mark.kind !== "shapes") return [mark];
    const { lines, rects, circles, kind: _, ...look } = mark;
    return [
      ...inRows(lines, 4).map(
        ([x1 = 0, y1 = 0, x2 = 0, y2 = 0]): Mark => ({ ...look, kind: "line", x1, y1, x2, y2 }),
      ),
      ...inRows(rects, 4).map(
        ([x = 0, y = 0, width = 0, height = 0]): Mark => ({
          ...look,
          kind: "rect",
          x,
          y,
          width,
          height,
        }),
      ),
      ...inRows(circles, 3).map(
        ([x = 0, y = 0, radius = 0]): Mark => ({ ...look, kind: "circle", x, y, radius }),
      ),
    ];
  });
}

function inRows(numbers: readonly number[], length: number): readonly (readonly number[])[] {
  return Array.from({ length: numbers.length / length }, (_, row) =>
    numbers.slice(row * length, (row + 1) * length),
  );
}
