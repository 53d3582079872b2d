// State with a time to live as the reference interpreter keeps it: each value with the instant of its last use. It
// cleans nothing up; where what a function sees hangs on whether the engine has, it says so and guesses.

import type { ListState, MapState, StateTtlConfig } from "../api/logical-job.ts";
import { copyOf } from "./reference-interpreter-copy.ts";
import { inKeyOrder } from "./reference-interpreter-order.ts";

/** One place that holds a value or nothing. */
export interface Cell {
  get(): unknown;
  set(value: unknown): void;
}

/** A value and when it was last used, in microseconds: also what a trace shows of it. */
export interface AgedValue {
  readonly lastAccess: number;
  readonly value: unknown;
}

/** What state can learn of the step that uses it. */
export interface StepClock {
  /** The instant of the step, in microseconds. */
  readonly now: () => number;
  /** Something was seen that depends on what no trace tells. */
  readonly doubt: (reason: string) => void;
}

const SHOWN_EXPIRED =
  "a function asked for an expired value, which ReturnExpiredIfNotCleanedUp shows unless it was cleaned up, and no trace tells of that";
const COUNTED_EXPIRED =
  "a function asked whether a map is empty in which all has expired, which depends on what was cleaned up, and no trace tells of that";

/** Whether a value that lives for `timeToLive` microseconds is past it. */
export function isPast({ lastAccess }: AgedValue, timeToLive: number, now: number): boolean {
  return lastAccess + timeToLive <= now;
}

/** The rules for one state. */
export class Ageing {
  readonly #config: StateTtlConfig;
  readonly #clock: StepClock;

  constructor(config: StateTtlConfig, clock: StepClock) {
    this.#config = config;
    this.#clock = clock;
  }

  /** A cell for the values themselves over one for values with their age. */
  cell(aged: Cell): Cell {
    return {
      get: () => {
        const held = aged.get() as AgedValue | undefined;
        if (held === undefined) return undefined;
        if (this.#isPast(held)) {
          aged.set(undefined);
          return this.#lastSight(held);
        }
        if (this.#isRefreshedByReads) aged.set(this.#stamped(copyOf(held.value)));
        return held.value;
      },
      set: (value) => aged.set(value === undefined ? undefined : this.#stamped(value)),
    };
  }

  /** A list in a cell, each element with an age of its own. */
  list<T>(cell: Cell): ListState<T> {
    const held = (): readonly AgedValue[] => (cell.get() ?? []) as readonly AgedValue[];
    const put = (list: readonly AgedValue[]): void =>
      cell.set(list.length === 0 ? undefined : list);
    const stamped = (values: Iterable<T>): readonly AgedValue[] =>
      Array.from(values, (value) => this.#stamped(copyOf(value)));
    return {
      get: () => {
        const before = held();
        const alive = before.filter((element) => !this.#isPast(element));
        if (alive.length === 0) put([]);
        else if (this.#isRefreshedByReads) put(stamped(alive.map(({ value }) => value as T)));
        if (this.#showsExpired && alive.length < before.length) this.#clock.doubt(SHOWN_EXPIRED);
        return (this.#showsExpired ? before : alive).map(({ value }) => value as T);
      },
      add: (value) => put([...held(), ...stamped([value])]),
      addAll: (values) => put([...held(), ...stamped(values)]),
      update: (values) => put(stamped(values)),
      clear: () => put([]),
    };
  }

  /** A map in a cell, each entry with an age of its own; `standInOf` stands for a key in it. */
  map<K, V>(cell: Cell, standInOf: (key: unknown) => unknown): MapState<K, V> {
    type Entries = Map<unknown, readonly [K, AgedValue]>;
    const held = (): Entries => (cell.get() ?? new Map()) as Entries;
    const entryOf = (key: K): Cell => ({
      get: () => held().get(standInOf(key))?.[1],
      set: (aged) => {
        const map = held();
        if (aged === undefined) map.delete(standInOf(key));
        else map.set(standInOf(key), [copyOf(key) as K, aged as AgedValue]);
        cell.set(map.size === 0 ? undefined : map);
      },
    });
    const read = (key: K): V | undefined => this.cell(entryOf(key)).get() as V | undefined;
    const put = (key: K, value: V): void => {
      entryOf(key).set(this.#stamped(copyOf(value)));
    };
    const entries = (): readonly (readonly [K, V])[] =>
      inKeyOrder(held()).flatMap(([key, aged]) => {
        const isSeen = !this.#isPast(aged) || this.#showsExpired;
        const value = read(key) as V;
        return isSeen ? [[key, value] as const] : [];
      });
    return {
      get: read,
      put,
      putAll: (all) => {
        for (const [key, value] of all) put(key, value);
      },
      remove: (key) => entryOf(key).set(undefined),
      contains: (key) => {
        const aged = held().get(standInOf(key))?.[1];
        const isSeen = aged !== undefined && (!this.#isPast(aged) || this.#showsExpired);
        read(key);
        return isSeen;
      },
      entries,
      keys: () => entries().map(([key]) => key),
      values: () => entries().map(([, value]) => value),
      isEmpty: () => {
        const all = [...held().values()];
        if (all.length > 0 && all.every(([, aged]) => this.#isPast(aged))) {
          this.#clock.doubt(COUNTED_EXPIRED);
        }
        return all.length === 0;
      },
      clear: () => cell.set(undefined),
    };
  }

  get #isRefreshedByReads(): boolean {
    return this.#config.updateType === "OnReadAndWrite";
  }

  get #showsExpired(): boolean {
    return this.#config.stateVisibility === "ReturnExpiredIfNotCleanedUp";
  }

  #isPast(held: AgedValue): boolean {
    return isPast(held, this.#config.timeToLive, this.#clock.now());
  }

  #stamped(value: unknown): AgedValue {
    return { lastAccess: this.#clock.now(), value };
  }

  /** What a read gives of an expired value that it throws away. */
  #lastSight(held: AgedValue): unknown {
    if (!this.#showsExpired) return undefined;
    this.#clock.doubt(SHOWN_EXPIRED);
    return held.value;
  }
}
