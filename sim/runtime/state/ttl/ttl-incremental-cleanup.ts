// Throws expired values away a few keys at a time, while the state is used (Flink: TtlIncrementalCleanup). It goes round
// the keys that were there when the round began; a key that came since is looked at in the next.

import type { CopyOnWriteStateTable, LocatedKey } from "../copy-on-write-state-table.ts";

/** Goes round one table. */
export class TtlIncrementalCleanup {
  readonly #table: CopyOnWriteStateTable<unknown>;
  readonly #unexpired: (stored: unknown) => unknown;
  readonly #cleanupSize: number;
  #round: readonly LocatedKey[] = [];
  #next = 0;

  constructor(options: {
    readonly table: CopyOnWriteStateTable<unknown>;
    /** What is left of a stored value: itself, less of it, or nothing. */
    readonly unexpired: (stored: unknown) => unknown;
    /** How many keys it looks at each time. */
    readonly cleanupSize: number;
  }) {
    this.#table = options.table;
    this.#unexpired = options.unexpired;
    this.#cleanupSize = options.cleanupSize;
  }

  /** Looks at the next keys. */
  run(): void {
    if (this.#next >= this.#round.length) {
      this.#round = this.#table.entries().map(({ at }) => at);
      this.#next = 0;
    }
    for (const at of this.#round.slice(this.#next, this.#next + this.#cleanupSize)) this.#look(at);
    this.#next += this.#cleanupSize;
  }

  /** The keys that are still to be looked at in this round, in order. */
  describeState(): unknown {
    return this.#round.slice(this.#next).map(({ key }) => key);
  }

  #look(at: LocatedKey): void {
    const stored = this.#table.peek(at);
    if (stored === undefined || this.#unexpired(stored) === stored) return;
    // A snapshot may hold what is there, and what is left of it is changed later: `get` makes it ours.
    const left = this.#unexpired(this.#table.get(at));
    if (left === undefined) this.#table.remove(at);
    else this.#table.put(at, left);
  }
}
