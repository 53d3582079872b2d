// What becomes of state whose type has changed: migrated by what its author says, refused, or carried on as it was.

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { SerializationError } from "../../../sim/kernel/serialization-error.ts";
import { HeapKeyedStateBackend } from "../../../sim/runtime/state/heap-keyed-state-backend.ts";
import type { WrittenKeyedState } from "../../../sim/runtime/state/keyed-state-backend.ts";
import { operatorStateMetasOf } from "../../../sim/runtime/state/operator-snapshot-format.ts";
import { OperatorStateBackend } from "../../../sim/runtime/state/operator-state.ts";
import { redistributeOperatorState } from "../../../sim/runtime/state/operator-state-redistribution.ts";
import { RocksDBKeyedStateBackend } from "../../../sim/runtime/state/rocksdb/rocksdb-keyed-state-backend.ts";
import {
  ListStateDescriptor,
  MapStateDescriptor,
  ValueStateDescriptor,
} from "../../../sim/runtime/state/state-descriptor.ts";
import { StateMigrationError } from "../../../sim/runtime/state/state-errors.ts";
import { Types } from "../../../sim/runtime/state/type-information.ts";
import type { TypeSerializer } from "../../../sim/runtime/state/type-serializer.ts";
import {
  anyMigration,
  BACKENDS,
  descriptorOf,
  differenceIn,
  moneyV1,
  moneyV2,
  moneyV3,
  newBackend,
  SHAPES,
  STATES,
  serializerIdsIn,
  stateOf,
  writtenBy,
} from "./migration-model.ts";

const numRuns = process.env["CLEANCUT_SOAK"] === "1" ? 5_000 : 300;

