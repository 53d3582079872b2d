// Keyed state with a time to live against a plain model: random uses, waits, snapshots that are written late, and
// restores, for every kind and every way of cleaning up.

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { after, type Instant, instant, millis } from "../../../../sim/kernel/virtual-time.ts";
import { ChangelogKeyedStateBackend } from "../../../../sim/runtime/state/changelog/changelog-keyed-state-backend.ts";
import { HeapKeyedStateBackend } from "../../../../sim/runtime/state/heap-keyed-state-backend.ts";
import type { KeyedStateEntry } from "../../../../sim/runtime/state/keyed-snapshot-format.ts";
import type {
  KeyedSnapshot,
  KeyedStateBackend,
} from "../../../../sim/runtime/state/keyed-state-backend.ts";
import { RocksDBKeyedStateBackend } from "../../../../sim/runtime/state/rocksdb/rocksdb-keyed-state-backend.ts";
import {
  type AggregateFunction,
  AggregatingStateDescriptor,
  ListStateDescriptor,
  MapStateDescriptor,
  ReducingStateDescriptor,
  ValueStateDescriptor,
} from "../../../../sim/runtime/state/state-descriptor.ts";
import { StateTtlConfig } from "../../../../sim/runtime/state/ttl/state-ttl-config.ts";
import type { TtlValue } from "../../../../sim/runtime/state/ttl/ttl-value.ts";
import { Types } from "../../../../sim/runtime/state/type-information.ts";
import { entriesOfWritten, readBack } from "../../../../sim/runtime/state/written-keyed-state.ts";
import { checkpointId } from "../../../../sim/runtime/stream-element.ts";

const TTL = 10;
const maxParallelism = 16;
const keyGroupRange = { start: 0, end: maxParallelism - 1 };

const joined: AggregateFunction<number, number[], string> = {
  createAccumulator: () => [],
  add(value, accumulator) {
    accumulator.push(value);
    return accumulator;
  },
  getResult: (accumulator) => accumulator.join(" "),
  merge: (left, right) => [...left, ...right],
};

/** The clock of a world, which goes on through restores. */
interface Clock {
  now: Instant;
}

/** Makes a backend with this clock. */
type MakeBackend = (now: () => Instant) => KeyedStateBackend;

const heapBackend = (now: () => Instant) =>
  new HeapKeyedStateBackend({ maxParallelism, keyGroupRange, now });

const onHeap: MakeBackend = heapBackend;

/** Files so small that what has expired is often met by a merge. */
const inFiles: MakeBackend = (now) => {
  const tree = { writeBufferSizeBytes: 200, level0FileNumCompactionTrigger: 2, numLevels: 3 };
  return new RocksDBKeyedStateBackend({ maxParallelism, keyGroupRange, now, tree });
};

/** Over the heap, with a log of all changes. */
const withLog: MakeBackend = (now) =>
  new ChangelogKeyedStateBackend({ maxParallelism, now, base: heapBackend(now) });

/** A backend with one state of each kind, all with the same time to live. */
class Store {
  readonly backend: KeyedStateBackend;
  readonly #config: StateTtlConfig | undefined;

  constructor(config: StateTtlConfig | undefined, clock: Clock, makeBackend: MakeBackend) {
    this.#config = config;
    this.backend = makeBackend(() => clock.now);
  }

