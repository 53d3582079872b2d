// The serializer of any plain data, by structure (the place of Flink's Kryo fallback, but for data only): a tag byte,
// then the value. Functions, symbols, class instances and values that contain themselves are refused.

import { isPlainObject, PLAIN_DATA_DEPTH_MAX, setField } from "../../kernel/plain-object.ts";
import { SerializationError } from "../../kernel/serialization-error.ts";
import { bigIntSerializer, bytesSerializer, refusal } from "./basic-serializers.ts";
import type { DataInputView } from "./data-input-view.ts";
import { type DataOutputView, sizeOfUTF, sizeOfVarInt } from "./data-output-view.ts";
import type { TypeSerializer } from "./type-serializer.ts";

const UNDEFINED = 0;
const NULL = 1;
const FALSE = 2;
const TRUE = 3;
const INT = 4;
const DOUBLE = 5;
const BIG_INT = 6;
const STRING = 7;
const ARRAY = 8;
const OBJECT = 9;
const MAP = 10;
const SET = 11;
const BYTES = 12;

const EXPECTED =
  "plain data: undefined, null, boolean, number, bigint, string, array, plain object, Map, Set or Uint8Array";

/** Any plain data; the order of an object's keys, a map's entries and a set's elements is kept. */
export const genericSerializer: TypeSerializer<unknown> = {
  id: "generic/1",
  copy: (value) => copyAt(value, 0),
  serialize: (value, out) => serializeAt(value, out, 0),
  deserialize: (input) => deserializeAt(input, 0),
  sizeOf: (value) => sizeAt(value, 0),
};

function copyAt(value: unknown, depth: number): unknown {
  if (typeof value !== "object" || value === null) return checkedLeaf(value);
  checkDepth(depth);
  if (Array.isArray(value)) {
    const copied: unknown[] = [];
    for (const item of value) copied.push(copyAt(item, depth + 1));
    return copied;
  }
  if (isPlainObject(value)) return copyPlain(value, depth);
  if (value instanceof Map) {
    const copied = new Map<unknown, unknown>();
    for (const [key, item] of value) copied.set(copyAt(key, depth + 1), copyAt(item, depth + 1));
    return copied;
  }
  if (value instanceof Set) {
    const copied = new Set<unknown>();
    for (const item of value) copied.add(copyAt(item, depth + 1));
    return copied;
  }
  if (value instanceof Uint8Array) return bytesSerializer.copy(value);
  return checkedObject(value);
}

function copyPlain(source: Readonly<Record<string, unknown>>, depth: number): unknown {
  const copied: Record<string, unknown> = {};
  for (const name of Object.keys(source)) setField(copied, name, copyAt(source[name], depth + 1));
  return copied;
}

function serializeAt(value: unknown, out: DataOutputView, depth: number): void {
  switch (typeof value) {
    case "string":
      out.writeByte(STRING);
      out.writeUTF(value);
      return;
    case "number":
      if (isInt(value)) {
        out.writeByte(INT);
        out.writeInt(value);
      } else {
        out.writeByte(DOUBLE);
        out.writeDouble(value);
      }
      return;
    case "boolean":
      out.writeByte(value ? TRUE : FALSE);
      return;
    case "undefined":
      out.writeByte(UNDEFINED);
      return;
    case "bigint":
      out.writeByte(BIG_INT);
      bigIntSerializer.serialize(value, out);
      return;
    case "object":
      if (value === null) out.writeByte(NULL);
      else serializeObject(value, out, depth);
      return;
    default:
      throw refusal("Types.GENERIC", value, EXPECTED);
  }
}

function serializeObject(value: object, out: DataOutputView, depth: number): void {
  checkDepth(depth);
  if (Array.isArray(value)) {
    out.writeByte(ARRAY);
    out.writeVarInt(value.length);
    for (const item of value) serializeAt(item, out, depth + 1);
  } else if (value instanceof Map) {
    out.writeByte(MAP);
    out.writeVarInt(value.size);
    for (const [key, item] of value) {
      serializeAt(key, out, depth + 1);
      serializeAt(item, out, depth + 1);
    }
  } else if (value instanceof Set) {
    out.writeByte(SET);
    out.writeVarInt(value.size);
    for (const item of value) serializeAt(item, out, depth + 1);
  } else if (value instanceof Uint8Array) {
    out.writeByte(BYTES);
    bytesSerializer.serialize(value, out);
  } else {
    const source = checkedObject(value);
    const names = Object.keys(source);
    out.writeByte(OBJECT);
    out.writeVarInt(names.length);
    for (const name of names) {
      out.writeUTF(name);
      serializeAt(source[name], out, depth + 1);
    }
  }
}