describe("Keyed state of a versioned type", () => {
  test("is the plain map, migrated, in every backend, form and parallelism", () => {
    fc.assert(
      fc.property(anyMigration, (migration) => {
        expect(differenceIn(migration)).toBeUndefined();
      }),
      { numRuns },
    );
  });

  test.each(BACKENDS)("of a newer version is refused by an older one: %s", (name) => {
    for (const shape of SHAPES.keys()) {
      for (const state of STATES) {
        for (const isTimed of [false, true]) {
          const writer = newBackend(name);
          stateOf(writer, descriptorOf(state, 1, { shape, isTimed }));
          const reader = newBackend(name);
          reader.restore([writtenBy(writer)]);
          const refused = () => stateOf(reader, descriptorOf(state, 0, { shape, isTimed }));
          expect(refused).toThrow(StateMigrationError);
          expect(refused).toThrow('; "money" is of version 2 there, newer than 1');
          expect(serializerIdsIn(reader)).toEqual(serializerIdsIn(writer));
        }
      }
    }
  });

  test.each(BACKENDS)("can neither gain nor lose a time to live: %s", (name) => {
    for (const isTimed of [false, true]) {
      const writer = newBackend(name);
      stateOf(writer, descriptorOf("value", 0, { isTimed }));
      const reader = newBackend(name);
      reader.restore([writtenBy(writer)]);
      expect(() => stateOf(reader, descriptorOf("value", 1, { isTimed: !isTimed }))).toThrow(
        isTimed
          ? "; state saved with a time to live cannot go on without"
          : "; state saved without a time to live cannot be given one",
      );
    }
  });

  test.each(BACKENDS)("is as it was when its migration throws: %s", (name) => {
    const writer = newBackend(name);
    const before = writer.getState(new ValueStateDescriptor("paid", moneyV1));
    for (const [key, euros] of [
      ["a", 1],
      ["b", 2],
    ] as const) {
      writer.setCurrentKey(key);
      before.update(euros);
    }
    const reader = newBackend(name);
    reader.restore([writtenBy(writer)]);
    const typeOf = (migrate: (old: number) => number) =>
      Types.VERSIONED({
        name: "money",
        version: 2,
        type: Types.LONG,
        previous: { type: moneyV1, migrate },
      });
    const choosy = typeOf((old) => {
      if (old === 2) throw new Error("no two");
      return old;
    });
    const half = typeOf((old) => old / 4);
    for (const [type, said] of [
      [choosy, "no two"],
      [half, "Cannot take a value as Types.LONG: found the number 0."],
    ] as const) {
      expect(() => reader.getState(new ValueStateDescriptor("paid", type))).toThrow(said);
      expect(reader.entries()).toEqual(writer.entries());
    }
    const paid = reader.getState(
      new ValueStateDescriptor(
        "paid",
        typeOf((old) => old * 10),
      ),
    );
    reader.setCurrentKey("b");
    expect(paid.value()).toBe(20);
  });

  test.each(BACKENDS)("may have been of another type that its author names: %s", (name) => {
    const writer = newBackend(name);
    const before = writer.getState(new ValueStateDescriptor("paid", Types.GENERIC));
    writer.setCurrentKey("a");
    before.update({ euros: 3 });
    const reader = newBackend(name);
    reader.restore([writtenBy(writer)]);
    const type = Types.VERSIONED({
      name: "money",
      version: 1,
      type: Types.INT,
      previous: {
        type: Types.GENERIC,
        migrate: (old) => (old as { readonly euros: number }).euros,
      },
    });
    reader.setCurrentKey("a");
    expect(reader.getState(new ValueStateDescriptor("paid", type)).value()).toBe(3);
    expect(reader.entries()).toMatchObject([{ key: "a", value: 3 }]);
  });

  test.each(BACKENDS)("is refused in sentences that name it, its operator and both: %s", (name) => {
    const refusal = (before: TypeSerializer<unknown>, now: TypeSerializer<unknown>) => {
      const writer = newBackend(name);
      writer.getState(new ListStateDescriptor("paid", before));
      const reader = newBackend(name);
      reader.restore([writtenBy(writer)]);
      try {
        reader.getState(new ListStateDescriptor("paid", now));
      } catch (error) {
        return error instanceof StateMigrationError ? error.message : error;
      }
      return undefined;
    };
    const [v1, v2] = [moneyV1, moneyV2] as unknown as readonly TypeSerializer<unknown>[];
    const cut = Types.VERSIONED({ name: "money", version: 2, type: Types.STRING });
    const long = Types.VERSIONED({ name: "money", version: 1, type: Types.LONG });
    expect(refusal(v2 ?? cut, v1 ?? cut)).toBe(
      'Cannot use state "paid" of operator "sum": it is declared as list state of list/1<"money"/1<int/1>>, ' +
        'expected list state of list/1<"money"/2<object/1<"cents":long/1,"currency":string/1>>> as before; ' +
        '"money" is of version 2 there, newer than 1',
    );
    expect(refusal(v1 ?? cut, cut as TypeSerializer<unknown>)).toMatch(
      /as before; version 2 of "money" names no previous type$/,
    );
    expect(refusal(long as TypeSerializer<unknown>, v1 ?? cut)).toMatch(
      /as before; version 1 of "money" was another type there, and a changed type needs a new version$/,
    );
    expect(refusal(Types.LONG as TypeSerializer<unknown>, v1 ?? cut)).toMatch(
      /expected list state of list\/1<long\/1> as before; version 1 of "money" names no previous type$/,
    );
  });
});

