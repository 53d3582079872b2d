// Serializers of the immutable basic types and of bytes (Flink: IntSerializer, LongSerializer, StringSerializer, ...).
// A whole number has no -0 in Java: INT and LONG take it for 0, in copies as on the wire.

import { describeValue, SerializationError } from "../../kernel/serialization-error.ts";
import { sizeOfUTF, sizeOfVarInt } from "./data-output-view.ts";
import type { TypeSerializer } from "./type-serializer.ts";

/** Whole numbers of 32 bits. */
export const intSerializer: TypeSerializer<number> = {
  id: "int/1",
  copy: checkedInt,
  serialize: (value, out) => out.writeInt(checkedInt(value)),
  deserialize: (input) => input.readInt(),
  sizeOf(value) {
    checkedInt(value);
    return 4;
  },
};

/** Whole numbers that a JavaScript number holds exactly. */
export const longSerializer: TypeSerializer<number> = {
  id: "long/1",
  copy: checkedLong,
  serialize: (value, out) => out.writeSafeLong(checkedLong(value)),
  deserialize: (input) => input.readSafeLong(),
  sizeOf(value) {
    checkedLong(value);
    return 8;
  },
};

/** Any number: fractions, -0, NaN and the infinities included. */
export const doubleSerializer: TypeSerializer<number> = {
  id: "double/1",
  copy: checkedDouble,
  serialize: (value, out) => out.writeDouble(checkedDouble(value)),
  deserialize: (input) => input.readDouble(),
  sizeOf(value) {
    checkedDouble(value);
    return 8;
  },
};

/** True and false. */
export const booleanSerializer: TypeSerializer<boolean> = {
  id: "boolean/1",
  copy: checkedBoolean,
  serialize: (value, out) => out.writeBoolean(checkedBoolean(value)),
  deserialize: (input) => input.readBoolean(),
  sizeOf(value) {
    checkedBoolean(value);
    return 1;
  },
};

/** Any JavaScript string, lone surrogates included. */
export const stringSerializer: TypeSerializer<string> = {
  id: "string/1",
  copy: checkedString,
  serialize: (value, out) => out.writeUTF(checkedString(value)),
  deserialize: (input) => input.readUTF(),
  sizeOf: (value) => sizeOfUTF(checkedString(value)),
};

/** Whole numbers of any size, as bigint: how many bytes, doubled, plus 1 if negative; then the magnitude. */
export const bigIntSerializer: TypeSerializer<bigint> = {
  id: "bigint/1",
  copy: checkedBigInt,
  serialize(value, out) {
    const digits = magnitudeOf(checkedBigInt(value));
    out.writeVarInt(digits.length + (value < 0n ? 1 : 0));
    for (let index = 0; index < digits.length; index += 2) {
      out.writeByte(Number.parseInt(digits.slice(index, index + 2), 16));
    }
  },
  deserialize(input) {
    const head = input.readVarInt();
    const bytes = input.readSlice(Math.floor(head / 2));
    let digits = "0x0";
    for (const byte of bytes) digits += byte.toString(16).padStart(2, "0");
    const magnitude = BigInt(digits);
    return head % 2 === 1 ? -magnitude : magnitude;
  },
  sizeOf(value) {
    const digits = magnitudeOf(checkedBigInt(value));
    return sizeOfVarInt(digits.length + 1) + digits.length / 2;
  },
};

/** Byte arrays. */
export const bytesSerializer: TypeSerializer<Uint8Array> = {
  id: "bytes/1",
  copy: (value) => new Uint8Array(checkedBytes(value)),
  serialize(value, out) {
    out.writeVarInt(checkedBytes(value).length);
    out.writeBytes(value);
  },
  deserialize: (input) => input.readBytes(input.readCount()),
  sizeOf: (value) => sizeOfVarInt(checkedBytes(value).length) + value.length,
};

/** The error for a value that is not of a type: `type` as the author writes it, and what would be right. */
export function refusal(type: string, value: unknown, expected: string): SerializationError {
  return new SerializationError(
    `Cannot take a value as ${type}: found ${describeValue(value)}, expected ${expected}`,
  );
}

function checkedInt(value: number): number {
  if (typeof value === "number" && (value | 0) === value) return value | 0;
  const hint =
    "a whole number from -2147483648 to 2147483647; Types.LONG and Types.DOUBLE take more";
  throw refusal("Types.INT", value, hint);
}

function checkedLong(value: number): number {
  if (Number.isSafeInteger(value)) return value + 0;
  const hint = "a whole number below 2^53; Types.DOUBLE takes fractions, Types.BIG_INT bigints";
  throw refusal("Types.LONG", value, hint);
}

function checkedDouble(value: number): number {
  if (typeof value === "number") return value;
  throw refusal("Types.DOUBLE", value, "a number");
}

function checkedBoolean(value: boolean): boolean {
  if (typeof value === "boolean") return value;
  throw refusal("Types.BOOLEAN", value, "true or false");
}

function checkedString(value: string): string {
  if (typeof value === "string") return value;
  throw refusal("Types.STRING", value, "a string");
}

function checkedBigInt(value: bigint): bigint {
  if (typeof value === "bigint") return value;
  throw refusal("Types.BIG_INT", value, "a bigint such as 12n");
}

function checkedBytes(value: Uint8Array): Uint8Array {
  if (value instanceof Uint8Array) return value;
  throw refusal("Types.BYTES", value, "a Uint8Array");
}

/** The absolute value in hexadecimal digits, two to the byte; none for zero. */
function magnitudeOf(value: bigint): string {
  if (value === 0n) return "";
  const digits = (value < 0n ? -value : value).toString(16);
  return digits.length % 2 === 0 ? digits : `0${digits}`;
}
