// Timers in the order in which they fire: by timestamp, then key group, then key, which is total, so that equal runs
// fire alike (Flink: HeapPriorityQueueSet, which leaves the order of equal timestamps open).

import { compareStructuralKeys, type StructuralKey } from "../../state/structural-key.ts";

/** A timer of one key. */
export interface Timer {
  readonly key: unknown;
  /** Stands for the key: two timers are one if timestamp and stand-in are equal. */
  readonly structuralKey: StructuralKey;
  readonly keyGroup: number;
  /** In milliseconds. */
  readonly timestamp: number;
}

/** A set of timers, the next one first. */
export class TimerQueue {
  readonly #timers: Timer[] = [];

  get size(): number {
    return this.#timers.length;
  }

  /** The timer that fires next. */
  get first(): Timer | undefined {
    return this.#timers[0];
  }

  /** Puts a timer in. Returns false if it was there already. */
  add(timer: Timer): boolean {
    const { at, isThere } = this.#find(timer);
    if (!isThere) this.#timers.splice(at, 0, timer);
    return !isThere;
  }

  /** Takes a timer out. Returns false if it was not there. */
  remove(timer: Timer): boolean {
    const { at, isThere } = this.#find(timer);
    if (isThere) this.#timers.splice(at, 1);
    return isThere;
  }

  /** Where a timer is, or would have to be. */
  #find(timer: Timer): { readonly at: number; readonly isThere: boolean } {
    let from = 0;
    let to = this.#timers.length;
    while (from < to) {
      const middle = (from + to) >>> 1;
      const order = compareTimers(this.#timers[middle] ?? timer, timer);
      if (order === 0) return { at: middle, isThere: true };
      if (order < 0) from = middle + 1;
      else to = middle;
    }
    return { at: from, isThere: false };
  }
}

function compareTimers(left: Timer, right: Timer): number {
  return (
    left.timestamp - right.timestamp ||
    left.keyGroup - right.keyGroup ||
    compareStructuralKeys(left.structuralKey, right.structuralKey)
  );
}