describe("Keys", () => {
  const keysV1 = Types.VERSIONED({ name: "key", version: 1, type: Types.STRING });
  const keysV2 = Types.VERSIONED({
    name: "key",
    version: 2,
    type: Types.STRING,
    previous: { type: keysV1, migrate: (old) => `new ${old}` },
  });

  test.each(BACKENDS)("of a map cannot be migrated: %s", (name) => {
    const writer = newBackend(name);
    writer.getState(new MapStateDescriptor("map", keysV1, moneyV1));
    const reader = newBackend(name);
    reader.restore([writtenBy(writer)]);
    expect(() => reader.getState(new MapStateDescriptor("map", keysV2, moneyV2))).toThrow(
      /^Cannot use state "map" of operator "sum": .* as before; the keys of map state cannot be migrated$/,
    );
  });

  test("of a backend cannot be migrated, and may be declared anew if their bytes stay", () => {
    const options = { maxParallelism: 16, keyGroupRange: { start: 0, end: 15 } };
    const same: TypeSerializer<string> = {
      ...Types.STRING,
      id: "key/3",
      resolveSchemaCompatibility: () => ({ kind: "compatible-as-is" }),
    };
    const made = (keySerializer: TypeSerializer<string>) => {
      const keyed = { ...options, keySerializer: keySerializer as TypeSerializer<unknown> };
      return [
        new HeapKeyedStateBackend(keyed),
        new RocksDBKeyedStateBackend({ ...keyed, isIncremental: true }),
      ] as const;
    };
    for (const index of [0, 1] as const) {
      const writer = made(keysV1)[index];
      const state = writer.getState(new ValueStateDescriptor("paid", moneyV1));
      writer.setCurrentKey("a");
      state.update(5);
      const written = writtenBy(writer);
      expect(() => made(keysV2)[index].restore([written])).toThrow(
        'Cannot restore keyed state: its keys are "key"/1<string/1>, expected "key"/2<string/1>; keys cannot be migrated',
      );
      expect(() => made(Types.STRING)[index].restore([written])).toThrow(StateMigrationError);
      const reader = made(same)[index];
      reader.restore([written]);
      reader.setCurrentKey("a");
      expect(reader.getState(new ValueStateDescriptor("paid", moneyV2)).value()).toEqual({
        cents: 500,
        currency: "EUR",
      });
    }
  });
});

describe("An author's own serializer", () => {
  const v1: TypeSerializer<number> = { ...Types.INT, id: "own/1" };
  /** Reads version 1, and version 0 as it is. */
  class Own implements TypeSerializer<string> {
    readonly id = "own/2";
    copy = Types.STRING.copy;
    serialize = Types.STRING.serialize;
    deserialize = Types.STRING.deserialize;
    sizeOf = Types.STRING.sizeOf;
    resolveSchemaCompatibility(written: string) {
      if (written === "own/0") return { kind: "compatible-as-is" } as const;
      if (written !== v1.id) return { kind: "incompatible", reason: "who knows" } as const;
      return {
        kind: "compatible-after-migration",
        deserialize: (input: Parameters<typeof v1.deserialize>[0]) => `${v1.deserialize(input)}`,
      } as const;
    }
  }

  test.each(BACKENDS)("says how older versions are read, and whether: %s", (name) => {
    const readAs = (before: TypeSerializer<unknown>, value: unknown) => {
      const writer = newBackend(name);
      const list = writer.getState(new ListStateDescriptor("list", before));
      const map = writer.getState(new MapStateDescriptor("map", Types.STRING, before));
      writer.setCurrentKey("a");
      list.addAll([value, value]);
      map.put("x", value);
      const reader = newBackend(name);
      reader.restore([writtenBy(writer)]);
      const own = new Own();
      const lists = reader.getState(new ListStateDescriptor("list", own));
      const maps = reader.getState(new MapStateDescriptor("map", Types.STRING, own));
      reader.setCurrentKey("a");
      lists.add("c");
      expect([...serializerIdsIn(reader).values()]).toEqual([
        "list/1<own/2>",
        "map/1<string/1,own/2>",
      ]);
      return [lists.get(), maps.entries()];
    };
    expect(readAs(v1 as TypeSerializer<unknown>, 5)).toEqual([["5", "5", "c"], [["x", "5"]]]);
    const v0 = { ...Types.STRING, id: "own/0" } as TypeSerializer<unknown>;
    expect(readAs(v0, "z")).toEqual([["z", "z", "c"], [["x", "z"]]]);
    const other = { ...Types.STRING, id: "other/1" } as TypeSerializer<unknown>;
    expect(() => readAs(other, "z")).toThrow(/; who knows$/);
    const newer = { ...Types.STRING, id: "own/3" } as TypeSerializer<unknown>;
    expect(() => readAs(newer, "z")).toThrow(/; own is of version 3 there, newer than 2$/);
  });
});

