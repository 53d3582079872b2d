// How large letters have to be in a lecture hall: a projector's picture is as large whatever its number of lines.

/** The size of the smallest letters the last row can read, on a screen this high: 18 pixels of 1080 lines. */
export function legibleSize(screenHeight: number): number {
  return (18 / 1080) * screenHeight;
}
