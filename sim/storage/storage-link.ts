// The way between one machine and the shared storage. Files that go over it at once share its bandwidth, so that all of
// them take as long as their bytes one after the other: which of them is done first is decided by who asked first.

import { after, between, type Duration, type Instant, micros } from "../kernel/virtual-time.ts";

/** Whether bytes go to the storage or come from it: each way has the bandwidth to itself. */
export type StorageDirection = "up" | "down";

/** What one machine and the storage exchange. */
export class StorageLink {
  readonly #bandwidth: number;
  /** When each way has carried all that was ever asked of it. */
  readonly #freeAt = new Map<StorageDirection, Instant>();

  /** `bandwidth` is bytes in a second each way; 0 for no bound. */
  constructor(bandwidth: number) {
    this.#bandwidth = bandwidth;
  }

  /** How long it is from now until the bytes are through, with those before them. */
  carry(bytes: number, direction: StorageDirection, now: Instant): Duration {
    if (this.#bandwidth === 0) return micros(0);
    const busyFor = this.#busyFor(direction, now);
    const through = micros(busyFor + Math.ceil((bytes * 1_000_000) / this.#bandwidth));
    this.#freeAt.set(direction, after(now, through));
    return through;
  }

  /** For how long each way is taken, as plain data. */
  describeState(now: Instant): unknown {
    return [this.#busyFor("up", now), this.#busyFor("down", now)];
  }

  #busyFor(direction: StorageDirection, now: Instant): Duration {
    const freeAt = this.#freeAt.get(direction) ?? now;
    return freeAt > now ? between(now, freeAt) : micros(0);
  }
}
