// Work that can wait for a moment in which nothing else happens, done a little at a time.

/** Does `work` whenever the browser has nothing else to do, from `start` until it says that nothing is left. */
export class IdleWork {
  readonly #work: () => boolean;
  #isWaiting = false;

  constructor(work: () => boolean) {
    this.#work = work;
  }

  /** Has the work begin, or go on; nothing changes if it is under way. */
  start(): void {
    if (this.#isWaiting) return;
    this.#isWaiting = true;
    whenIdle((timeLeft) => {
      this.#isWaiting = false;
      let isMore = this.#work();
      while (isMore && timeLeft() > STEP) isMore = this.#work();
      if (isMore) this.start();
    });
  }
}

/** What one piece of work takes at most, in milliseconds. */
const STEP = 2;

/** Not every browser says when it is idle; a pause then has to do. */
function whenIdle(act: (timeLeft: () => number) => void): void {
  if (typeof requestIdleCallback === "undefined") setTimeout(() => act(() => 0), 16);
  else requestIdleCallback((deadline) => act(() => deadline.timeRemaining()));
}
