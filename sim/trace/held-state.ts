// The state a subtask holds, event by event: what its attempt was restored with, and each update since. Immutable, and
// a restored state is only parsed when somebody looks. Seen from recording level "state" on.

import { canonicalText, parseCanonicalText } from "../kernel/canonical-value.ts";
import { PersistentMap } from "./persistent-map.ts";

/** One value of keyed state; key and value are canonical texts. */
export interface HeldValue {
  readonly state: string;
  readonly key: string;
  readonly value: string;
}

/** The keyed state of one attempt of a subtask. */
export class KeyedState {
  readonly #restored: RestoredState;
  /** By place; a value that was removed is the text `undefined`. */
  readonly #updates: PersistentMap<HeldValue>;
  #values: readonly HeldValue[] | undefined;

  private constructor(restored: RestoredState, updates: PersistentMap<HeldValue>) {
    this.#restored = restored;
    this.#updates = updates;
  }

  /** What an attempt starts with. */
  static empty(): KeyedState {
    return new KeyedState(new RestoredState([]), PersistentMap.empty());
  }

  /** This state and what one more operator was restored with. */
  restored(keyed: string): KeyedState {
    return new KeyedState(this.#restored.and(keyed), this.#updates);
  }

  /** This state after an update. */
  updated({ state, key, value }: HeldValue): KeyedState {
    const place = placeOf({ state, key });
    return new KeyedState(this.#restored, this.#updates.set(place, { state, key, value }));
  }

  /** The value at `key` of `state`, as canonical texts; undefined for none. */
  get(state: string, key: string): string | undefined {
    const place = placeOf({ state, key });
    const value = (this.#updates.get(place) ?? this.#restored.values().get(place))?.value;
    return value === REMOVED ? undefined : value;
  }

  /** All that is held, by state and key. A list or map that was emptied is listed as an empty one. */
  values(): readonly HeldValue[] {
    this.#values ??= this.#sorted();
    return this.#values;
  }

  #sorted(): readonly HeldValue[] {
    const held = new Map(this.#restored.values());
    for (const [place, value] of this.#updates.entries()) held.set(place, value);
    return inOrder([...held.values()].filter(({ value }) => value !== REMOVED));
  }
}

/** The lists of operator state that an operator last wrote or was restored with. */
export interface OperatorLists {
  /** Of which checkpoint they are. */
  readonly checkpoint: number;
  /** A canonical text. */
  readonly lists: string;
}

/** What an operator wrote into its subtask's snapshot, as canonical texts. */
export interface OperatorContents {
  readonly operator: string;
  readonly keyed: string;
  readonly operatorState: string;
}

/** The list of [state, key, value] that a snapshot or a restore records, by state and key. */
export function keyedValues(keyed: string): readonly HeldValue[] {
  const values = parseCanonicalText(keyed) as readonly (readonly [string, unknown, unknown])[];
  return inOrder(
    values.map(([state, key, value]) => ({
      state,
      key: canonicalText(key),
      value: canonicalText(value),
    })),
  );
}

/** The canonical text that stands for a removed value. */
const REMOVED = "undefined";

/** What an attempt was restored with: texts, until somebody looks. */
class RestoredState {
  readonly #texts: readonly string[];
  #values: ReadonlyMap<string, HeldValue> | undefined;

  constructor(texts: readonly string[]) {
    this.#texts = texts;
  }

  and(keyed: string): RestoredState {
    return new RestoredState([...this.#texts, keyed]);
  }

  values(): ReadonlyMap<string, HeldValue> {
    const parsed = (): readonly (readonly [string, HeldValue])[] =>
      this.#texts.flatMap(keyedValues).map((value) => [placeOf(value), value]);
    this.#values ??= new Map(parsed());
    return this.#values;
  }
}

/** One text for a state and a key: no canonical text has a line break in it. */
function placeOf({ state, key }: Pick<HeldValue, "state" | "key">): string {
  return `${state}\n${key}`;
}

function inOrder(values: readonly HeldValue[]): readonly HeldValue[] {
  return values.toSorted(
    (one, other) => compare(one.state, other.state) || compare(one.key, other.key),
  );
}

function compare(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0;
}
