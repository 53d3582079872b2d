// State as the reference interpreter keeps it: plain maps by key, no serializer, no snapshot. What comes out is
// the stored value itself, as on a heap backend; what goes in is copied.

import type {
  AggregatingState,
  AggregatingStateDescriptor,
  BroadcastState,
  ListState,
  ListStateDescriptor,
  MapState,
  MapStateDescriptor,
  ReducingState,
  ReducingStateDescriptor,
  StateDescriptor,
  StateTtlConfig,
  ValueState,
  ValueStateDescriptor,
} from "../api/logical-job.ts";
import { copyOf } from "./reference-interpreter-copy.ts";
import { inKeyOrder } from "./reference-interpreter-order.ts";
import {
  type AgedValue,
  Ageing,
  type Cell,
  isPast,
  type StepClock,
} from "./reference-interpreter-ttl.ts";

/** The text that tells one plain value from another. */
export type TextOf = (value: unknown) => string;

/** One value of keyed state. */
export interface InterpretedValue {
  readonly state: string;
  readonly key: unknown;
  /** A list as an array, a map as a Map. */
  readonly value: unknown;
  /** Whether it is a map state's, whose order means nothing. */
  readonly isMap: boolean;
  /** Microseconds after which it expires; the value is then one of {@link AgedValue}s. */
  readonly timeToLive: number | undefined;
}

/** What one state holds: a value for each key that has one. */
interface Table {
  readonly isMap: boolean;
  readonly timeToLive: number | undefined;
  readonly values: Map<unknown, unknown>;
  /** The keys themselves, by what stands for them in `values`. */
  readonly keys: Map<unknown, unknown>;
}

/** The keyed state of one operator in one subtask. */
export class InterpretedKeyedState {
  readonly #textOf: TextOf;
  readonly #clock: StepClock;
  readonly #tables = new Map<string, Table>();
  #key: unknown = undefined;
  /** Undefined if no key is current. */
  #standIn: unknown = undefined;

  constructor(textOf: TextOf, clock: StepClock) {
    this.#textOf = textOf;
    this.#clock = clock;
  }

  /** Everything held, state by state. */
  get contents(): readonly InterpretedValue[] {
    const contents: InterpretedValue[] = [];
    for (const [state, { isMap, timeToLive, values, keys }] of this.#tables) {
      for (const [standIn, held] of values) {
        const value = isMap ? new Map((held as MapEntries).values()) : held;
        contents.push({ state, key: keys.get(standIn), value, isMap, timeToLive });
      }
    }
    return contents;
  }

  /** Microseconds after which values expire, for each state that has a time to live. */
  get timesToLive(): ReadonlyMap<string, number> {
    const times = new Map<string, number>();
    for (const [state, { timeToLive }] of this.#tables) {
      if (timeToLive !== undefined) times.set(state, timeToLive);
    }
    return times;
  }

  get key(): unknown {
    return this.#key;
  }

