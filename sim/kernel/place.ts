// Places and their lives. A place is anything with a name that lasts (a subtask, a host, a channel);
// an incarnation is one life of it: a subtask's attempt, a host's boot, a job master's leadership.
// Choices and events are addressed by both, so that a later life never disturbs an earlier one.

import { mixHash, textHash } from "./hash.ts";

/** A named spot of the simulated world. Its hash comes from the full name, never from an index. */
export class Place {
  /** The full name, unique in the world, such as `count-2` or `source-1->count-2`. */
  readonly name: string;
  /** 32-bit hash of the name. */
  readonly hash: number;

  constructor(name: string) {
    this.name = name;
    this.hash = textHash(name);
  }
}

/** One life of a place. What is addressed to an ended life is dropped. */
export class Incarnation {
  readonly place: Place;
  /** Which life this is, counted by the place's owner. */
  readonly number: number;
  /** 32-bit hash of place and number, the base of every choice made here. */
  readonly hash: number;
  #isAlive = true;
  #ties = 0;

  constructor(place: Place, number: number) {
    this.place = place;
    this.number = number;
    this.hash = mixHash(place.hash, number);
  }

  /** False once the life has ended. */
  get isAlive(): boolean {
    return this.#isAlive;
  }

  /** Ends this life; everything still addressed to it is dropped. */
  end(): void {
    this.#isAlive = false;
  }

  /** The same life in another world that goes on from here: ties are counted on. */
  copy(): Incarnation {
    const copied = new Incarnation(this.place, this.number);
    copied.#ties = this.#ties;
    copied.#isAlive = this.#isAlive;
    return copied;
  }

  /** The ordinal of the next tie to be broken here: 0, 1, 2, ... */
  nextTie(): number {
    return this.#ties++;
  }
}

/** The incarnation number of something between two ends, from theirs; equal ends lend their own number. */
export function pairIncarnation(producer: number, consumer: number): number {
  return producer === consumer ? producer : producer * 65_536 + consumer;
}
