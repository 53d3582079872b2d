// Which rows of a long list are on the screen, and how far it must be scrolled for one to be seen.

/** Height of a row, in pixels. */
export const ROW_HEIGHT = 24;

/** Rows kept ready above and below the ones that are seen. */
const SPARE_ROWS = 8;

/** Where a list is scrolled to, and how much of it is seen, in pixels. */
export interface Viewport {
  readonly top: number;
  readonly height: number;
}

/** The rows to be drawn, from `first` to before `end`, of `count`. */
export function rowsIn(
  { top, height }: Viewport,
  count: number,
): { readonly first: number; readonly end: number } {
  const first = Math.max(0, Math.floor(top / ROW_HEIGHT) - SPARE_ROWS);
  const end = Math.min(count, Math.ceil((top + height) / ROW_HEIGHT) + SPARE_ROWS);
  return { first: Math.min(first, end), end };
}

/** Where to scroll for a row to be seen whole, with one beside it; where it is if it is seen. */
export function scrolledTo(row: number, { top, height }: Viewport): number {
  const above = Math.max(0, (row - 1) * ROW_HEIGHT);
  const below = (row + 2) * ROW_HEIGHT - height;
  // What is far away comes to the middle.
  const isFar = top > above + height || top < below - height;
  if (isFar) return Math.max(0, row * ROW_HEIGHT - Math.floor((height - ROW_HEIGHT) / 2));
  if (above < top) return above;
  return Math.max(top, below, 0);
}
