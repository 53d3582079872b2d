// The one way to choose. Every choice has an address - (kind, place, incarnation, ordinal or the thing's own
// id) - and the seeded chooser answers with a hash of address and seed. There is no stream that another choice
// could shift: taking a fault away leaves everything before it equal.

import { finishHash, mixHash, textHash } from "./hash.ts";
import type { Incarnation } from "./place.ts";
import { choiceKeys } from "./random.ts";

/** What is being chosen: "tie", "delay", "jitter", ... Made once, at module level, by {@link choiceKind}. */
export interface ChoiceKind {
  readonly name: string;
  readonly hash: number;
}

/** The kind of choice called `name`. */
export function choiceKind(name: string): ChoiceKind {
  return { name, hash: textHash(name) };
}

/** Answers choices. */
export interface Chooser {
  /**
   * A whole number from 0 up to, not including, `bound` (1 to 2^32).
   * `ordinal` counts the choices of this kind here, or is the own id of what the choice is about.
   */
  choose(address: ChoiceAddress, bound: number): number;
  /** As {@link Chooser.choose}, without an address object: for what is chosen once a record. */
  draw(kind: ChoiceKind, at: Incarnation, ordinal: number, bound: number): number;
  /** As {@link Chooser.choose} for ties: 31 bits, without allocating an address. */
  tie(at: Incarnation): number;
}

/** Where a choice is made. */
export interface ChoiceAddress {
  readonly kind: ChoiceKind;
  readonly at: Incarnation;
  readonly ordinal: number;
}

/** The kind of every tie, fixed when the event is scheduled. */
const TIE: ChoiceKind = choiceKind("tie");

const TIE_BOUND = 0x8000_0000;

/** The written form of an address: `kind@place#incarnation:ordinal`. */
export function choiceKey(address: ChoiceAddress): string {
  return `${address.kind.name}@${address.at.place.name}#${address.at.number}:${address.ordinal}`;
}

/** Answers each choice with a hash of its address and the seed. Stateless. */
export class SeededChooser implements Chooser {
  readonly #low: number;
  readonly #high: number;

  constructor(seed: number) {
    const [low, high] = choiceKeys(seed);
    this.#low = low;
    this.#high = high;
  }

  choose(address: ChoiceAddress, bound: number): number {
    return this.draw(address.kind, address.at, address.ordinal, bound);
  }

  draw(kind: ChoiceKind, at: Incarnation, ordinal: number, bound: number): number {
    return Math.floor((this.#word(kind.hash, at.hash, ordinal) / 4_294_967_296) * bound);
  }

  tie(at: Incarnation): number {
    return this.#word(TIE.hash, at.hash, at.nextTie()) >>> 1;
  }

  #word(kind: number, place: number, ordinal: number): number {
    return finishHash(mixHash(mixHash(mixHash(this.#low ^ kind, place), ordinal), this.#high));
  }
}

/** Answers every choice with 0: first come first served, no jitter, no chance. */
export class FirstChooser implements Chooser {
  choose(): number {
    return 0;
  }

  draw(): number {
    return 0;
  }

  tie(): number {
    return 0;
  }
}

/** A choice fixed in advance. */
export interface ChoiceOverride {
  /** The written address, see {@link choiceKey}. */
  readonly key: string;
  /** The value chosen, from 0 up to, not including, the choice's bound. */
  readonly value: number;
}

/** An override that cannot be: a value outside what the choice allows. */
export class ChoiceError extends Error {
  override readonly name = "ChoiceError";
}

/** Answers the named choices as told and leaves all others to `base`. */
export class OverriddenChooser implements Chooser {
  readonly #base: Chooser;
  readonly #values: ReadonlyMap<string, number>;
  readonly #overridesTies: boolean;
  readonly #onUse: (used: ChoiceOverride) => void;
  readonly #unused: Set<string>;

  constructor(
    base: Chooser,
    overrides: readonly ChoiceOverride[],
    onUse: (used: ChoiceOverride) => void,
  ) {
    this.#base = base;
    this.#values = new Map(overrides.map((override) => [override.key, override.value]));
    this.#overridesTies = overrides.some((override) => override.key.startsWith(`${TIE.name}@`));
    this.#onUse = onUse;
    this.#unused = new Set(this.#values.keys());
  }

  /** The overrides whose choice never came up. */
  get unused(): readonly string[] {
    return [...this.#unused];
  }

  choose(address: ChoiceAddress, bound: number): number {
    return this.#overridden(address, bound) ?? this.#base.choose(address, bound);
  }

  draw(kind: ChoiceKind, at: Incarnation, ordinal: number, bound: number): number {
    return this.choose({ kind, at, ordinal }, bound);
  }

  tie(at: Incarnation): number {
    if (!this.#overridesTies) return this.#base.tie(at);
    const ordinal = at.nextTie();
    const address = { kind: TIE, at, ordinal };
    return this.#overridden(address, TIE_BOUND) ?? this.#base.choose(address, TIE_BOUND);
  }

  #overridden(address: ChoiceAddress, bound: number): number | undefined {
    const key = choiceKey(address);
    const value = this.#values.get(key);
    if (value === undefined) return undefined;
    if (!Number.isInteger(value) || value < 0 || value >= bound) {
      throw new ChoiceError(
        `Cannot override the choice "${key}": found ${value}, allowed are whole numbers from 0 to ${bound - 1}`,
      );
    }
    this.#unused.delete(key);
    this.#onUse({ key, value });
    return value;
  }
}