function deserializeAt(input: DataInputView, depth: number): unknown {
  checkDepth(depth);
  const tag = input.readByte();
  switch (tag) {
    case UNDEFINED:
      return undefined;
    case NULL:
      return null;
    case FALSE:
      return false;
    case TRUE:
      return true;
    case INT:
      return input.readInt();
    case DOUBLE:
      return input.readDouble();
    case BIG_INT:
      return bigIntSerializer.deserialize(input);
    case STRING:
      return input.readUTF();
    case ARRAY: {
      const array: unknown[] = [];
      for (let left = input.readCount(); left > 0; left--)
        array.push(deserializeAt(input, depth + 1));
      return array;
    }
    case OBJECT: {
      const object: Record<string, unknown> = {};
      for (let left = input.readCount(); left > 0; left--) {
        setField(object, input.readUTF(), deserializeAt(input, depth + 1));
      }
      return object;
    }
    case MAP: {
      const map = new Map<unknown, unknown>();
      for (let left = input.readCount(); left > 0; left--) {
        map.set(deserializeAt(input, depth + 1), deserializeAt(input, depth + 1));
      }
      return map;
    }
    case SET: {
      const set = new Set<unknown>();
      for (let left = input.readCount(); left > 0; left--) set.add(deserializeAt(input, depth + 1));
      return set;
    }
    case BYTES:
      return bytesSerializer.deserialize(input);
    default:
      throw input.error(`Cannot read plain data: found tag ${tag}, expected 0 to ${BYTES}`);
  }
}

function sizeAt(value: unknown, depth: number): number {
  switch (typeof value) {
    case "string":
      return 1 + sizeOfUTF(value);
    case "number":
      return isInt(value) ? 5 : 9;
    case "boolean":
    case "undefined":
      return 1;
    case "bigint":
      return 1 + bigIntSerializer.sizeOf(value);
    case "object":
      return value === null ? 1 : 1 + sizeOfObject(value, depth);
    default:
      throw refusal("Types.GENERIC", value, EXPECTED);
  }
}

function sizeOfObject(value: object, depth: number): number {
  checkDepth(depth);
  let size = 0;
  if (Array.isArray(value)) {
    size = sizeOfVarInt(value.length);
    for (const item of value) size += sizeAt(item, depth + 1);
  } else if (value instanceof Map) {
    size = sizeOfVarInt(value.size);
    for (const [key, item] of value) size += sizeAt(key, depth + 1) + sizeAt(item, depth + 1);
  } else if (value instanceof Set) {
    size = sizeOfVarInt(value.size);
    for (const item of value) size += sizeAt(item, depth + 1);
  } else if (value instanceof Uint8Array) {
    size = bytesSerializer.sizeOf(value);
  } else {
    const source = checkedObject(value);
    const names = Object.keys(source);
    size = sizeOfVarInt(names.length);
    for (const name of names) size += sizeOfUTF(name) + sizeAt(source[name], depth + 1);
  }
  return size;
}

/** Whether a number goes as four bytes: -0 is not an integer here. */
function isInt(value: number): boolean {
  return (value | 0) === value && !Object.is(value, -0);
}

function checkedLeaf(value: unknown): unknown {
  if (typeof value !== "function" && typeof value !== "symbol") return value;
  throw refusal("Types.GENERIC", value, EXPECTED);
}

function checkedObject(value: object): Readonly<Record<string, unknown>> {
  if (isPlainObject(value)) return value;
  throw refusal(
    "Types.GENERIC",
    value,
    `${EXPECTED}; spread an instance into a plain object first`,
  );
}

function checkDepth(depth: number): void {
  if (depth <= PLAIN_DATA_DEPTH_MAX) return;
  throw new SerializationError(
    `Cannot take a value as Types.GENERIC: it contains itself or is nested more than ${PLAIN_DATA_DEPTH_MAX} deep, expected a tree`,
  );
}
