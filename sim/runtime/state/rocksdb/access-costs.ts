// What an access to the state costs in virtual time. On the heap it is next to nothing; here every access serializes,
// and calls into the database.

import { type Duration, micros } from "../../../kernel/virtual-time.ts";

/** The time of each thing that an access does. */
export interface AccessCosts {
  /** Of turning one key or value into bytes. */
  readonly serialize: Duration;
  /** Of turning bytes into one value. */
  readonly deserialize: Duration;
  /** Of reading one entry. */
  readonly get: Duration;
  /** Of writing or deleting one entry. */
  readonly put: Duration;
  /** Of finding where a walk begins. */
  readonly seek: Duration;
  /** Of each entry on the way. */
  readonly next: Duration;
}

/**
 * Measured with RocksDB 11.8 from Node, 100,000 times with keys of 16 and values of 100 bytes: a get 2.1 us, a put
 * 5.0 us, a step of a walk 0.6 to 0.9 us; a seek does what a get does. Serializing so little takes well below a
 * microsecond, the least that virtual time knows, and is counted as one: Flink's documentation ("Choose the right state
 * backend") names it, with the reads, for state being an order of magnitude slower than on the heap.
 */
const DEFAULTS: AccessCosts = {
  serialize: micros(1),
  deserialize: micros(1),
  get: micros(2),
  put: micros(5),
  seek: micros(2),
  next: micros(1),
};

/** Charges what accesses cost. */
export class AccessMeter {
  readonly #costs: AccessCosts;
  readonly #charge: ((cost: Duration) => void) | undefined;

  constructor(
    costs: Partial<AccessCosts> | undefined,
    charge: ((cost: Duration) => void) | undefined,
  ) {
    this.#costs = { ...DEFAULTS, ...costs };
    this.#charge = charge;
  }

  /** Charges one thing, or several of the kind. */
  charge(what: keyof AccessCosts, times = 1): void {
    if (this.#charge === undefined || times === 0) return;
    this.#charge(micros(this.#costs[what] * times));
  }
}
