// The heap backend against a plain model, with snapshots that are written long after they were taken; rescaling,
// broken bytes, and wrong use.

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { InvariantViolation } from "../../../sim/kernel/invariant.ts";
import { SerializationError } from "../../../sim/kernel/serialization-error.ts";
import { HeapKeyedStateBackend } from "../../../sim/runtime/state/heap-keyed-state-backend.ts";
import {
  keyGroupOf,
  keyGroupRangeOf,
  operatorIndexOf,
} from "../../../sim/runtime/state/key-groups.ts";
import { readKeyedSnapshot } from "../../../sim/runtime/state/keyed-snapshot-format.ts";
import type { KeyedSnapshot } from "../../../sim/runtime/state/keyed-state-backend.ts";
import {
  type AggregateFunction,
  AggregatingStateDescriptor,
  ListStateDescriptor,
  MapStateDescriptor,
  ReducingStateDescriptor,
  ValueStateDescriptor,
} from "../../../sim/runtime/state/state-descriptor.ts";
import { StateAccessError, StateMigrationError } from "../../../sim/runtime/state/state-errors.ts";
import { Types } from "../../../sim/runtime/state/type-information.ts";
import type { TypeSerializer } from "../../../sim/runtime/state/type-serializer.ts";
import { checkpointId } from "../../../sim/runtime/stream-element.ts";

const maxParallelism = 16;
const all = { start: 0, end: maxParallelism - 1 };

interface Account {
  count: number;
  tags: string[];
}

const accountType: TypeSerializer<Account> = Types.OBJECT({
  count: Types.INT,
  tags: Types.LIST(Types.STRING),
});

interface Tally {
  sum: number;
  values: number[];
}

/** Changes its accumulator in place, as it may; its result is neither of its type nor of that of its input. */
const tally: AggregateFunction<number, Tally, string> = {
  createAccumulator: () => ({ sum: 0, values: [] }),
  add(value, accumulator) {
    accumulator.sum += value;
    accumulator.values.push(value);
    return accumulator;
  },
  getResult: ({ sum, values }) => `${sum} of ${values.join(" ")}`,
  merge: (left, right) => ({
    sum: left.sum + right.sum,
    values: [...left.values, ...right.values],
  }),
};

const tallyType: TypeSerializer<Tally> = Types.OBJECT({
  sum: Types.LONG,
  values: Types.LIST(Types.LONG),
});

/** A backend with one state of each kind. */
class Bank {
  readonly backend: HeapKeyedStateBackend;

  constructor(keyGroupRange = all, type: TypeSerializer<Account> = accountType) {
    this.backend = new HeapKeyedStateBackend({ maxParallelism, keyGroupRange });
    this.#type = type;
  }

  readonly #type: TypeSerializer<Account>;

