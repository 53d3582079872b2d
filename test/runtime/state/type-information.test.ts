// Every built-in type: round trips, sizes, copies, ids, and what it refuses.

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { canonicalText } from "../../../sim/kernel/canonical-value.ts";
import { SerializationError } from "../../../sim/kernel/serialization-error.ts";
import { DataInputView } from "../../../sim/runtime/state/data-input-view.ts";
import { DataOutputView } from "../../../sim/runtime/state/data-output-view.ts";
import { serializerById } from "../../../sim/runtime/state/serializer-by-id.ts";
import { resolveSchemaCompatibility } from "../../../sim/runtime/state/serializer-compatibility.ts";
import { parseSerializerId } from "../../../sim/runtime/state/serializer-id.ts";
import { Types } from "../../../sim/runtime/state/type-information.ts";
import type { TypeSerializer } from "../../../sim/runtime/state/type-serializer.ts";
import { anyPlainData, anySerializerCase, isSame, spoil } from "./plain-data.ts";

const anySerializerAndValue = anySerializerCase.chain(({ serializer, values }) =>
  fc.tuple(fc.constant(serializer), values),
);

function bytesOf<T>(serializer: TypeSerializer<T>, value: T): Uint8Array {
  const out = new DataOutputView();
  serializer.serialize(value, out);
  return out.toBytes();
}

describe("every type", () => {
  test("gives back what it wrote, in as many bytes as it says, at least one", () => {
    fc.assert(
      fc.property(anySerializerAndValue, ([serializer, value]) => {
        const bytes = bytesOf(serializer, value);
        expect(serializer.sizeOf(value)).toBe(bytes.length);
        expect(bytes.length).toBeGreaterThan(0);
        const input = new DataInputView(bytes);
        const back = serializer.deserialize(input);
        input.expectEnd();
        expect(isSame(back, value)).toBe(true);
        expect(bytesOf(serializer, back)).toEqual(bytes);
      }),
    );
  });

  test("copies: the copy is equal, and spoiling it leaves the original alone", () => {
    fc.assert(
      fc.property(anySerializerAndValue, ([serializer, value]) => {
        const before = canonicalText(value);
        const copy = serializer.copy(value);
        expect(isSame(copy, value)).toBe(true);
        spoil(copy);
        expect(canonicalText(value)).toBe(before);
      }),
    );
  });

  test("is rebuilt from its id", () => {
    fc.assert(
      fc.property(anySerializerAndValue, ([serializer, value]) => {
        const rebuilt = serializerById(serializer.id);
        expect(rebuilt.id).toBe(serializer.id);
        expect(bytesOf(rebuilt, value)).toEqual(bytesOf(serializer, value));
      }),
    );
  });

  test("has an id that can be taken apart, and put together again", () => {
    const isWhole = (id: string): boolean => {
      const parsed = parseSerializerId(id.replace(/^"(?:[^"\\]|\\.)*":/, ""));
      const parts = parsed?.parts ?? [];
      const inside = parts.length === 0 ? "" : `<${parts.join(",")}>`;
      return id.endsWith(`${parsed?.name}/${parsed?.version}${inside}`) && parts.every(isWhole);
    };
    fc.assert(
      fc.property(anySerializerCase, ({ serializer: { id } }) => {
        expect(isWhole(id)).toBe(true);
      }),
    );
    for (const id of ["", "int", "int/", "list/1<", "list/1<int/1>>", "list/1<int/1>,", "a b"]) {
      expect(parseSerializerId(id)).toBeUndefined();
    }
  });

  test("is compatible with itself as it is, and with no other", () => {
    fc.assert(
      fc.property(anySerializerCase, anySerializerCase, ({ serializer }, { serializer: other }) => {
        expect(resolveSchemaCompatibility(serializer.id, serializer).kind).toBe("compatible-as-is");
        if (serializer.id === other.id) return;
        expect(resolveSchemaCompatibility(other.id, serializer).kind).toBe("incompatible");
      }),
    );
  });

  test("reads any bytes or refuses them by name", () => {
    fc.assert(
      fc.property(anySerializerAndValue, fc.nat(), fc.nat(255), ([serializer, value], at, byte) => {
        const bytes = bytesOf(serializer, value);
        bytes[at % bytes.length] = byte;
        readsOrRefuses(() => serializer.deserialize(new DataInputView(bytes)));
        readsOrRefuses(() => serializer.deserialize(new DataInputView(bytes.slice(0, -1))));
      }),
    );
    fc.assert(
      fc.property(fc.uint8Array(), (bytes) => {
        readsOrRefuses(() => Types.GENERIC.deserialize(new DataInputView(bytes)));
      }),
    );
  });

  function readsOrRefuses(read: () => unknown): void {
    try {
      read();
    } catch (error) {
      expect(error).toBeInstanceOf(SerializationError);
    }
  }
});

