// Looks through all events of a run a little at a time, so that a long run never holds up the page.

import { firstAbove } from "../../model/steps.ts";

/** The events found by a test, as far as they were looked through. */
export class EventScan {
  readonly #count: number;
  readonly #test: (index: number) => boolean;
  readonly #found: number[] = [];
  #next = 0;

  constructor(count: number, test: (index: number) => boolean) {
    this.#count = count;
    this.#test = test;
  }

  /** Indices of the events found so far, rising. */
  get found(): readonly number[] {
    return this.#found;
  }

  get isComplete(): boolean {
    return this.#next === this.#count;
  }

  /** Looks through more events while `goesOn`, asked every now and then, says so. */
  advance(goesOn: () => boolean): void {
    while (this.#next < this.#count) {
      const end = Math.min(this.#next + STRIDE, this.#count);
      for (let index = this.#next; index < end; index++) {
        if (this.#test(index)) this.#found.push(index);
      }
      this.#next = end;
      if (!goesOn()) return;
    }
  }

  /** The position, among those found, of the last event at or before `index`; -1 for none. */
  positionOf(index: number): number {
    return firstAbove(this.#found, index) - 1;
  }
}

/** Events looked through between two questions. */
const STRIDE = 64;