  /** Takes over the values of its own keys. */
  takeOver(others: InterpretedKeyedState, isOwnKey: (key: unknown) => boolean): void {
    for (const [name, { isMap, timeToLive, values, keys }] of others.#tables) {
      const own = this.#tables.get(name) ?? {
        isMap,
        timeToLive,
        values: new Map(),
        keys: new Map(),
      };
      this.#tables.set(name, own);
      for (const [standIn, value] of values) {
        const key = keys.get(standIn);
        if (!isOwnKey(key)) continue;
        own.values.set(standIn, value);
        own.keys.set(standIn, key);
      }
    }
  }

  /** Makes `key` current. */
  setKey(key: unknown): void {
    this.#key = key;
    this.#standIn = standInOf(key, this.#textOf);
  }

  /** Makes no key current: to use state throws until one is. */
  clearKey(): void {
    this.#key = undefined;
    this.#standIn = undefined;
  }

  /** The keys that have something in a state, in the order in which a map state shows keys; what has expired is nothing. */
  keysOf({ name, timeToLive: config }: Declared): readonly unknown[] {
    const { isMap = false, values = new Map(), keys = new Map() } = this.#tables.get(name) ?? {};
    const isThere = (held: unknown): boolean => {
      if (config === undefined) return true;
      const aged = isMap
        ? [...(held as MapEntries).values()].map(([, value]) => value)
        : [held].flat();
      const now = this.#clock.now();
      return aged.some((value) => !isPast(value as AgedValue, config.timeToLive, now));
    };
    const there = [...values].filter(([, held]) => isThere(held));
    return inKeyOrder(new Map(there.map(([at]) => [at, [keys.get(at), undefined] as const]))).map(
      ([key]) => key,
    );
  }

  /** The state that a descriptor of any kind describes. */
  stateOf(descriptor: StateDescriptor): unknown {
    switch (descriptor.kind) {
      case "value":
        return this.value(descriptor);
      case "list":
        return this.list(descriptor);
      case "map":
        return this.map(descriptor);
      case "reducing":
        return this.reducing(descriptor);
      default:
        return this.aggregating(descriptor);
    }
  }

  value<T>(
    descriptor: Pick<ValueStateDescriptor<T>, "name" | "defaultValue" | "timeToLive">,
  ): ValueState<T> {
    const cell = this.#cell(descriptor);
    return {
      value: () => (cell.get() ?? copyOf(descriptor.defaultValue)) as T | undefined,
      update: (value) => cell.set(copyOf(value)),
      clear: () => cell.set(undefined),
    };
  }

  list<T>(descriptor: ListStateDescriptor<T>): ListState<T> {
    const { timeToLive } = descriptor;
    const cell = this.#storedCell(descriptor);
    return timeToLive === undefined ? listIn<T>(cell) : this.#ageing(timeToLive).list<T>(cell);
  }

  map<K, V>(descriptor: Pick<MapStateDescriptor<K, V>, "name" | "timeToLive">): MapState<K, V> {
    const { timeToLive } = descriptor;
    const cell = this.#storedCell(descriptor, true);
    if (timeToLive === undefined) return mapIn<K, V>(cell, this.#textOf);
    return this.#ageing(timeToLive).map<K, V>(cell, (key) => standInOf(key, this.#textOf));
  }

  reducing<T>(descriptor: ReducingStateDescriptor<T>): ReducingState<T> {
    const cell = this.#cell(descriptor);
    return {
      get: () => cell.get() as T | undefined,
      add: (value) => {
        const held = cell.get() as T | undefined;
        cell.set(copyOf(held === undefined ? value : descriptor.reduce(held, value)));
      },
      clear: () => cell.set(undefined),
    };
  }

  aggregating<In, Acc, Out>(
    descriptor: AggregatingStateDescriptor<In, Acc, Out>,
  ): AggregatingState<In, Out> {
    const cell = this.#cell(descriptor);
    const { aggregateFunction } = descriptor;
    return {
      get: () => {
        const held = cell.get() as Acc | undefined;
        return held === undefined ? undefined : aggregateFunction.getResult(held);
      },
      add: (value) => {
        const held = cell.get() as Acc | undefined;
        cell.set(
          copyOf(aggregateFunction.add(value, held ?? aggregateFunction.createAccumulator())),
        );
      },
      clear: () => cell.set(undefined),
    };
  }

  /** The place of the current key's one value in a state, whatever its time to live. */
  #cell(descriptor: Declared): Cell {
    const cell = this.#storedCell(descriptor);
    const { timeToLive } = descriptor;
    return timeToLive === undefined ? cell : this.#ageing(timeToLive).cell(cell);
  }

  #ageing(config: StateTtlConfig): Ageing {
    return new Ageing(config, this.#clock);
  }

  /** The place of the current key in a state, for what is stored there. */
  #storedCell({ name, timeToLive: config }: Declared, isMap = false): Cell {
    const table = this.#tables.get(name) ?? {
      isMap,
      timeToLive: config?.timeToLive,
      values: new Map(),
      keys: new Map(),
    };
    this.#tables.set(name, table);
    const { values, keys } = table;
    return {
      get: () => values.get(this.#currentFor(name)),
      set: (value) => {
        const standIn = this.#currentFor(name);
        if (value === undefined) {
          values.delete(standIn);
          return;
        }
        if (!values.has(standIn)) keys.set(standIn, this.#key);
        values.set(standIn, value);
      },
    };
  }

  /** What stands for the current key, for the state with this name. */
  #currentFor(name: string): unknown {
    if (this.#standIn !== undefined) return this.#standIn;
    throw new Error(`Cannot use state "${name}": no key is current`);
  }
}

