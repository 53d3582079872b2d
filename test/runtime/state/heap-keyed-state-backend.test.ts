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
  ListStateDescriptor,
  MapStateDescriptor,
  ValueStateDescriptor,
} from "../../../sim/runtime/state/state-descriptor.ts";
import { StateAccessError, StateMigrationError } from "../../../sim/runtime/state/state-errors.ts";
import { Types } from "../../../sim/runtime/state/type-information.ts";
import type { TypeSerializer } from "../../../sim/runtime/state/type-serializer.ts";
import { checkpointId } from "../../../sim/runtime/stream-element.ts";
import {
  type Account,
  accountType,
  all,
  anyContent,
  anyKeyedCommand,
  type BackendTraits,
  Bank,
  fill,
  fromScratch,
  type ModelKeys,
  maxParallelism,
} from "./bank.ts";
import { full, written as writtenBytes } from "./full-state.ts";

/** What is read from the heap is the state itself. */
const heapTraits: BackendTraits = { sharesValues: true };

function newBank(keyGroupRange = all, type?: TypeSerializer<Account>): Bank<HeapKeyedStateBackend> {
  return new Bank(new HeapKeyedStateBackend({ maxParallelism, keyGroupRange }), type);
}

interface Model {
  readonly keys: ModelKeys;
  /** For each snapshot not yet released: the bytes of the model at its synchronous part. */
  readonly snapshots: { readonly expected: Uint8Array; isWritten: boolean }[];
}

interface Real {
  readonly bank: Bank;
  bankOf(): Bank;
  readonly snapshots: KeyedSnapshot[];
  checkpoint: number;
}