  get account() {
    return this.backend.getState(new ValueStateDescriptor("account", this.#type));
  }
  get history() {
    return this.backend.getState(new ListStateDescriptor("history", this.#type));
  }
  get visits() {
    return this.backend.getState(new MapStateDescriptor("visits", Types.GENERIC, this.#type));
  }
  get total() {
    return this.backend.getState(
      new ReducingStateDescriptor("total", (sum, value) => sum + value, Types.LONG),
    );
  }
  get tally() {
    return this.backend.getState(new AggregatingStateDescriptor("tally", tally, tallyType));
  }

  registerAll(): this {
    void [this.account, this.history, this.visits, this.total, this.tally];
    return this;
  }

  bytes(): Uint8Array {
    const parts: Uint8Array[] = [];
    this.backend.hash((part) => parts.push(part));
    return parts[0] as Uint8Array;
  }
}

/** What one key should hold, written in the simplest way. */
interface ModelEntry {
  account: Account | undefined;
  history: Account[];
  readonly visits: [unknown, Account][];
  total: number | undefined;
  readonly tallied: number[];
}

interface Model {
  readonly keys: Map<string, ModelEntry>;
  /** For each snapshot not yet released: the bytes of the model at its synchronous part. */
  readonly snapshots: { readonly expected: Uint8Array; isWritten: boolean }[];
}

interface Real {
  readonly bank: Bank;
  readonly snapshots: KeyedSnapshot[];
  checkpoint: number;
}

class KeyedCommand implements fc.Command<Model, Real> {
  readonly #key: string;
  readonly #name: string;
  readonly #model: (entry: ModelEntry) => unknown;
  readonly #real: (bank: Bank) => unknown;

  constructor(
    key: string,
    name: string,
    model: (entry: ModelEntry) => unknown,
    real: (bank: Bank) => unknown,
  ) {
    this.#key = key;
    this.#name = name;
    this.#model = model;
    this.#real = real;
  }

  check(): boolean {
    return true;
  }

  run(model: Model, real: Real): void {
    const entry = model.keys.get(this.#key) ?? {
      account: undefined,
      history: [],
      visits: [],
      total: undefined,
      tallied: [],
    };
    model.keys.set(this.#key, entry);
    real.bank.backend.setCurrentKey(this.#key);
    expect(this.#real(real.bank)).toStrictEqual(this.#model(entry));
  }

  toString(): string {
    return `${this.#key}.${this.#name}`;
  }
}

class TakeSnapshot implements fc.Command<Model, Real> {
  check(): boolean {
    return true;
  }
  run(model: Model, real: Real): void {
    model.snapshots.push({ expected: fromScratch(model), isWritten: false });
    real.snapshots.push(real.bank.backend.snapshot(checkpointId(++real.checkpoint)));
  }
  toString(): string {
    return "snapshot";
  }
}

class EndSnapshot implements fc.Command<Model, Real> {
  readonly #index: number;
  readonly #isWriting: boolean;

  constructor(index: number, isWriting: boolean) {
    this.#index = index;
    this.#isWriting = isWriting;
  }
  check(model: Readonly<Model>): boolean {
    return model.snapshots.length > 0;
  }
  run(model: Model, real: Real): void {
    const index = this.#index % model.snapshots.length;
    const expected = model.snapshots[index];
    const snapshot = real.snapshots[index];
    if (expected === undefined || snapshot === undefined) throw new Error("no snapshot");
    if (this.#isWriting) {
      if (!expected.isWritten) expect(snapshot.writeAsync()).toEqual(expected.expected);
      expected.isWritten = true;
    } else {
      snapshot.release();
      model.snapshots.splice(index, 1);
      real.snapshots.splice(index, 1);
    }
  }
  toString(): string {
    return `${this.#isWriting ? "write" : "release"}(${this.#index})`;
  }
}

/** The bytes of a new backend that was given what the model holds. */
function fromScratch(model: Model): Uint8Array {
  const bank = new Bank().registerAll();
  for (const [key, entry] of [...model.keys].reverse()) {
    bank.backend.setCurrentKey(key);
    if (entry.account !== undefined) bank.account.update(entry.account);
    bank.history.update(entry.history);
    bank.visits.putAll(entry.visits);
    if (entry.total !== undefined) bank.total.add(entry.total);
    for (const value of entry.tallied) bank.tally.add(value);
  }
  return bank.bytes();
}

const anyAccount = fc.record(
  { count: fc.integer(), tags: fc.array(fc.string({ maxLength: 3 }), { maxLength: 2 }) },
  { noNullPrototype: true },
);
const anyVisitKey = fc.constantFrom<unknown>("a", "b", 0, -0, 1, [1], { w: [1, 2] });

function visitIndex(entry: ModelEntry, key: unknown): number {
  return entry.visits.findIndex(([other]) => {
    return (
      Object.is(other, key) ||
      (typeof key === "object" && JSON.stringify(other) === JSON.stringify(key))
    );
  });
}

const anyKeyedCommand = fc
  .record({
    key: fc.constantFrom("a", "b", "c", "d", "e", "f", "g", "h"),
    account: anyAccount,
    visitKey: anyVisitKey,
    number: fc.integer({ min: -1000, max: 1000 }),
    what: fc.nat(20),
  })
  .map(({ key, account, visitKey, number, what }) => {
    const fresh = (): Account => structuredClone(account);
    const commands: readonly (readonly [
      string,
      (entry: ModelEntry) => unknown,
      (bank: Bank) => unknown,
    ])[] = [
      [
        "value",
        ({ account: value }) => value,
        ({ account: state }) => structuredClone(state.value()),
      ],
      [
        "update",
        (entry) => {
          entry.account = fresh();
        },
        (bank) => bank.account.update(fresh()),
      ],
      [
        "clear",
        (entry) => {
          entry.account = undefined;
        },
        (bank) => bank.account.clear(),
      ],
      [
        "change in place, then update",
        (entry) => {
          entry.account ??= { count: 0, tags: [] };
          entry.account.count = number;
          entry.account.tags.push("x");
        },
        (bank) => {
          const value = bank.account.value() ?? { count: 0, tags: [] };
          value.count = number;
          value.tags.push("x");
          bank.account.update(value);
        },
      ],
      [
        "change in place, without update",
        (entry) => void entry.account?.tags.push("y"),
        (bank) => void bank.account.value()?.tags.push("y"),
      ],
      ["list get", ({ history }) => history, ({ history }) => structuredClone(history.get())],
      [
        "list add",
        (entry) => void entry.history.push(fresh()),
        (bank) => bank.history.add(fresh()),
      ],
      [
        "list addAll of itself",
        (entry) => void entry.history.push(...structuredClone(entry.history.slice(0, 3))),
        (bank) => bank.history.addAll(bank.history.get().slice(0, 3)),
      ],
      [
        "list update",
        (entry) => {
          entry.history = [fresh()];
        },
        (bank) => bank.history.update([fresh()]),
      ],
      [
        "list clear",
        (entry) => {
          entry.history = [];
        },
        (bank) => bank.history.clear(),
      ],
      [
        "list change in place",
        (entry) => {
          const [first] = entry.history;
          if (first !== undefined) first.count = number;
        },
        (bank) => {
          const [first] = bank.history.get();
          if (first !== undefined) first.count = number;
        },
      ],
      [
        "map put",
        (entry) => {
          const index = visitIndex(entry, visitKey);
          if (index === -1) entry.visits.push([visitKey, fresh()]);
          else entry.visits[index] = [visitKey, fresh()];
        },
        (bank) => bank.visits.put(visitKey, fresh()),
      ],
      [
        "map remove",
        (entry) => {
          const index = visitIndex(entry, visitKey);
          if (index !== -1) entry.visits.splice(index, 1);
        },
        (bank) => bank.visits.remove(visitKey),
      ],
      [
        "map get, contains",
        (entry) => {
          const value = entry.visits[visitIndex(entry, visitKey)]?.[1];
          return [value, value !== undefined, entry.visits.length === 0];
        },
        ({ visits }) => [
          structuredClone(visits.get(visitKey)),
          visits.contains(visitKey),
          visits.isEmpty(),
        ],
      ],
      [
        "map entries, keys, values",
        ({ visits }) => [visits, visits.map(([name]) => name), visits.map(([, value]) => value)],
        ({ visits }) => structuredClone([visits.entries(), visits.keys(), visits.values()]),
      ],
      [
        "map change in place",
        (entry) => void entry.visits[visitIndex(entry, visitKey)]?.[1].tags.push("z"),
        (bank) => void bank.visits.get(visitKey)?.tags.push("z"),
      ],
      [
        "reducing add",
        (entry) => {
          entry.total = (entry.total ?? 0) + number;
        },
        (bank) => bank.total.add(number),
      ],
      ["reducing get", ({ total }) => total, (bank) => bank.total.get()],
      [
        "aggregating add",
        (entry) => void entry.tallied.push(number),
        (bank) => bank.tally.add(number),
      ],
      [
        "aggregating get",
        ({ tallied }) => {
          const sum = tallied.reduce((left, right) => left + right, 0);
          return tallied.length === 0 ? undefined : `${sum} of ${tallied.join(" ")}`;
        },
        (bank) => bank.tally.get(),
      ],
      ["aggregating clear", ({ tallied }) => void tallied.splice(0), (bank) => bank.tally.clear()],
    ];
    const [name, model, real] = commands[what] as (typeof commands)[number];
    return new KeyedCommand(key, name, model, real);
  });

const anyCommands = fc.commands(
  [
    anyKeyedCommand,
    anyKeyedCommand,
    anyKeyedCommand,
    fc.constant(new TakeSnapshot()),
    fc.tuple(fc.nat(), fc.boolean()).map(([index, isWriting]) => new EndSnapshot(index, isWriting)),
  ],
  { maxCommands: 100, size: "+1" },
);

function check(
  type: TypeSerializer<Account>,
  parameters: { readonly endOnFailure?: boolean } = {},
): void {
  fc.assert(
    fc.property(anyCommands, (commands) => {
      const model: Model = { keys: new Map(), snapshots: [] };
      const real: Real = { bank: new Bank(all, type).registerAll(), snapshots: [], checkpoint: 0 };
      fc.modelRun(() => ({ model, real }), commands);
      expect(real.bank.bytes()).toEqual(fromScratch(model));
      for (const [index, snapshot] of real.snapshots.entries()) {
        const expected = model.snapshots[index];
        if (expected !== undefined && !expected.isWritten) {
          expect(snapshot.writeAsync()).toEqual(expected.expected);
        }
      }
    }),
    parameters,
  );
}

describe("HeapKeyedStateBackend", () => {
  test("behaves like a plain model, and every snapshot, however late written, is the state at its synchronous part", () => {
    check(accountType);
  });

  test("the model finds a state value handed to the writer by reference", () => {
    const byReference: TypeSerializer<Account> = { ...accountType, copy: (value) => value };
    expect(() => check(byReference, { endOnFailure: true })).toThrow(/^Property failed after/);
  });

  const anyContent = fc.dictionary(
    fc.string({ maxLength: 3 }),
    fc.record({
      account: anyAccount,
      visits: fc.array(fc.tuple(anyVisitKey, anyAccount)),
      number: fc.integer(),
    }),
    { noNullPrototype: true },
  );

  function fill(
    bank: Bank,
    content: Readonly<
      Record<string, { account: Account; visits: [unknown, Account][]; number: number }>
    >,
  ): Bank {
    for (const [key, { account, visits, number }] of Object.entries(content)) {
      const owner = keyGroupOf(key, maxParallelism);
      if (owner < bank.backend.keyGroupRange.start || owner > bank.backend.keyGroupRange.end)
        continue;
      bank.backend.setCurrentKey(key);
      bank.account.update(account);
      bank.history.add(account);
      bank.visits.putAll(visits);
      bank.total.add(number);
      bank.tally.add(number);
    }
    return bank;
  }

  test("restore undoes snapshot, before and after the states are claimed", () => {
    fc.assert(
      fc.property(anyContent, (content) => {
        const bytes = fill(new Bank().registerAll(), content).bytes();
        const restored = new Bank();
        restored.backend.restore([bytes]);
        expect(restored.bytes()).toEqual(bytes);
        void restored.visits;
        expect(restored.bytes()).toEqual(bytes);
        expect(restored.registerAll().bytes()).toEqual(bytes);
        expect(restored.backend.entries()).toEqual(readKeyedSnapshot(bytes));
      }),
    );
  });

  test("restore of any parallelism's snapshots into any other gives every subtask its own keys", () => {
    const anyParallelism = fc.integer({ min: 1, max: maxParallelism });
    fc.assert(
      fc.property(anyContent, anyParallelism, anyParallelism, (content, before, after) => {
        const snapshots = Array.from({ length: before }, (_, index) =>
          fill(
            new Bank(keyGroupRangeOf(maxParallelism, before, index)).registerAll(),
            content,
          ).bytes(),
        );
        for (let index = 0; index < after; index++) {
          const range = keyGroupRangeOf(maxParallelism, after, index);
          const restored = new Bank(range);
          restored.backend.restore(snapshots);
          expect(restored.registerAll().bytes()).toEqual(
            fill(new Bank(range).registerAll(), content).bytes(),
          );
        }
      }),
    );
  });

  test("a broken snapshot restores or is refused by name", () => {
    fc.assert(
      fc.property(anyContent, fc.nat(), fc.nat(255), (content, at, byte) => {
        const bytes = fill(new Bank().registerAll(), content).bytes();
        const rotten = bytes.slice();
        rotten[at % rotten.length] = byte;
        for (const broken of [rotten, bytes.slice(0, at % bytes.length)]) {
          try {
            readKeyedSnapshot(broken);
            const bank = new Bank();
            bank.backend.restore([broken]);
            bank.registerAll();
          } catch (error) {
            const isNamed =
              error instanceof SerializationError || error instanceof StateMigrationError;
            if (!isNamed) throw error;
          }
        }
      }),
    );
  });

  test("entries shows state by key group, name and key, as copies", () => {
    const bank = new Bank().registerAll();
    bank.backend.setCurrentKey("a");
    bank.account.update({ count: 1, tags: [] });
    bank.visits.put([1], { count: 2, tags: [] });
    bank.total.add(5);
    bank.total.add(6);
    bank.tally.add(7);
    const keyGroup = keyGroupOf("a", maxParallelism);
    const entries = bank.backend.entries();
    expect(entries).toEqual([
      { state: "account", kind: "value", keyGroup, key: "a", value: { count: 1, tags: [] } },
      {
        state: "tally",
        kind: "aggregating",
        keyGroup,
        key: "a",
        value: { sum: 7, values: [7] },
      },
      { state: "total", kind: "reducing", keyGroup, key: "a", value: 11 },
      {
        state: "visits",
        kind: "map",
        keyGroup,
        key: "a",
        value: new Map([[[1], { count: 2, tags: [] }]]),
      },
    ]);
    (entries[0]?.value as Account).count = 9;
    expect(bank.account.value()?.count).toBe(1);
  });

  test("stored is what entries shows of the current key", () => {
    fc.assert(
      fc.property(anyContent, (content) => {
        const { backend } = fill(new Bank().registerAll(), content);
        for (const { state, key, value } of backend.entries()) {
          backend.setCurrentKey(key);
          expect(backend.stored(state)).toEqual(value);
        }
        backend.setCurrentKey("a key of its own");
        expect(backend.stored("visits")).toBeUndefined();
      }),
    );
  });

  test("entries reads values of the job's own serializers, also inside lists", () => {
    const own: TypeSerializer<number> = { ...Types.INT, id: "my-int/1" };
    const { backend } = new Bank();
    backend.setCurrentKey("a");
    backend.getState(new ListStateDescriptor("list", own)).add(1);
    backend.getState(new MapStateDescriptor("map", own, Types.LIST(own))).put(1, [2]);
    expect(backend.entries().map(({ value }) => value)).toEqual([[1], new Map([[1, [2]]])]);
  });

  test("what goes in is copied", () => {
    const bank = new Bank();
    const account = { count: 1, tags: ["a"] };
    bank.backend.setCurrentKey("a");
    bank.account.update(account);
    bank.history.add(account);
    bank.visits.put("v", account);
    account.tags.push("later");
    expect(bank.account.value()?.tags).toEqual(["a"]);
    expect(bank.history.get()[0]?.tags).toEqual(["a"]);
    expect(bank.visits.get("v")?.tags).toEqual(["a"]);
  });

  test("a default value is copied out", () => {
    const { backend } = new Bank();
    const state = backend.getState(
      new ValueStateDescriptor("tags", Types.LIST(Types.STRING), ["none"]),
    );
    backend.setCurrentKey("a");
    state.value()?.push("spoilt");
    expect(state.value()).toEqual(["none"]);
  });

  test("a state without serializer takes plain data, null included; undefined clears", () => {
    const { backend } = new Bank();
    const state = backend.getState(new ValueStateDescriptor("any"));
    backend.setCurrentKey("a");
    state.update(null);
    expect(state.value()).toBe(null);
    state.update(undefined);
    expect(backend.entries()).toEqual([]);
  });

  test("keys are equal by content, and -0 is not 0 unless the key's type says so", () => {
    const generic = new Bank();
    for (const key of [{ a: 1, b: [2] }, -0, 0]) {
      generic.backend.setCurrentKey(key);
      generic.total.add(1);
    }
    generic.backend.setCurrentKey({ b: [2], a: 1 });
    expect(generic.total.get()).toBe(1);
    expect(generic.backend.entries().length).toBe(3);

    const keyed = new HeapKeyedStateBackend({
      keySerializer: Types.INT,
      maxParallelism,
      keyGroupRange: all,
    });
    const count = keyed.getState(new ValueStateDescriptor("count", Types.INT));
    keyed.setCurrentKey(-0);
    count.update(1);
    keyed.setCurrentKey(0);
    expect(count.value()).toBe(1);
  });

  test("without any state a snapshot has no bytes, and restores as nothing", () => {
    const { backend } = new Bank();
    expect(backend.snapshot(checkpointId(1)).writeAsync()).toEqual(new Uint8Array(0));
    backend.restore([new Uint8Array(0)]);
    expect(backend.entries()).toEqual([]);
  });

  test("a snapshot is written once, and not after its release", () => {
    const bank = new Bank().registerAll();
    const written = bank.backend.snapshot(checkpointId(1));
    written.writeAsync();
    expect(() => written.writeAsync()).toThrow(InvariantViolation);
    const released = bank.backend.snapshot(checkpointId(2));
    released.release();
    released.release();
    expect(() => released.writeAsync()).toThrow("Cannot write snapshot 2: it was released before");
  });
});

describe("wrong use", () => {
  test("of state without a current key is refused", () => {
    const bank = new Bank();
    const message = /^Cannot use keyed state "(account|history|visits|total)": no key is current/;
    const uses: readonly (() => unknown)[] = [
      () => bank.account.value(),
      () => bank.account.update({ count: 1, tags: [] }),
      () => bank.history.add({ count: 1, tags: [] }),
      () => bank.history.get(),
      () => bank.visits.put(1, { count: 1, tags: [] }),
      () => bank.visits.isEmpty(),
      () => bank.total.add(1),
      () => bank.total.clear(),
    ];
    for (const use of uses) {
      expect(use).toThrow(StateAccessError);
      expect(use).toThrow(message);
    }
  });

  test("of keys that cannot be, or are another subtask's, is refused", () => {
    const { backend } = new Bank({ start: 0, end: 0 });
    expect(() => backend.setCurrentKey(undefined)).toThrow(StateAccessError);
    expect(() => backend.setCurrentKey(null)).toThrow(StateAccessError);
    expect(() => backend.setCurrentKey(() => 1)).toThrow(SerializationError);
    const foreign = ["a", "b"].find((key) => operatorIndexOf(keyGroupOf(key, 16), 16, 16) !== 0);
    expect(() => backend.setCurrentKey(foreign)).toThrow(
      /^Cannot make the string "." the current key: its key group is \d+, expected 0 to 0; the key selector/,
    );
  });

  test("of a value that is not of the state's type is refused where it is made", () => {
    const { backend } = new Bank();
    const count = backend.getState(new ValueStateDescriptor("count", Types.INT));
    backend.setCurrentKey("a");
    expect(() => count.update(1.5)).toThrow(SerializationError);
    expect(count.value()).toBe(undefined);
  });

  test("of one name for two kinds or types is refused", () => {
    const { backend } = new Bank();
    const count = backend.getState(new ValueStateDescriptor("count", Types.INT));
    expect(backend.getState(new ValueStateDescriptor("count", Types.INT))).toBe(count);
    expect(() => backend.getState(new ValueStateDescriptor("count", Types.LONG))).toThrow(
      new StateMigrationError(
        'Cannot use state "count": it is declared as value state of long/1, expected value state of int/1 as before',
      ),
    );
    expect(() => backend.getState(new ListStateDescriptor("count", Types.INT))).toThrow(
      StateMigrationError,
    );
  });

  test("of restored state under another type, key type or max parallelism is refused", () => {
    const bank = new Bank().registerAll();
    const bytes = bank.bytes();
    const restored = new Bank();
    restored.backend.restore([bytes]);
    expect(() => restored.backend.getState(new ValueStateDescriptor("total", Types.LONG))).toThrow(
      'Cannot use state "total": it is declared as value state of long/1, expected reducing state of long/1 as before',
    );
    const otherKeys = new HeapKeyedStateBackend({
      keySerializer: Types.INT,
      maxParallelism,
      keyGroupRange: all,
    });
    expect(() => otherKeys.restore([bytes])).toThrow(
      "Cannot restore keyed state: its keys are generic/1, expected int/1",
    );
    const otherMax = new HeapKeyedStateBackend({
      maxParallelism: 32,
      keyGroupRange: { start: 0, end: 31 },
    });
    expect(() => otherMax.restore([bytes])).toThrow(StateMigrationError);
    expect(() => bank.backend.restore([bytes])).toThrow(InvariantViolation);
  });
});