  get value() {
    return this.backend.getState(this.#aged(new ValueStateDescriptor("value", Types.LONG)));
  }
  get list() {
    return this.backend.getState(this.#aged(new ListStateDescriptor("list", Types.LONG)));
  }
  get map() {
    return this.backend.getState(
      this.#aged(new MapStateDescriptor("map", Types.STRING, Types.LONG)),
    );
  }
  get sum() {
    const add = (left: number, right: number): number => left + right;
    return this.backend.getState(this.#aged(new ReducingStateDescriptor("sum", add, Types.LONG)));
  }
  get joined() {
    return this.backend.getState(
      this.#aged(new AggregatingStateDescriptor("joined", joined, Types.LIST(Types.LONG))),
    );
  }

  registerAll(): this {
    void [this.value, this.list, this.map, this.sum, this.joined];
    return this;
  }

  #aged<D extends { enableTimeToLive(config: StateTtlConfig): void }>(descriptor: D): D {
    if (this.#config !== undefined) descriptor.enableTimeToLive(this.#config);
    return descriptor;
  }
}

/** A value, an element or an entry with when it was last used. */
interface Item {
  /** The key of a map's entry; undefined in other kinds. */
  readonly at: string | undefined;
  readonly value: unknown;
  /** 0 without a time to live. */
  readonly lastAccess: number;
}

type Kind = "value" | "list" | "map" | "sum" | "joined";

/** Everything stored, by state and key. Items are replaced, never changed. */
type Contents = Map<string, readonly Item[]>;

/** State with a time to live in the simplest words: rows of items, and rules for reads and writes. */
class Model {
  contents: Contents = new Map();
  /** For each snapshot not yet released: what it must hold. */
  readonly snapshots: { readonly takenAt: number; readonly contents: Contents }[] = [];
  readonly config: StateTtlConfig | undefined;
  readonly clock: Clock;

  constructor(config: StateTtlConfig | undefined, clock: Clock) {
    this.config = config;
    this.clock = clock;
  }

  at(kind: Kind, key: string): readonly Item[] {
    return this.contents.get(`${kind} ${key}`) ?? [];
  }

  put(kind: Kind, key: string, items: readonly Item[]): void {
    if (items.length === 0) this.contents.delete(`${kind} ${key}`);
    else this.contents.set(`${kind} ${key}`, items);
  }

  item(value: unknown, at?: string): Item {
    return { at, value, lastAccess: this.config === undefined ? 0 : this.clock.now };
  }

  isAlive({ lastAccess }: Item, now: number = this.clock.now): boolean {
    return this.config === undefined || now < lastAccess + this.config.timeToLive;
  }

  isSeen(item: Item): boolean {
    return this.isAlive(item) || this.config?.stateVisibility === "ReturnExpiredIfNotCleanedUp";
  }

  /** Reads the items that `isRead`: an expired one goes, another's time begins anew if reads do that. */
  read(kind: Kind, key: string, isRead: (item: Item) => boolean = () => true): readonly Item[] {
    const before = this.at(kind, key);
    const asked = before.filter(isRead);
    const left = before
      .filter((item) => !isRead(item) || this.isAlive(item))
      .map((item) => (isRead(item) && this.#isRefreshed ? this.item(item.value, item.at) : item));
    // Of a list that still has something to show, the expired stay unless its times begin anew.
    const isKept = kind === "list" && left.length > 0 && !this.#isRefreshed;
    this.put(kind, key, isKept ? before : left);
    return asked.filter((item) => this.isSeen(item));
  }

  /** Folds a value into what is seen of the one there is. */
  fold(kind: Kind, key: string, fold: (before: unknown) => unknown): void {
    const [held] = this.at(kind, key);
    const before = held !== undefined && this.isSeen(held) ? held.value : undefined;
    this.put(kind, key, [this.item(fold(before))]);
  }

  alive(contents: Contents, now: number): Contents {
    const alive: Contents = new Map();
    for (const [place, items] of contents) {
      const left = items.filter((item) => this.isAlive(item, now));
      if (left.length > 0) alive.set(place, left);
    }
    return alive;
  }

  get #isRefreshed(): boolean {
    return this.config?.updateType === "OnReadAndWrite";
  }
}

interface Real {
  store: Store;
  readonly makeBackend: MakeBackend;
  readonly snapshots: KeyedSnapshot[];
  checkpoint: number;
  readonly clock: Clock;
}

/** One step of a run. */
class Step implements fc.Command<Model, Real> {
  readonly #name: string;
  readonly #run: (model: Model, real: Real) => void;

  constructor(name: string, run: (model: Model, real: Real) => void) {
    this.#name = name;
    this.#run = run;
  }

  check(): boolean {
    return true;
  }

  run(model: Model, real: Real): void {
    this.#run(model, real);
  }

  toString(): string {
    return this.#name;
  }
}

type Use = readonly [
  name: string,
  model: (model: Model) => unknown,
  real: (store: Store) => unknown,
];

function usesOf(key: string, at: string, n: number): readonly Use[] {
  const valuesOf = (items: readonly Item[]): readonly unknown[] => items.map(({ value }) => value);
  const putEntry = (model: Model, name: string, value: number): void => {
    const others = model.at("map", key).filter((item) => item.at !== name);
    const all = [...others, model.item(value, name)];
    model.put(
      "map",
      key,
      all.sort((one, other) => ((one.at ?? "") < (other.at ?? "") ? -1 : 1)),
    );
  };
  return [
    ["value.value", (m) => valuesOf(m.read("value", key))[0], ({ value }) => value.value()],
    ["value.update", (m) => m.put("value", key, [m.item(n)]), ({ value }) => value.update(n)],
    ["value.clear", (m) => m.put("value", key, []), ({ value }) => value.clear()],
    ["list.get", (m) => valuesOf(m.read("list", key)), ({ list }) => [...list.get()]],
    [
      "list.add",
      (m) => m.put("list", key, [...m.at("list", key), m.item(n)]),
      ({ list }) => list.add(n),
    ],
    [
      "list.addAll",
      (m) => m.put("list", key, [...m.at("list", key), m.item(n), m.item(n + 1)]),
      ({ list }) => list.addAll([n, n + 1]),
    ],
    ["list.update", (m) => m.put("list", key, [m.item(n)]), ({ list }) => list.update([n])],
    ["list.clear", (m) => m.put("list", key, []), ({ list }) => list.clear()],
    [
      "map.get",
      (m) => valuesOf(m.read("map", key, (item) => item.at === at))[0],
      ({ map }) => map.get(at),
    ],
    [
      "map.contains",
      (m) => m.read("map", key, (item) => item.at === at).length === 1,
      ({ map }) => map.contains(at),
    ],
    ["map.put", (m) => putEntry(m, at, n), ({ map }) => map.put(at, n)],
    [
      "map.putAll",
      (m) => {
        putEntry(m, at, n);
        putEntry(m, "z", n);
      },
      ({ map }) =>
        map.putAll([
          [at, n],
          ["z", n],
        ]),
    ],
    [
      "map.remove",
      (m) =>
        m.put(
          "map",
          key,
          m.at("map", key).filter((item) => item.at !== at),
        ),
      ({ map }) => map.remove(at),
    ],
    [
      "map.entries",
      (m) => m.read("map", key).map((item) => [item.at, item.value]),
      ({ map }) => map.entries(),
    ],
    ["map.keys", (m) => m.read("map", key).map((item) => item.at), ({ map }) => map.keys()],
    ["map.values", (m) => valuesOf(m.read("map", key)), ({ map }) => map.values()],
    ["map.clear", (m) => m.put("map", key, []), ({ map }) => map.clear()],
    [
      "sum.add",
      (m) => m.fold("sum", key, (before) => ((before as number | undefined) ?? 0) + n),
      ({ sum }) => sum.add(n),
    ],
    ["sum.get", (m) => valuesOf(m.read("sum", key))[0], ({ sum }) => sum.get()],
    ["sum.clear", (m) => m.put("sum", key, []), ({ sum }) => sum.clear()],
    [
      "joined.add",
      (m) => m.fold("joined", key, (before) => [...((before as number[] | undefined) ?? []), n]),
      (store) => store.joined.add(n),
    ],
    [
      "joined.get",
      (m) => (m.read("joined", key)[0]?.value as number[] | undefined)?.join(" "),
      (store) => store.joined.get(),
    ],
    ["joined.clear", (m) => m.put("joined", key, []), (store) => store.joined.clear()],
  ];
}

const anyUse = fc
  .record({
    key: fc.constantFrom("a", "b", "c"),
    at: fc.constantFrom("x", "y", "z"),
    n: fc.integer({ min: 0, max: 99 }),
    what: fc.nat({ max: usesOf("", "", 0).length - 1 }),
  })
  .map(({ key, at, n, what }) => {
    const [name, model, real] = usesOf(key, at, n)[what] as Use;
    return new Step(`${key}.${name}(${at}, ${n})`, (m, { store }) => {
      store.backend.setCurrentKey(key);
      // To look is no use: it must not show in what comes after.
      for (const { state } of store.backend.entries()) store.backend.stored(state);
      expect(real(store)).toEqual(model(m));
    });
  });

const anyWait = fc.integer({ min: 1, max: TTL }).map(
  (wait) =>
    new Step(`wait(${wait})`, (_, { clock }) => {
      clock.now = after(clock.now, millis(wait));
    }),
);

const takeSnapshot = new Step("snapshot", (model, real) => {
  model.snapshots.push({ takenAt: model.clock.now, contents: new Map(model.contents) });
  real.snapshots.push(real.store.backend.snapshot(checkpointId(++real.checkpoint)));
});

/** A backend with a log begins it anew; for others nothing happens. */
const materialize = new Step("materialize", (_, { store: { backend } }) => {
  if (!(backend instanceof ChangelogKeyedStateBackend)) return;
  const materialization = backend.materialize();
  if (materialization !== undefined) backend.materialized(materialization);
});

/** The oldest snapshot is written, and checked; the job goes on from it if it `crashes`. */
function endSnapshot(crashes: boolean): Step {
  return new Step(crashes ? "write, crash, restore" : "write", (model, real) => {
    const taken = model.snapshots.shift();
    const snapshot = real.snapshots.shift();
    if (taken === undefined || snapshot === undefined) return;
    const state = readBack(snapshot.writeAsync());
    snapshot.release();
    const { config } = model;
    const alive = model.alive(taken.contents, taken.takenAt);
    const held = contentsOf(entriesOfWritten(state), config !== undefined);
    if (config?.isCleanedUpInFullSnapshot) expect(held).toEqual(alive);
    else if (config?.incrementalCleanup !== undefined) {
      expect(model.alive(held, taken.takenAt)).toEqual(alive);
    } else expect(held).toEqual(taken.contents);
    if (!crashes) return;
    for (const lost of real.snapshots.splice(0)) lost.release();
    model.snapshots.length = 0;
    model.contents = config?.isCleanedUpInFullSnapshot ? alive : taken.contents;
    real.store = new Store(config, real.clock, real.makeBackend);
    real.store.backend.restore([state]);
    real.store.registerAll();
  });
}

/** Entries as the model has them. */
function contentsOf(entries: readonly KeyedStateEntry[], isTimed: boolean): Contents {
  const contents: Contents = new Map();
  const itemOf = (held: unknown, at?: string): Item => {
    if (!isTimed) return { at, value: held, lastAccess: 0 };
    const { lastAccess, value } = held as TtlValue<unknown>;
    return { at, value, lastAccess };
  };
  for (const { state, kind, key, value } of entries) {
    const items =
      kind === "list"
        ? (value as unknown[]).map((element) => itemOf(element))
        : kind === "map"
          ? [...(value as Map<string, unknown>)].map(([at, held]) => itemOf(held, at))
          : [itemOf(value)];
    contents.set(`${state} ${String(key)}`, items);
  }
  return contents;
}

const anyCommands = fc.commands(
  [
    anyUse,
    anyUse,
    anyUse,
    anyUse,
    anyWait,
    fc.constant(takeSnapshot),
    fc.constant(materialize),
    fc.boolean().map(endSnapshot),
  ],
  { maxCommands: 80, size: "+1" },
);

/** A store of one configuration, judged by a model of another: the same, unless a bug is to be found. */
function agree(
  config: StateTtlConfig | undefined,
  {
    judgedBy = config,
    makeBackend = onHeap,
    ...parameters
  }: { judgedBy?: StateTtlConfig; makeBackend?: MakeBackend; endOnFailure?: boolean } = {},
): void {
  fc.assert(
    fc.property(anyCommands, (commands) => {
      const clock: Clock = { now: instant(0) };
      const model = new Model(judgedBy?.isEnabled ? judgedBy : undefined, clock);
      const store = new Store(config, clock, makeBackend).registerAll();
      fc.modelRun(
        () => ({ model, real: { store, makeBackend, snapshots: [], checkpoint: 0, clock } }),
        commands,
      );
    }),
    parameters,
  );
}

const builder = (): ReturnType<typeof StateTtlConfig.newBuilder> => StateTtlConfig.newBuilder(TTL);

describe.each([
  ["on the heap", onHeap],
  ["in files", inFiles],
])("Keyed state of every kind, %s, agrees with a plain model", (_, makeBackend) => {
  test.each([
    ["cleaned up in the background", builder()],
    ["cleaned up one key at a time, at every record", builder().cleanupIncrementally(1, true)],
    ["cleaned up by reads alone", builder().disableCleanupInBackground()],
    ["cleaned up in snapshots", builder().disableCleanupInBackground().cleanupFullSnapshot()],
    ["refreshed by reads", builder().updateTtlOnReadAndWrite()],
    [
      "refreshed by reads, cleaned up in snapshots and at every record",
      builder().updateTtlOnReadAndWrite().cleanupFullSnapshot().cleanupIncrementally(2, true),
    ],
    [
      "shown once more after it has expired",
      builder().returnExpiredIfNotCleanedUp().disableCleanupInBackground(),
    ],
    [
      "refreshed by reads, shown once more after it has expired",
      builder()
        .updateTtlOnReadAndWrite()
        .returnExpiredIfNotCleanedUp()
        .disableCleanupInBackground(),
    ],
  ])("with a time to live, %s", (_, built) => agree(built.build(), { makeBackend }));

  test("without one, and with one that is disabled", () => {
    agree(undefined, { makeBackend });
    agree(builder().setUpdateType(StateTtlConfig.UpdateType.Disabled).build(), { makeBackend });
  });
});

describe("Keyed state of every kind, with a log of its changes, agrees with a plain model", () => {
  test.each([
    ["cleaned up in the background", builder()],
    ["cleaned up one key at a time, at every record", builder().cleanupIncrementally(1, true)],
    ["cleaned up by reads alone", builder().disableCleanupInBackground()],
    ["refreshed by reads", builder().updateTtlOnReadAndWrite()],
    [
      "refreshed by reads, shown once more after it has expired",
      builder()
        .updateTtlOnReadAndWrite()
        .returnExpiredIfNotCleanedUp()
        .disableCleanupInBackground(),
    ],
  ])("with a time to live, %s", (_, built) => agree(built.build(), { makeBackend: withLog }));

  test("without one", () => agree(undefined, { makeBackend: withLog }));
});

describe("The model finds", () => {
  const plain = builder().disableCleanupInBackground();
  test.each([
    ["a read that does not start the time anew", plain, builder().updateTtlOnReadAndWrite()],
    ["a read that starts the time anew", builder().updateTtlOnReadAndWrite(), plain],
    ["a value that lives too long by one unit", StateTtlConfig.newBuilder(TTL + 1), plain],
    ["an expired value that is shown", builder().returnExpiredIfNotCleanedUp(), plain],
    [
      "an expired value in a snapshot that should have none",
      plain,
      builder().cleanupFullSnapshot(),
    ],
    ["an expired value that is thrown away and should not be", builder(), plain],
  ])("%s", (_, built, right) => {
    const judgedBy = right.disableCleanupInBackground().build();
    expect(() => agree(built.build(), { judgedBy, endOnFailure: true })).toThrow(
      /^Property failed after/,
    );
  });
});
