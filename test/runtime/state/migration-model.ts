// A job's keyed state of every kind through a change of its type: written as version 1 in one backend, restored and used
// as version 2 in another, and a plain map beside it whose values are migrated by hand.

import fc from "fast-check";
import { canonicalText } from "../../../sim/kernel/canonical-value.ts";
import { type Instant, instant, micros } from "../../../sim/kernel/virtual-time.ts";
import { ChangelogKeyedStateBackend } from "../../../sim/runtime/state/changelog/changelog-keyed-state-backend.ts";
import { ForStKeyedStateBackend } from "../../../sim/runtime/state/forst/forst-keyed-state-backend.ts";
import { HeapKeyedStateBackend } from "../../../sim/runtime/state/heap-keyed-state-backend.ts";
import { keyGroupOf, keyGroupRangeOf } from "../../../sim/runtime/state/key-groups.ts";
import { readSerializedStates } from "../../../sim/runtime/state/keyed-snapshot-format.ts";
import type {
  BaseKeyedStateBackend,
  KeyedStateBackend,
  WrittenKeyedState,
} from "../../../sim/runtime/state/keyed-state-backend.ts";
import { RocksDBKeyedStateBackend } from "../../../sim/runtime/state/rocksdb/rocksdb-keyed-state-backend.ts";
import {
  AggregatingStateDescriptor,
  ListStateDescriptor,
  MapStateDescriptor,
  ReducingStateDescriptor,
  type StateDescriptor,
  ValueStateDescriptor,
} from "../../../sim/runtime/state/state-descriptor.ts";
import { inKeyOrder, structuralKeyOf } from "../../../sim/runtime/state/structural-key.ts";
import { StateTtlConfig } from "../../../sim/runtime/state/ttl/state-ttl-config.ts";
import { Types } from "../../../sim/runtime/state/type-information.ts";
import type { TypeSerializer } from "../../../sim/runtime/state/type-serializer.ts";
import { checkpointId } from "../../../sim/runtime/stream-element.ts";
import { RemoteModel } from "./forst/remote-model.ts";
import { MemoryDatabases } from "./rocksdb/memory-databases.ts";

const MAX_PARALLELISM = 16;
const NOW: Instant = instant(7);

/** An amount of money, at first in whole euros. */
export const moneyV1 = Types.VERSIONED({ name: "money", version: 1, type: Types.INT });

/** Later in cents of any currency. */
export const moneyV2 = Types.VERSIONED({
  name: "money",
  version: 2,
  type: Types.OBJECT({ cents: Types.LONG, currency: Types.STRING }),
  previous: { type: moneyV1, migrate: (euros) => ({ cents: euros * 100, currency: "EUR" }) },
});

/** At last a text. */
export const moneyV3 = Types.VERSIONED({
  name: "money",
  version: 3,
  type: Types.STRING,
  previous: { type: moneyV2, migrate: ({ cents, currency }) => `${currency} ${cents}` },
});

/** A version of money, and what an amount of whole euros is in it. */
interface Money {
  readonly type: TypeSerializer<unknown>;
  readonly of: (euros: number) => unknown;
}

const MONEY: readonly Money[] = [
  { type: moneyV1 as TypeSerializer<unknown>, of: (euros) => euros },
  {
    type: moneyV2 as TypeSerializer<unknown>,
    of: (euros) => ({ cents: euros * 100, currency: "EUR" }),
  },
  { type: moneyV3 as TypeSerializer<unknown>, of: (euros) => `EUR ${euros * 100}` },
];

/** Where money lies within the type of a state. */
export const SHAPES: readonly {
  readonly type: (money: TypeSerializer<unknown>) => TypeSerializer<unknown>;
  readonly of: (money: unknown) => unknown;
}[] = [
  { type: (money) => money, of: (money) => money },
  { type: (money) => as(Types.LIST(money)), of: (money) => [money, money] },
  { type: (money) => as(Types.MAP(money, Types.INT)), of: (money) => new Map([[money, 1]]) },
  { type: (money) => as(Types.TUPLE(Types.STRING, money)), of: (money) => ["paid", money] },
  {
    type: (money) => as(Types.OBJECT({ "by, <for>": Types.STRING, paid: Types.LIST(money) })),
    of: (money) => ({ "by, <for>": "me", paid: [money] }),
  },
  {
    type: (money) =>
      as(Types.VERSIONED({ name: "wallet", version: 7, type: Types.OBJECT({ money }) })),
    of: (money) => ({ money }),
  },
];

function as<T>(serializer: TypeSerializer<T>): TypeSerializer<unknown> {
  return serializer as TypeSerializer<unknown>;
}