/** What every descriptor says. */
type Declared = Pick<ValueStateDescriptor, "name" | "timeToLive">;

type MapEntries = Map<unknown, readonly [unknown, unknown]>;

/** How a restart shares a state of an operator out. */
export type InterpretedMode = "split-distribute" | "union" | "broadcast";

/** One state of an operator, as a list: broadcast state as its entries. */
export interface InterpretedList {
  readonly mode: InterpretedMode;
  readonly elements: readonly unknown[];
}

/**
 * What fresh functions of each of `parallelism` subtasks are given, in subtask order, if the old ones held `held` by name:
 * Flink's rules. What is split stays where it is unless their number changes; then all of it, in the old order, is cut
 * into runs as equal as can be, and the odd ones of the next list, by name, begin where those of the last ended.
 */
export function restoredListsOf(
  held: readonly ReadonlyMap<string, InterpretedList>[],
  parallelism: number,
): readonly ReadonlyMap<string, InterpretedList>[] {
  const given = Array.from({ length: parallelism }, () => new Map<string, InterpretedList>());
  const modes = new Map(
    held.flatMap((lists) => [...lists].map(([name, list]) => [name, list.mode])),
  );
  let odd = 0;
  for (const name of [...modes.keys()].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0))) {
    const mode = modes.get(name) ?? "split-distribute";
    const copies = held.flatMap((lists) => lists.get(name)?.elements ?? []);
    const own = held.flatMap((lists) => lists.get(name) ?? []);
    given.forEach((lists, subtask) => {
      if (mode === "union") lists.set(name, { mode, elements: copies });
      else if (mode === "broadcast")
        lists.set(name, own[subtask % own.length] ?? { mode, elements: [] });
      else if (held.length === parallelism) {
        const kept = held[subtask]?.get(name);
        if (kept !== undefined) lists.set(name, kept);
      }
    });
    if (mode !== "split-distribute" || held.length === parallelism) continue;
    const least = Math.floor(copies.length / parallelism);
    const more = copies.length % parallelism;
    let taken = 0;
    for (let turn = 0; turn < parallelism; turn++) {
      const count = least + (turn < more ? 1 : 0);
      const elements = copies.slice(taken, taken + count);
      taken += count;
      if (count > 0) given[(odd + turn) % parallelism]?.set(name, { mode, elements });
    }
    odd = (odd + more) % parallelism;
  }
  return given;
}

/** The operator state of one operator in one subtask: named lists and maps. */
export class InterpretedOperatorState {
  readonly #textOf: TextOf;
  readonly #held: ReadonlyMap<string, InterpretedList>;
  readonly #modes = new Map<string, InterpretedMode>();
  readonly #lists = new Map<string, ListState<unknown>>();
  readonly #maps = new Map<string, MapState<unknown, unknown>>();

  /** A store that holds what is given, by name. */
  constructor(textOf: TextOf, held: ReadonlyMap<string, InterpretedList> = new Map()) {
    this.#textOf = textOf;
    this.#held = held;
    for (const [name, { mode }] of held) {
      if (mode === "broadcast") this.#map(name);
      else this.#list(name, mode);
    }
  }

