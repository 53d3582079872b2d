// The one importer of seedrandom: expands the user's seed into the keys of the chooser and feeds the
// generators of data and fault plans. Choices of a run never come from a stream; see chooser.ts.

import alea from "seedrandom/lib/alea.js";

/** A stream of pseudo-random numbers, for generators of data and plans only. */
export interface RandomStream {
  /** The next whole number from 0 up to, not including, `bound` (at most 2^32). */
  below(bound: number): number;
}

/** The stream that belongs to `seed`; equal seeds give equal streams on every machine. */
export function randomStream(seed: string): RandomStream {
  const next = alea(seed);
  return { below: (bound) => Math.floor(((next.int32() >>> 0) / 4_294_967_296) * bound) };
}

/** The two 32-bit keys of a run's choices, expanded from the user's seed. */
export function choiceKeys(seed: number): readonly [number, number] {
  const next = alea(`cleancut/${seed}`);
  return [next.int32(), next.int32()];
}