/** The states, each of its own kind. */
export const STATES = ["value", "list", "map", "reducing", "aggregating"] as const;
type StateName = (typeof STATES)[number];

/** Uses one state of one key. */
interface Use {
  readonly key: string;
  readonly state: StateName;
  readonly mapKey: number;
  readonly euros: number;
  readonly isClear: boolean;
}

/** One life of the job: its version, what holds its state in how many subtasks, and what it does. */
interface Life {
  /** From 0 on. */
  readonly version: number;
  readonly backend: BackendName;
  readonly parallelism: number;
  /** What it asks for; the rest is carried on as it was. */
  readonly states: readonly StateName[];
  readonly uses: readonly Use[];
  /** Before which of the uses, and after the last, a changelog's state is materialized. */
  readonly materializations: readonly number[];
  /** Whether it ends with a canonical savepoint, and not with a checkpoint. */
  readonly isCanonical: boolean;
}

/** Some lives in a row. */
export interface Migration {
  readonly shape: number;
  readonly isTimed: boolean;
  readonly lives: readonly Life[];
}

/** Those that state may be written in, and restored into. */
const BASE_BACKENDS = ["hashmap", "rocksdb", "rocksdb incremental", "real rocksdb"] as const;
type BaseBackendName = (typeof BASE_BACKENDS)[number];
const CHANGELOG = "changelog over ";
const FORST = "forst";
type BackendName = BaseBackendName | typeof FORST | `${typeof CHANGELOG}${BaseBackendName}`;
export const BACKENDS: readonly BackendName[] = [
  ...BASE_BACKENDS,
  FORST,
  `${CHANGELOG}hashmap`,
  `${CHANGELOG}rocksdb`,
  `${CHANGELOG}rocksdb incremental`,
];

const anyUse: fc.Arbitrary<Use> = fc.record({
  key: fc.constantFrom("a", "b", "c", "d", "e", "f"),
  state: fc.constantFrom(...STATES),
  mapKey: fc.constantFrom(0, 1, 300),
  euros: fc.integer({ min: -1000, max: 1000 }),
  isClear: fc.nat(5).map((at) => at === 0),
});

/** Lives of which none has an older version than the one before, and of which the last asks for everything. */
export const anyMigration: fc.Arbitrary<Migration> = fc
  .record({
    shape: fc.nat(SHAPES.length - 1),
    isTimed: fc.boolean(),
    /** Whether each life goes on as the first began, with files of the one before. */
    isAlike: fc.boolean(),
    lives: fc.array(
      fc.record({
        version: fc.nat(MONEY.length - 1),
        backend: fc.constantFrom(...BACKENDS),
        parallelism: fc.integer({ min: 1, max: 3 }),
        states: fc.subarray([...STATES]),
        uses: fc.array(anyUse, { maxLength: 25 }),
        materializations: fc.array(fc.nat(25), { maxLength: 2 }),
        isCanonical: fc.boolean(),
      }),
      { minLength: 2, maxLength: 4 },
    ),
  })
  .map(({ lives: drawn, isAlike, ...others }) => {
    const [first] = drawn;
    const alike = first && { backend: first.backend, parallelism: first.parallelism };
    const lives = isAlike ? drawn.map((life) => ({ ...life, ...alike })) : drawn;
    const versions = lives.map(({ version }) => version).sort();
    const ordered = lives.map((life, index): Life => {
      const isWhole = index === 0 || index === lives.length - 1;
      return {
        ...life,
        version: versions[index] ?? 0,
        states: isWhole ? STATES : life.states,
        isCanonical: life.isCanonical || !canGoOn(life.backend, lives[index + 1]?.backend),
      };
    });
    return { ...others, lives: ordered };
  });

/** Whether a backend takes up what another one's checkpoints are. */
function canGoOn(before: BackendName, next: BackendName | undefined): boolean {
  if (next === undefined) return true;
  if (before.startsWith(CHANGELOG) && !next.startsWith(CHANGELOG)) return false;
  return before.endsWith("hashmap") || !next.endsWith("hashmap");
}

/** What a key holds of each state, in euros. */
type Model = Map<string, Map<StateName, Map<number, number>>>;

