// Draws at most once for each frame the browser shows, however often something changes in between.

/** Draws one part of the page; if it cannot be drawn, the browser's console says why and the other parts go on. */
export function drawn(draw: () => void): void {
  try {
    draw();
  } catch (error) {
    reportError(error);
  }
}

/** Calls `draw` before the browser's next frame after a request. */
export class FrameLoop {
  readonly #draw: () => void;
  #isRequested = false;

  constructor(draw: () => void) {
    this.#draw = draw;
  }

  /** Has the page drawn again soon. */
  request(): void {
    if (this.#isRequested) return;
    this.#isRequested = true;
    requestAnimationFrame(() => {
      this.#isRequested = false;
      this.#draw();
    });
  }
}