describe("Operator state", () => {
  const list = <T>(type: TypeSerializer<T>) => new ListStateDescriptor("list", type);
  const map = <T>(type: TypeSerializer<T>) => new MapStateDescriptor("map", type, type);

  function restored(bytes: Uint8Array): OperatorStateBackend {
    const backend = new OperatorStateBackend("sum");
    const [shares = []] = redistributeOperatorState([operatorStateMetasOf(bytes)], 1);
    backend.restore([bytes], shares);
    return backend;
  }

  test("of every mode is migrated, and carried on as it was until it is asked for", () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: -99, max: 99 }), { minLength: 1, maxLength: 6 }),
        (euros) => {
          const writer = new OperatorStateBackend("sum");
          writer.getListState(list(moneyV1)).addAll(euros);
          const union = new ListStateDescriptor("union", Types.LIST(moneyV1));
          writer.getUnionListState(union).addAll(euros.map((each) => [each]));
          const broadcast = writer.getBroadcastState(map(moneyV1));
          for (const each of euros) broadcast.put(each, each);
          const bytes = writer.snapshot();
          const carried = restored(restored(bytes).snapshot());
          expect(carried.snapshot()).toEqual(bytes);
          const cents = euros.map((each) => ({ cents: each * 100, currency: "EUR" }));
          expect(carried.getListState(list(moneyV2)).get()).toEqual(cents);
          const unionV2 = new ListStateDescriptor("union", Types.LIST(moneyV2));
          expect(carried.getUnionListState(unionV2).get()).toEqual(cents.map((each) => [each]));
          const next = restored(carried.snapshot());
          expect(next.getListState(list(moneyV2)).get()).toEqual(cents);
          expect(() => restored(carried.snapshot()).getListState(list(moneyV1))).toThrow(
            /^Cannot use operator state "list" of operator "sum": .*; "money" is of version 2 there, newer than 1$/,
          );
          const text = (each: number) => `EUR ${each * 100}`;
          expect([...next.getBroadcastState(map(moneyV3)).entries()].sort()).toEqual(
            [...new Set(euros)].map((each) => [text(each), text(each)]).sort(),
          );
          expect(() => restored(bytes).getUnionListState(list(moneyV2))).toThrow(
            StateMigrationError,
          );
        },
      ),
    );
  });
});

describe("Types.VERSIONED", () => {
  test.each([
    [{ name: "", version: 1, type: Types.INT }, "its name is empty"],
    [{ name: "a", version: 0, type: Types.INT }, 'the version of "a" is 0'],
    [{ name: "a", version: 1.5, type: Types.INT }, 'the version of "a" is 1.5'],
    [
      {
        name: "money",
        version: 2,
        type: Types.INT,
        previous: { type: moneyV2 as TypeSerializer<unknown>, migrate: () => 0 },
      },
      'version 2 of "money" has version 2 as its previous type',
    ],
  ])("refuses %j", (options, said) => {
    expect(() => Types.VERSIONED(options)).toThrow(SerializationError);
    expect(() => Types.VERSIONED(options)).toThrow(`Cannot make Types.VERSIONED: ${said}`);
  });
});

test("State of a serializer that nobody knows hinders no look at another", () => {
  const own: TypeSerializer<number> = { ...Types.LONG, id: "own/1" };
  for (const name of BACKENDS) {
    const writer = newBackend(name);
    for (const descriptor of [
      new ValueStateDescriptor("own", own),
      new ValueStateDescriptor("paid", moneyV1),
    ]) {
      const state = writer.getState(descriptor);
      writer.setCurrentKey("a");
      state.update(1);
    }
    const written: WrittenKeyedState = writtenBy(writer);
    const reader = newBackend(name);
    reader.restore([written]);
    expect(() => reader.entries()).toThrow(SerializationError);
    expect(reader.entries("paid")).toMatchObject([{ state: "paid", key: "a", value: 1 }]);
  }
});
