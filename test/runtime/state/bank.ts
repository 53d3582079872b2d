// A keyed backend with one state of each kind, the plainest model of what it should hold, and random uses of both: for
// the tests of every backend.

import fc from "fast-check";
import { expect } from "vitest";
import { keyGroupOf } from "../../../sim/runtime/state/key-groups.ts";
import type { KeyedStateBackend } from "../../../sim/runtime/state/keyed-state-backend.ts";
import {
  type AggregateFunction,
  AggregatingStateDescriptor,
  ListStateDescriptor,
  MapStateDescriptor,
  ReducingStateDescriptor,
  ValueStateDescriptor,
} from "../../../sim/runtime/state/state-descriptor.ts";
import { inKeyOrder, structuralKeyOf } from "../../../sim/runtime/state/structural-key.ts";
import { Types } from "../../../sim/runtime/state/type-information.ts";
import type { TypeSerializer } from "../../../sim/runtime/state/type-serializer.ts";

export const maxParallelism = 16;
export const all = { start: 0, end: maxParallelism - 1 };

/** What most states of the bank hold. */
export interface Account {
  count: number;
  tags: string[];
}

export const accountType: TypeSerializer<Account> = Types.OBJECT({
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
export class Bank<Backend extends KeyedStateBackend = KeyedStateBackend> {
  readonly backend: Backend;
  readonly #type: TypeSerializer<Account>;

  constructor(backend: Backend, type: TypeSerializer<Account> = accountType) {
    this.backend = backend;
    this.#type = type;
  }

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
export interface ModelEntry {
  account: Account | undefined;
  history: Account[];
  readonly visits: [unknown, Account][];
  total: number | undefined;
  readonly tallied: number[];
}

/** What every key should hold. */
export type ModelKeys = Map<string, ModelEntry>;

/** In what backends that are right differ. */
export interface BackendTraits {
  /** Whether a value that was read, and changed, is the state itself. */
  readonly sharesValues: boolean;
}

/** What keyed commands need of a model and of a real backend. */
interface KeyedModel {
  readonly keys: ModelKeys;
}

interface KeyedReal {
  /** The bank that is responsible for a key. */
  bankOf(key: string): Bank;
}

class KeyedCommand implements fc.Command<KeyedModel, KeyedReal> {
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

  run(model: KeyedModel, real: KeyedReal): void {
    const entry = model.keys.get(this.#key) ?? {
      account: undefined,
      history: [],
      visits: [],
      total: undefined,
      tallied: [],
    };
    model.keys.set(this.#key, entry);
    const bank = real.bankOf(this.#key);
    bank.backend.setCurrentKey(this.#key);
    expect(this.#real(bank)).toStrictEqual(this.#model(entry));
  }

  toString(): string {
    return `${this.#key}.${this.#name}`;
  }
}

/** A new bank, given those keys of a model that it is responsible for, in an order of its own. */
export function fromScratch(keys: ModelKeys, bank: Bank): Bank {
  bank.registerAll();
  for (const [key, entry] of [...keys].reverse()) {
    if (!isOwn(bank, key)) continue;
    bank.backend.setCurrentKey(key);
    if (entry.account !== undefined) bank.account.update(entry.account);
    bank.history.update(entry.history);
    bank.visits.putAll(entry.visits);
    if (entry.total !== undefined) bank.total.add(entry.total);
    for (const value of entry.tallied) bank.tally.add(value);
  }
  return bank;
}

function isOwn({ backend: { keyGroupRange } }: Bank, key: string): boolean {
  const keyGroup = keyGroupOf(key, maxParallelism);
  return keyGroup >= keyGroupRange.start && keyGroup <= keyGroupRange.end;
}

const anyAccount = fc.record(
  { count: fc.integer(), tags: fc.array(fc.string({ maxLength: 3 }), { maxLength: 2 }) },
  { noNullPrototype: true },
);
const anyVisitKey = fc.constantFrom<unknown>("a", "b", 0, -0, 1, [1], { w: [1, 2] });

/** The order in which a map shows its entries. */
function inOrder(visits: readonly [unknown, Account][]): readonly [unknown, Account][] {
  return inKeyOrder(visits.map((visit) => [structuralKeyOf(visit[0]), visit] as const));
}

function visitIndex(entry: ModelEntry, key: unknown): number {
  return entry.visits.findIndex(([other]) => {
    return (
      Object.is(other, key) ||
      (typeof key === "object" && JSON.stringify(other) === JSON.stringify(key))
    );
  });
}

/** Any use of any state, for a backend with these traits. */
export function anyKeyedCommand({
  sharesValues,
}: BackendTraits): fc.Arbitrary<fc.Command<KeyedModel, KeyedReal>> {
  return fc
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
          (entry) => void (sharesValues && entry.account?.tags.push("y")),
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
            if (sharesValues && first !== undefined) first.count = number;
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
          (entry) => {
            const visits = inOrder(entry.visits);
            return [visits, visits.map(([name]) => name), visits.map(([, value]) => value)];
          },
          ({ visits }) => structuredClone([visits.entries(), visits.keys(), visits.values()]),
        ],
        [
          "map change in place",
          (entry) =>
            void (sharesValues && entry.visits[visitIndex(entry, visitKey)]?.[1].tags.push("z")),
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
        [
          "aggregating clear",
          ({ tallied }) => void tallied.splice(0),
          (bank) => bank.tally.clear(),
        ],
      ];
      const [name, model, real] = commands[what] as (typeof commands)[number];
      return new KeyedCommand(key, name, model, real);
    });
}

/** What to fill banks with. */
export const anyContent = fc.dictionary(
  fc.string({ maxLength: 3 }),
  fc.record({
    account: anyAccount,
    visits: fc.array(fc.tuple(anyVisitKey, anyAccount)),
    number: fc.integer(),
  }),
  { noNullPrototype: true },
);

/** Gives a bank those keys that it is responsible for. */
export function fill(
  bank: Bank,
  content: Readonly<
    Record<string, { account: Account; visits: [unknown, Account][]; number: number }>
  >,
): Bank {
  for (const [key, { account, visits, number }] of Object.entries(content)) {
    if (!isOwn(bank, key)) continue;
    bank.backend.setCurrentKey(key);
    bank.account.update(account);
    bank.history.add(account);
    bank.visits.putAll(visits);
    bank.total.add(number);
    bank.tally.add(number);
  }
  return bank;
}