describe("Types", () => {
  test("have ids that spell out their parts", () => {
    const type = Types.MAP(
      Types.STRING,
      Types.OBJECT({ "a b": Types.INT, last: Types.TUPLE(Types.LONG, Types.LIST(Types.GENERIC)) }),
    );
    expect(type.id).toBe(
      'map/1<string/1,object/1<"a b":int/1,"last":tuple/1<long/1,list/1<generic/1>>>>',
    );
  });

  test("have the TypeScript types of their values", () => {
    const pair: TypeSerializer<[string, number]> = Types.TUPLE(Types.STRING, Types.INT);
    const row: TypeSerializer<{ count: number; tags: string[] }> = Types.OBJECT({
      count: Types.INT,
      tags: Types.LIST(Types.STRING),
    });
    expect(pair.copy(["a", 1])).toEqual(["a", 1]);
    expect(row.copy({ count: 1, tags: ["x"] })).toEqual({ count: 1, tags: ["x"] });
  });

  test("INT and LONG take -0 for 0, in a copy as on the wire", () => {
    for (const type of [Types.INT, Types.LONG]) {
      expect(type.copy(-0)).toBe(0);
      expect(type.deserialize(new DataInputView(bytesOf(type, -0)))).toBe(0);
    }
  });

  test("GENERIC copies a Buffer into bytes of its own", () => {
    const buffer = Buffer.from([1, 2, 3]);
    const copy = Types.GENERIC.copy(buffer) as Uint8Array;
    buffer[0] = 9;
    expect([...copy]).toEqual([1, 2, 3]);
  });

  class Point {
    readonly x = 1;
  }
  test.each<readonly [TypeSerializer<unknown>, unknown, string]>([
    [
      Types.INT,
      1.5,
      "Cannot take a value as Types.INT: found the number 1.5, expected a whole number",
    ],
    [Types.INT, 2 ** 31, "Cannot take a value as Types.INT: found the number 2147483648, expected"],
    [Types.INT, "1", 'Cannot take a value as Types.INT: found the string "1", expected a whole'],
    [Types.INT, 1n, "Cannot take a value as Types.INT: found the bigint 1n, expected a whole"],
    [Types.LONG, 2 ** 53, "Cannot take a value as Types.LONG: found the number 9007199254740992"],
    [Types.LONG, 1n, "Cannot take a value as Types.LONG: found the bigint 1n"],
    [
      Types.DOUBLE,
      "x",
      'Cannot take a value as Types.DOUBLE: found the string "x", expected a number',
    ],
    [
      Types.BOOLEAN,
      0,
      "Cannot take a value as Types.BOOLEAN: found the number 0, expected true or false",
    ],
    [Types.STRING, 7, "Cannot take a value as Types.STRING: found the number 7, expected a string"],
    [
      Types.BIG_INT,
      7,
      "Cannot take a value as Types.BIG_INT: found the number 7, expected a bigint such as 12n",
    ],
    [
      Types.BYTES,
      [1],
      "Cannot take a value as Types.BYTES: found an array of 1, expected a Uint8Array",
    ],
    [
      Types.LIST(Types.INT),
      new Set(),
      "Cannot take a value as Types.LIST: found an instance of Set",
    ],
    [Types.MAP(Types.INT, Types.INT), {}, "Cannot take a value as Types.MAP: found a plain object"],
    [
      Types.TUPLE(Types.INT),
      [1, 2],
      "Cannot take a value as Types.TUPLE: found an array of 2, expected an array of 1",
    ],
    [
      Types.OBJECT({ a: Types.INT, b: Types.INT }),
      { a: 1, c: 2 },
      "Cannot take a value as Types.OBJECT: found a plain object with the fields a, c, expected exactly a, b",
    ],
    [
      Types.OBJECT({ x: Types.INT }),
      new Point(),
      "Cannot take a value as Types.OBJECT: found an instance of Point",
    ],
    [
      Types.GENERIC,
      new Point(),
      "Cannot take a value as Types.GENERIC: found an instance of Point, expected plain data",
    ],
    [
      Types.GENERIC,
      [() => 1],
      "Cannot take a value as Types.GENERIC: found a function, expected plain data",
    ],
    [
      Types.GENERIC,
      Symbol("s"),
      "Cannot take a value as Types.GENERIC: found a symbol, expected plain data",
    ],
  ])("$0.id refuses $1", (type, value, message) => {
    for (const act of [
      () => type.copy(value),
      () => bytesOf(type, value),
      () => type.sizeOf(value),
    ]) {
      expect(act).toThrow(SerializationError);
      expect(act).toThrow(message);
    }
  });

  test("GENERIC refuses what contains itself", () => {
    const cycle: unknown[] = [];
    cycle.push(cycle);
    const refused = "it contains itself or is nested more than 500 deep";
    expect(() => Types.GENERIC.copy(cycle)).toThrow(refused);
    expect(() => bytesOf(Types.GENERIC, cycle)).toThrow(refused);
    expect(() => Types.GENERIC.sizeOf(cycle)).toThrow(refused);
  });

  test("refuse to be made of nothing", () => {
    expect(() => Types.TUPLE()).toThrow(SerializationError);
    expect(() => Types.OBJECT({})).toThrow(SerializationError);
  });
});