  /** All that is held, by name. */
  get contents(): ReadonlyMap<string, InterpretedList> {
    const contents = new Map<string, InterpretedList>();
    for (const [name, mode] of this.#modes) {
      const held = this.#lists.get(name)?.get() ?? this.#maps.get(name)?.entries() ?? [];
      contents.set(name, { mode, elements: [...held].map(copyOf) });
    }
    return contents;
  }

  getListState<T>(descriptor: ListStateDescriptor<T>): ListState<T> {
    return this.#list(descriptor.name, "split-distribute") as ListState<T>;
  }

  getUnionListState<T>(descriptor: ListStateDescriptor<T>): ListState<T> {
    return this.#list(descriptor.name, "union") as ListState<T>;
  }

  getBroadcastState<K, V>(descriptor: MapStateDescriptor<K, V>): BroadcastState<K, V> {
    return this.#map(descriptor.name) as MapState<K, V>;
  }

  #list(name: string, mode: InterpretedMode): ListState<unknown> {
    const known = this.#lists.get(name);
    if (known !== undefined) return known;
    const list = listIn<unknown>(newCell());
    list.update([...(this.#held.get(name)?.elements ?? [])]);
    this.#lists.set(name, list);
    this.#modes.set(name, mode);
    return list;
  }

  #map(name: string): MapState<unknown, unknown> {
    const known = this.#maps.get(name);
    if (known !== undefined) return known;
    const map = mapIn<unknown, unknown>(newCell(), this.#textOf);
    map.putAll((this.#held.get(name)?.elements ?? []) as readonly (readonly [unknown, unknown])[]);
    this.#maps.set(name, map);
    this.#modes.set(name, "broadcast");
    return map;
  }
}

function newCell(): Cell {
  let held: unknown;
  return {
    get: () => held,
    set: (value) => {
      held = value;
    },
  };
}

/** A list in a cell; an empty one is no list. */
function listIn<T>(cell: Cell): ListState<T> {
  const held = (): T[] => (cell.get() ?? []) as T[];
  const put = (values: Iterable<T>): void => {
    const list = [...values].map(copyOf);
    cell.set(list.length === 0 ? undefined : list);
  };
  return {
    get: held,
    add: (value) => {
      const list = held();
      list.push(copyOf(value) as T);
      cell.set(list);
    },
    addAll: (values) => put([...held(), ...values]),
    update: put,
    clear: () => cell.set(undefined),
  };
}

/** A map in a cell; an empty one is no map. */
function mapIn<K, V>(cell: Cell, textOf: TextOf): MapState<K, V> {
  type Entries = Map<unknown, readonly [K, V]>;
  const held = (): Entries => (cell.get() ?? new Map()) as Entries;
  const put = (key: K, value: V): void => {
    const map = held();
    map.set(standInOf(key, textOf), [copyOf(key) as K, copyOf(value) as V]);
    cell.set(map);
  };
  return {
    get: (key) => held().get(standInOf(key, textOf))?.[1],
    put,
    putAll: (entries) => {
      for (const [key, value] of entries) put(key, value);
    },
    remove: (key) => {
      const map = held();
      map.delete(standInOf(key, textOf));
      if (map.size === 0) cell.set(undefined);
    },
    contains: (key) => held().has(standInOf(key, textOf)),
    entries: () => inKeyOrder(held()),
    keys: () => inKeyOrder(held()).map(([key]) => key),
    values: () => inKeyOrder(held()).map(([, value]) => value),
    isEmpty: () => held().size === 0,
    clear: () => cell.set(undefined),
  };
}

/** Stands for a key in a JavaScript map: itself where that compares by content, else its text, marked. */
function standInOf(key: unknown, textOf: TextOf): unknown {
  const isItself =
    (typeof key === "string" && key.charCodeAt(0) !== 0) ||
    (typeof key === "number" && !Object.is(key, -0));
  return isItself ? key : `\0${textOf(key)}`;
}