class TakeSnapshot implements fc.Command<Model, Real> {
  check(): boolean {
    return true;
  }
  run(model: Model, real: Real): void {
    model.snapshots.push({ expected: bytesOf(model), isWritten: false });
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
      if (!expected.isWritten) expect(writtenBytes(snapshot)).toEqual(expected.expected);
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
function bytesOf({ keys }: Model): Uint8Array {
  return fromScratch(keys, newBank()).bytes();
}

const anyKeyed = anyKeyedCommand(heapTraits);

const anyCommands = fc.commands(
  [
    anyKeyed,
    anyKeyed,
    anyKeyed,
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
      const bank = newBank(all, type).registerAll();
      const real: Real = { bank, bankOf: () => bank, snapshots: [], checkpoint: 0 };
      fc.modelRun(() => ({ model, real }), commands);
      expect(real.bank.bytes()).toEqual(bytesOf(model));
      for (const [index, snapshot] of real.snapshots.entries()) {
        const expected = model.snapshots[index];
        if (expected !== undefined && !expected.isWritten) {
          expect(writtenBytes(snapshot)).toEqual(expected.expected);
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

  test("restore undoes snapshot, before and after the states are claimed", () => {
    fc.assert(
      fc.property(anyContent, (content) => {
        const bytes = fill(newBank().registerAll(), content).bytes();
        const restored = newBank();
        restored.backend.restore([full(bytes)]);
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
            newBank(keyGroupRangeOf(maxParallelism, before, index)).registerAll(),
            content,
          ).bytes(),
        );
        for (let index = 0; index < after; index++) {
          const range = keyGroupRangeOf(maxParallelism, after, index);
          const restored = newBank(range);
          restored.backend.restore(snapshots.map(full));
          expect(restored.registerAll().bytes()).toEqual(
            fill(newBank(range).registerAll(), content).bytes(),
          );
        }
      }),
    );
  });

  test("a broken snapshot restores or is refused by name", () => {
    fc.assert(
      fc.property(anyContent, fc.nat(), fc.nat(255), (content, at, byte) => {
        const bytes = fill(newBank().registerAll(), content).bytes();
        const rotten = bytes.slice();
        rotten[at % rotten.length] = byte;
        for (const broken of [rotten, bytes.slice(0, at % bytes.length)]) {
          try {
            readKeyedSnapshot(broken);
            const bank = newBank();
            bank.backend.restore([full(broken)]);
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
    const bank = newBank().registerAll();
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
        const { backend } = fill(newBank().registerAll(), content);
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
    const { backend } = newBank();
    backend.setCurrentKey("a");
    backend.getState(new ListStateDescriptor("list", own)).add(1);
    backend.getState(new MapStateDescriptor("map", own, Types.LIST(own))).put(1, [2]);
    expect(backend.entries().map(({ value }) => value)).toEqual([[1], new Map([[1, [2]]])]);
  });

  test("what goes in is copied", () => {
    const bank = newBank();
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
    const { backend } = newBank();
    const state = backend.getState(
      new ValueStateDescriptor("tags", Types.LIST(Types.STRING), ["none"]),
    );
    backend.setCurrentKey("a");
    state.value()?.push("spoilt");
    expect(state.value()).toEqual(["none"]);
  });

  test("a state without serializer takes plain data, null included; undefined clears", () => {
    const { backend } = newBank();
    const state = backend.getState(new ValueStateDescriptor("any"));
    backend.setCurrentKey("a");
    state.update(null);
    expect(state.value()).toBe(null);
    state.update(undefined);
    expect(backend.entries()).toEqual([]);
  });

  test("keys are equal by content, and -0 is not 0 unless the key's type says so", () => {
    const generic = newBank();
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
    const { backend } = newBank();
    expect(writtenBytes(backend.snapshot(checkpointId(1)))).toEqual(new Uint8Array(0));
    backend.restore([full(new Uint8Array(0))]);
    expect(backend.entries()).toEqual([]);
  });

  test("a snapshot is written once, and not after its release", () => {
    const bank = newBank().registerAll();
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
    const bank = newBank();
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
    const { backend } = newBank({ start: 0, end: 0 });
    expect(() => backend.setCurrentKey(undefined)).toThrow(StateAccessError);
    expect(() => backend.setCurrentKey(null)).toThrow(StateAccessError);
    expect(() => backend.setCurrentKey(() => 1)).toThrow(SerializationError);
    const foreign = ["a", "b"].find((key) => operatorIndexOf(keyGroupOf(key, 16), 16, 16) !== 0);
    expect(() => backend.setCurrentKey(foreign)).toThrow(
      /^Cannot make the string "." the current key: its key group is \d+, expected 0 to 0; the key selector/,
    );
  });

  test("of a value that is not of the state's type is refused where it is made", () => {
    const { backend } = newBank();
    const count = backend.getState(new ValueStateDescriptor("count", Types.INT));
    backend.setCurrentKey("a");
    expect(() => count.update(1.5)).toThrow(SerializationError);
    expect(count.value()).toBe(undefined);
  });

  test("of one name for two kinds or types is refused", () => {
    const { backend } = newBank();
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
    const bank = newBank().registerAll();
    const bytes = bank.bytes();
    const restored = newBank();
    restored.backend.restore([full(bytes)]);
    expect(() => restored.backend.getState(new ValueStateDescriptor("total", Types.LONG))).toThrow(
      'Cannot use state "total": it is declared as value state of long/1, expected reducing state of long/1 as before',
    );
    const otherKeys = new HeapKeyedStateBackend({
      keySerializer: Types.INT,
      maxParallelism,
      keyGroupRange: all,
    });
    expect(() => otherKeys.restore([full(bytes)])).toThrow(
      "Cannot restore keyed state: its keys are generic/1, expected int/1",
    );
    const otherMax = new HeapKeyedStateBackend({
      maxParallelism: 32,
      keyGroupRange: { start: 0, end: 31 },
    });
    expect(() => otherMax.restore([full(bytes)])).toThrow(StateMigrationError);
    expect(() => bank.backend.restore([full(bytes)])).toThrow(InvariantViolation);
  });
});
