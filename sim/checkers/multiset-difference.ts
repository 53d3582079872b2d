// What one multiset of records has that another lacks, in words: lost, doubled, or from nowhere.

import type { TraceEvent } from "../trace/trace-event.ts";
import type { Derivation } from "./derivations.ts";
import type { Refutation } from "./refutation.ts";
import { shortened } from "./sentence.ts";

/** The events that put each record into a multiset, by the record's id. */
export type Occurrences = ReadonlyMap<Derivation, readonly TraceEvent[]>;

/** Two multisets that should be equal. */
export interface ComparedMultisets {
  /** Each of its records is there at least once, even if no event put it there. */
  readonly should: Occurrences;
  readonly is: Occurrences;
  /** What does not happen to a lost record, and happens to a doubled one too often. */
  readonly never: string;
  readonly again: string;
  /** Names the source record behind an id. */
  readonly nameOf: (id: Derivation) => string;
  /** After this event nothing is on its way any more. */
  readonly finishedBy: TraceEvent;
}

/** The first record that is not as often in the one as in the other. */
export function refuteDifference(compared: ComparedMultisets): Refutation | undefined {
  const { should, is, never, again, nameOf, finishedBy } = compared;
  const proof = (events: readonly TraceEvent[]): readonly number[] =>
    [...events, finishedBy].map(({ index }) => index).sort((a, b) => a - b);
  for (const [id, put] of should) {
    const taken = is.get(id) ?? [];
    const expected = Math.max(1, put.length);
    if (taken.length === expected) continue;
    const what = `${valueIn(put[0])}${nameOf(id)}`;
    const sentence =
      taken.length < expected
        ? `Record lost: ${what} ${never}, though the job finished`
        : `Record doubled: ${what} ${again} ${taken.length} times in the history that counts`;
    return { sentence, events: proof([...put, ...taken]) };
  }
  for (const [id, taken] of is) {
    if (should.has(id)) continue;
    const what = `${valueIn(taken[0])}${nameOf(id)}`;
    const sentence = `Record from nowhere: ${what} ${again}, but the history that counts does not have it`;
    return { sentence, events: proof(taken) };
  }
  return undefined;
}

function valueIn(event: TraceEvent | undefined): string {
  return event !== undefined && "value" in event ? `${shortened(event.value)} of ` : "";
}