/** Goes through the lives. Returns the first difference between state and model, if there is one. */
export function differenceIn({ shape, isTimed, lives }: Migration): string | undefined {
  const model: Model = new Map();
  /** The version that each state was last written as; what nobody asks for stays as it was. */
  const versions = new Map<StateName, number>();
  let written: readonly WrittenKeyedState[] = [];
  for (const [index, life] of lives.entries()) {
    const backends = Array.from({ length: life.parallelism }, (_, subtask) =>
      restored(life, subtask, written),
    );
    const descriptors = new Map(
      life.states.map((state) => [state, descriptorOf(state, life.version, { shape, isTimed })]),
    );
    for (const backend of backends) {
      for (const descriptor of descriptors.values()) stateOf(backend, descriptor);
    }
    for (const [at, use] of life.uses.entries()) {
      if (life.materializations.includes(at)) materialize(backends);
      const descriptor = descriptors.get(use.state);
      if (descriptor === undefined) continue;
      const backend = ownerOf(backends, use.key);
      backend.setCurrentKey(use.key);
      applyToState(stateOf(backend, descriptor), use, amountOf(shape, life.version, use.euros));
      applyToModel(model, use);
    }
    if (life.materializations.includes(life.uses.length)) materialize(backends);
    for (const state of life.states) versions.set(state, life.version);
    const found = contentsOf(backends);
    const expected = expectedOf(model, { shape, isTimed, versions });
    if (found !== expected) return `Life ${index} holds ${found}, expected ${expected}`;
    written = backends.map((backend) => writtenBy(backend, life.isCanonical));
    for (const backend of backends) {
      const wrong = wrongVersionIn(backend, versions);
      if (wrong !== undefined) return `Life ${index}: ${wrong}`;
    }
  }
  return undefined;
}

/** The descriptor of a state as a version has it. */
export function descriptorOf(
  state: StateName,
  version: number,
  { shape = 0, isTimed = false }: Partial<Pick<Migration, "shape" | "isTimed">> = {},
): StateDescriptor {
  const money = (MONEY[version] as Money).type;
  const descriptor = plainDescriptor(state, (SHAPES[shape] as (typeof SHAPES)[number]).type(money));
  if (isTimed) descriptor.enableTimeToLive(StateTtlConfig.newBuilder(1_000_000).build());
  return descriptor;
}

function plainDescriptor(state: StateName, type: TypeSerializer<unknown>): StateDescriptor {
  switch (state) {
    case "value":
      return new ValueStateDescriptor(state, type);
    case "list":
      return new ListStateDescriptor(state, type);
    case "map":
      return new MapStateDescriptor<unknown, unknown>(state, as(Types.INT), type);
    case "reducing":
      return new ReducingStateDescriptor<unknown>(state, (_, value) => value, type);
    case "aggregating": {
      const last = {
        createAccumulator: (): unknown => undefined,
        add: (value: unknown) => value,
        getResult: (accumulator: unknown) => accumulator,
        merge: (_: unknown, right: unknown) => right,
      };
      return new AggregatingStateDescriptor<unknown, unknown, unknown>(state, last, type);
    }
  }
}

/** The state's object; the overloads of `getState` take no union. */
export function stateOf(backend: KeyedStateBackend, descriptor: StateDescriptor): unknown {
  return (backend.getState as (descriptor: StateDescriptor) => unknown).call(backend, descriptor);
}

const TREE = { writeBufferSizeBytes: 150, level0FileNumCompactionTrigger: 2 };

/** A backend of this kind for all key groups, or for a subtask's. */
export function newBackend(
  name: BackendName,
  { parallelism = 1, subtask = 0 } = {},
): KeyedStateBackend {
  const options = {
    maxParallelism: MAX_PARALLELISM,
    keyGroupRange: keyGroupRangeOf(MAX_PARALLELISM, parallelism, subtask),
    now: () => NOW,
    operator: "sum",
  };
  if (name === FORST) {
    return new ForStKeyedStateBackend({
      ...options,
      tree: TREE,
      directory: new RemoteModel().open(),
      folder: "w/shared/attempt-0",
      cacheLimitBytes: 0,
      readCosts: { latency: micros(5), bytesPerSecond: 1_000_000 },
    });
  }
  if (!name.startsWith(CHANGELOG)) return newBaseBackend(name as BaseBackendName, options);
  const base = newBaseBackend(name.slice(CHANGELOG.length) as BaseBackendName, options);
  return new ChangelogKeyedStateBackend({ ...options, base });
}

function newBaseBackend(
  name: BaseBackendName,
  options: ConstructorParameters<typeof HeapKeyedStateBackend>[0],
): BaseKeyedStateBackend {
  if (name === "hashmap") return new HeapKeyedStateBackend(options);
  return new RocksDBKeyedStateBackend({
    ...options,
    isIncremental: name !== "rocksdb",
    tree: TREE,
    ...(name === "real rocksdb" ? { databases: new MemoryDatabases() } : {}),
  });
}

function restored(
  { backend: name, parallelism }: Life,
  subtask: number,
  written: readonly WrittenKeyedState[],
): KeyedStateBackend {
  const backend = newBackend(name, { parallelism, subtask });
  backend.restore(
    written.filter((state) => state.kind === "incremental" || state.bytes.length > 0),
  );
  return backend;
}