describe("serializerById", () => {
  const upper: TypeSerializer<unknown> = { ...Types.GENERIC, id: "upper/3" };

  test("finds the job's own serializers, also inside built-in ones", () => {
    expect(serializerById("upper/3", [upper])).toBe(upper);
    expect(serializerById("list/1<upper/3>", [upper]).id).toBe("list/1<upper/3>");
  });

  test.each([
    ["float/1", /Cannot find a serializer for "float\/1" in "float\/1": expected .*int\/1/],
    ["int/10", /Cannot find a serializer for "int\/10"/],
    ["list/1", /found the end at 6, expected </],
    ["list/1<int/1", /found the end at 12, expected >/],
    ["map/1<int/1>", /found the end at 12, expected 2 parts/],
    ["object/1<a:int/1>", /expected a field's name in quotes/],
    ['object/1<"\\x":int/1>', /found "\\x" at 0, expected a JSON string/],
    ["int/1>", /found > at 5, expected the end/],
  ])("refuses %s", (id, message) => {
    expect(() => serializerById(id)).toThrow(SerializationError);
    expect(() => serializerById(id)).toThrow(message);
  });
});

test("GENERIC keeps the order of keys, entries and elements", () => {
  fc.assert(
    fc.property(anyPlainData, (value) => {
      const back = Types.GENERIC.deserialize(new DataInputView(bytesOf(Types.GENERIC, value)));
      expect(keysOf(back)).toEqual(keysOf(value));
      expect(keysOf(Types.GENERIC.copy(value))).toEqual(keysOf(value));
    }),
  );

  function keysOf(value: unknown): readonly string[] {
    if (typeof value !== "object" || value === null || value instanceof Map) return [];
    return Object.keys(value);
  }
});
