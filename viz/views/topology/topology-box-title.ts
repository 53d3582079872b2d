// The first line of a subtask's box: its name in bold letters, and where in the box text may be.

import { textWidth } from "../../drawing/text-width.ts";

/** Between a box's edge and its text, left and right. */
export const INSET = 14;
export const EDGE = 7;
export const NAME_SIZE = 12.5;
/** How much wider bold letters are. */
export const BOLD = 1.06;

/** The size of a name where the box is too narrow for the usual one. */
export const SMALL_NAME_SIZE = 11;

/** The width of a name as it is written in a box. */
export function nameWidth(name: string): number {
  return textWidth(name, NAME_SIZE) * BOLD;
}

/** How wide a box must be for its name, in the usual size or the small one, and the number of its attempt. */
export function boxWidthOfName(name: string, size = NAME_SIZE): number {
  return INSET + textWidth(name, size) * BOLD + 3 + textWidth("#0", 10) + EDGE;
}
