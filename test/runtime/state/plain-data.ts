// Arbitrary plain data for these tests, a strict idea of its equality, and a way to spoil every mutable part of it.

import fc from "fast-check";
import { Types } from "../../../sim/runtime/state/type-information.ts";
import type { TypeSerializer } from "../../../sim/runtime/state/type-serializer.ts";

/** Any text, lone surrogates and the characters around every length of UTF-8 included. */
export const anyText: fc.Arbitrary<string> = fc.oneof(
  fc.string(),
  fc.string({ unit: "binary" }),
  fc
    .array(
      fc.oneof(
        fc.constantFrom(
          0,
          0x7f,
          0x80,
          0x7ff,
          0x800,
          0xd7ff,
          0xd800,
          0xdbff,
          0xdc00,
          0xdfff,
          0xffff,
        ),
        fc.integer({ min: 0, max: 0xffff }),
      ),
    )
    .map((units) => String.fromCharCode(...units)),
);

const anyLeaf = fc.oneof(
  fc.constantFrom(
    undefined,
    null,
    -0,
    Number.NaN,
    Number.POSITIVE_INFINITY,
    Number.NEGATIVE_INFINITY,
  ),
  fc.boolean(),
  fc.integer(),
  fc.double(),
  fc.maxSafeInteger(),
  fc.bigInt(),
  anyText,
  fc.uint8Array({ maxLength: 8 }),
);

/** Any value that Types.GENERIC takes. */
export const anyPlainData: fc.Arbitrary<unknown> = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    { weight: 3, arbitrary: anyLeaf },
    tie("array"),
    tie("object"),
    tie("map"),
    tie("set"),
  ),
  array: fc.array(tie("value"), { maxLength: 5 }),
  object: fc.dictionary(
    fc.oneof(anyText, fc.constantFrom("__proto__", "1", "10", "9")),
    tie("value"),
    {
      maxKeys: 5,
      noNullPrototype: true,
    },
  ),
  map: fc
    .array(fc.tuple(tie("value"), tie("value")), { maxLength: 4 })
    .map((entries) => new Map(entries)),
  set: fc.array(tie("value"), { maxLength: 4 }).map((items) => new Set(items)),
})).value;

/** A serializer with values that it takes. */
export interface SerializerCase {
  readonly serializer: TypeSerializer<unknown>;
  readonly values: fc.Arbitrary<unknown>;
}

/** Every built-in type, composite ones of the others. */
export const anySerializerCase: fc.Arbitrary<SerializerCase> = fc.letrec<{ type: SerializerCase }>(
  (tie) => ({
    type: fc.oneof(
      { maxDepth: 3, withCrossShrink: true },
      fc.constantFrom<SerializerCase>(
        { serializer: Types.INT, values: fc.integer() },
        { serializer: Types.LONG, values: fc.maxSafeInteger() },
        { serializer: Types.DOUBLE, values: fc.double() },
        { serializer: Types.BOOLEAN, values: fc.boolean() },
        { serializer: Types.STRING, values: anyText },
        { serializer: Types.BIG_INT, values: fc.bigInt() },
        { serializer: Types.BYTES, values: fc.uint8Array() },
        { serializer: Types.GENERIC, values: anyPlainData },
      ),
      tie("type").map(({ serializer, values }) => ({
        serializer: Types.LIST(serializer),
        values: fc.array(values, { maxLength: 5 }),
      })),
      fc.tuple(tie("type"), tie("type")).map(([key, value]) => ({
        serializer: Types.MAP(key.serializer, value.serializer),
        values: fc
          .array(fc.tuple(key.values, value.values), { maxLength: 4 })
          .map((pairs) => new Map(pairs)),
      })),
      fc
        .tuple(anyText, fc.integer({ min: 1 }), tie("type"))
        .map(([name, version, { serializer, values }]) => ({
          serializer: Types.VERSIONED({ name: `t${name}`, version, type: serializer }),
          values,
        })),
      fc.array(tie("type"), { minLength: 1, maxLength: 3 }).map((members) => ({
        serializer: Types.TUPLE(...members.map(({ serializer }) => serializer)),
        values: fc.tuple(...members.map(({ values }) => values)),
      })),
      fc
        .dictionary(anyText, tie("type"), { minKeys: 1, maxKeys: 3, noNullPrototype: true })
        .map((fields) => ({
          serializer: Types.OBJECT(
            Object.fromEntries(
              Object.entries(fields).map(([name, { serializer }]) => [name, serializer]),
            ),
          ) as TypeSerializer<unknown>,
          values: fc.record(
            Object.fromEntries(Object.entries(fields).map(([name, { values }]) => [name, values])),
            { noNullPrototype: true },
          ),
        })),
    ),
  }),
).type;

/** Equal by structure: -0 is not 0, NaN is NaN; maps and sets have an order, an object's keys have none. */
export function isSame(left: unknown, right: unknown): boolean {
  if (Object.is(left, right)) return true;
  if (typeof left !== "object" || typeof right !== "object" || left === null || right === null)
    return false;
  if (Object.getPrototypeOf(left) !== Object.getPrototypeOf(right)) return false;
  const leftParts = partsOf(left);
  const rightParts = partsOf(right);
  return (
    leftParts.length === rightParts.length &&
    leftParts.every((part, index) => isSame(part, rightParts[index]))
  );
}

function partsOf(value: object): readonly unknown[] {
  if (Array.isArray(value) || value instanceof Set || value instanceof Uint8Array)
    return [...value];
  if (value instanceof Map) return [...value].flat();
  return Object.keys(value)
    .sort((left, right) => (left < right ? -1 : 1))
    .flatMap((name) => [name, (value as Record<string, unknown>)[name]]);
}

/** Changes everything in a value that can be changed. */
export function spoil(value: unknown): void {
  if (typeof value !== "object" || value === null) return;
  for (const part of partsOf(value)) spoil(part);
  if (value instanceof Uint8Array) value.fill(77);
  else if (Array.isArray(value)) value.push("spoilt");
  else if (value instanceof Map) value.set("spoilt", 1);
  else if (value instanceof Set) value.add("spoilt");
  else (value as Record<string, unknown>)["spoilt"] = 1;
}
