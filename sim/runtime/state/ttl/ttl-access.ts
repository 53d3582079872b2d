// An access to state with a time to live: its rules, after the clean-up that may come first (Flink: the accessCallback
// of TtlStateContext).

import type { TimeToLive } from "./time-to-live.ts";

/** How the states of one name are used. */
export class TtlAccess {
  readonly #timeToLive: TimeToLive;
  readonly #cleanUp: (() => void) | undefined;

  /** `cleanUp` is what is done at each access. */
  constructor(timeToLive: TimeToLive, cleanUp?: () => void) {
    this.#timeToLive = timeToLive;
    this.#cleanUp = cleanUp;
  }

  /** Cleans up a little, then gives the rules. */
  begin(): TimeToLive {
    this.#cleanUp?.();
    return this.#timeToLive;
  }
}
