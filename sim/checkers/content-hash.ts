// A running 64-bit hash of what a fold has kept, for telling folds apart. It takes an event's content without its
// place in the trace: index, time and cause differ between runs that come to the same.

import { finishHash, mixHash } from "../kernel/hash.ts";
import type { TraceEvent } from "../trace/trace-event.ts";

/** Takes texts, numbers and events, one after the other. */
export class ContentHash {
  #low: number;
  #high: number;

  constructor(low = 0x12345678, high = 0x9abcdef0) {
    this.#low = low | 0;
    this.#high = high | 0;
  }

  addText(text: string): void {
    for (let index = 0; index < text.length; index++) this.#mix(text.charCodeAt(index));
    this.#mix(text.length);
  }

  addNumber(value: number): void {
    if (Number.isSafeInteger(value)) {
      this.#mix(value | 0);
      this.#mix(Math.floor(value / 0x1_0000_0000));
    } else {
      this.addText(String(value));
    }
  }

  addEvent(event: TraceEvent): void {
    for (const [name, value] of Object.entries(event)) {
      if (name === "index" || name === "time" || name === "cause") continue;
      if (typeof value === "number") this.addNumber(value);
      else this.addText(String(value));
    }
  }

  clone(): ContentHash {
    return new ContentHash(this.#low, this.#high);
  }

  /** The hash of everything so far, as 16 hexadecimal digits. */
  toString(): string {
    return hexOf(finishHash(this.#high)) + hexOf(finishHash(this.#low));
  }

  #mix(word: number): void {
    this.#low = mixHash(this.#low, word);
    this.#high = mixHash(this.#high, word ^ 0x5bd1);
  }
}

function hexOf(word: number): string {
  return word.toString(16).padStart(8, "0");
}
