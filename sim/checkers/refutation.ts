// What a checker found wrong, before it becomes a verdict.

/** A claim that does not hold, in one sentence, with the indices of the events that prove it. */
export interface Refutation {
  readonly sentence: string;
  readonly events: readonly number[];
}