function ownerOf(backends: readonly KeyedStateBackend[], key: string): KeyedStateBackend {
  const keyGroup = keyGroupOf(key, MAX_PARALLELISM);
  const owner = backends.find(
    ({ keyGroupRange: { start, end } }) => start <= keyGroup && keyGroup <= end,
  );
  if (owner === undefined) throw new Error(`Nobody has key group ${keyGroup}`);
  return owner;
}

/** Has all that are changelogs materialize, and refer to it. */
function materialize(backends: readonly KeyedStateBackend[]): void {
  for (const backend of backends) {
    if (!(backend instanceof ChangelogKeyedStateBackend)) continue;
    const materialization = backend.materialize();
    if (materialization !== undefined) backend.materialized(materialization);
  }
}

/** A checkpoint, or a canonical savepoint, read back. */
export function writtenBy(backend: KeyedStateBackend, isCanonical = false): WrittenKeyedState {
  const snapshot = backend.snapshot(checkpointId(1), isCanonical ? "full" : undefined);
  const state = snapshot.writeAsync();
  snapshot.release();
  if (state.kind === "full") return state;
  const files = new Map(state.files.map((file) => [file.name, file.read()]));
  return { kind: "incremental", meta: state.meta, files };
}

/** The id of the serializer that each state of a backend is written with. */
export function serializerIdsIn(backend: KeyedStateBackend): ReadonlyMap<string, string> {
  let bytes = new Uint8Array(0);
  backend.hash((part) => {
    bytes = part.slice();
  });
  if (bytes.length === 0) return new Map();
  return new Map(
    readSerializedStates(bytes).states.map(({ name, serializerId }) => [name, serializerId]),
  );
}

function wrongVersionIn(
  backend: KeyedStateBackend,
  versions: ReadonlyMap<StateName, number>,
): string | undefined {
  for (const [state, id] of serializerIdsIn(backend)) {
    const version = (versions.get(state as StateName) ?? 0) + 1;
    if (!id.includes(`"money"/${version}<`)) return `${state} is written as ${id}, not ${version}`;
  }
  return undefined;
}

function amountOf(shape: number, version: number, euros: number): unknown {
  return (SHAPES[shape] as (typeof SHAPES)[number]).of((MONEY[version] as Money).of(euros));
}

/** Any state object, as far as it is used here. */
interface AnyUse {
  update(value: unknown): void;
  add(value: unknown): void;
  put(key: unknown, value: unknown): void;
  clear(): void;
}

function applyToState(object: unknown, use: Use, value: unknown): void {
  const state = object as AnyUse;
  if (use.isClear) state.clear();
  else if (use.state === "value") state.update(value);
  else if (use.state === "map") state.put(use.mapKey, value);
  else state.add(value);
}

function applyToModel(model: Model, { key, state, mapKey, euros, isClear }: Use): void {
  const states = model.get(key) ?? new Map<StateName, Map<number, number>>();
  model.set(key, states);
  const held = states.get(state) ?? new Map<number, number>();
  states.set(state, held);
  if (isClear) held.clear();
  else if (state === "map") held.set(mapKey, euros);
  else held.set(state === "list" ? held.size : 0, euros);
}

function contentsOf(backends: readonly KeyedStateBackend[]): string {
  const entries = backends.flatMap((backend) => backend.entries());
  return textOf(entries.map(({ key, state, value }) => [key, state, value]));
}

function expectedOf(
  model: Model,
  {
    shape,
    isTimed,
    versions,
  }: {
    readonly shape: number;
    readonly isTimed: boolean;
    readonly versions: ReadonlyMap<StateName, number>;
  },
): string {
  const entries: (readonly unknown[])[] = [];
  for (const [key, states] of model) {
    for (const [state, held] of states) {
      if (held.size === 0) continue;
      const values = [...held].map(([mapKey, euros]): [number, unknown] => {
        const value = amountOf(shape, versions.get(state) ?? 0, euros);
        return [mapKey, isTimed ? { lastAccess: NOW, value } : value];
      });
      entries.push([key, state, asStored(state, values)]);
    }
  }
  return textOf(entries);
}

function asStored(state: StateName, values: readonly [number, unknown][]): unknown {
  if (state === "map") {
    return new Map(inKeyOrder(values.map((value) => [structuralKeyOf(value[0]), value] as const)));
  }
  return state === "list" ? values.map(([, value]) => value) : values[0]?.[1];
}

function textOf(entries: readonly (readonly unknown[])[]): string {
  return entries
    .map((entry) => canonicalText(entry))
    .sort()
    .join("\n");
}
