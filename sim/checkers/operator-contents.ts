// What an operator's snapshot holds, or what an operator holds after a restore, read from the texts in the trace.

import type { CutContents } from "../api/scenario.ts";
import { parseCanonicalText } from "../kernel/canonical-value.ts";
import type { EventOf } from "../trace/trace-event.ts";

/** An event that shows all the state of one operator in one subtask. */
export type ContentsEvent = EventOf<"operator-snapshot-written" | "operator-restored">;

/** A value of keyed state: a list as an array, a map as a Map. */
export type KeyedContent = readonly [state: string, key: unknown, value: unknown];

/** A list of operator state. */
export interface ListContent {
  readonly state: string;
  readonly mode: string;
  readonly elements: readonly unknown[];
}

/** The keyed state that an event shows. */
export function keyedContentsOf({ keyed }: ContentsEvent): readonly KeyedContent[] {
  return parseCanonicalText(keyed) as readonly KeyedContent[];
}

/** The operator state that an event shows. */
export function listContentsOf({ operatorState }: ContentsEvent): readonly ListContent[] {
  return parseCanonicalText(operatorState) as readonly ListContent[];
}

/** All the state that an event shows, value by value. */
export function statesOf(event: ContentsEvent): CutContents["states"] {
  const { operator } = event;
  const keyed = keyedContentsOf(event).map(([state, key, value]) => {
    return { operator, state, key, value };
  });
  const lists = listContentsOf(event).flatMap(({ state, elements }) => {
    return elements.map((value) => ({ operator, state, key: undefined, value }));
  });
  return [...keyed, ...lists];
}
