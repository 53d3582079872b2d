// Bytes out and in: every sequence of writes comes back, and broken bytes are refused.

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { SerializationError } from "../../../sim/kernel/serialization-error.ts";
import { DataInputView } from "../../../sim/runtime/state/data-input-view.ts";
import {
  DataOutputView,
  sizeOfUTF,
  sizeOfVarInt,
} from "../../../sim/runtime/state/data-output-view.ts";
import { anyText } from "./plain-data.ts";

function written(write: (out: DataOutputView) => void): Uint8Array {
  const out = new DataOutputView(1);
  write(out);
  return out.toBytes();
}

describe("DataOutputView and DataInputView", () => {
  test("give back every sequence of writes", () => {
    const anyWrite = fc.oneof(
      fc.record({ kind: fc.constant("int" as const), value: fc.integer() }),
      fc.record({
        kind: fc.constant("long" as const),
        value: fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
      }),
      fc.record({ kind: fc.constant("safe-long" as const), value: fc.maxSafeInteger() }),
      fc.record({ kind: fc.constant("double" as const), value: fc.double() }),
      fc.record({ kind: fc.constant("var-int" as const), value: fc.maxSafeNat() }),
      fc.record({ kind: fc.constant("boolean" as const), value: fc.boolean() }),
      fc.record({ kind: fc.constant("byte" as const), value: fc.nat(255) }),
      fc.record({ kind: fc.constant("utf" as const), value: anyText }),
    );
    fc.assert(
      fc.property(fc.array(anyWrite), (writes) => {
        const bytes = written((out) => {
          for (const { kind, value } of writes) {
            if (kind === "int") out.writeInt(value);
            else if (kind === "long") out.writeLong(value);
            else if (kind === "safe-long") out.writeSafeLong(value);
            else if (kind === "double") out.writeDouble(value);
            else if (kind === "var-int") out.writeVarInt(value);
            else if (kind === "boolean") out.writeBoolean(value);
            else if (kind === "byte") out.writeByte(value);
            else out.writeUTF(value);
          }
        });
        const input = new DataInputView(bytes);
        for (const { kind, value } of writes) {
          if (kind === "int") expect(input.readInt()).toBe(value);
          else if (kind === "long") expect(input.readLong()).toBe(value);
          else if (kind === "safe-long") expect(input.readSafeLong()).toBe(value);
          else if (kind === "double") expect(input.readDouble()).toBe(value);
          else if (kind === "var-int") expect(input.readVarInt()).toBe(value);
          else if (kind === "boolean") expect(input.readBoolean()).toBe(value);
          else if (kind === "byte") expect(input.readByte()).toBe(value);
          else expect(input.readUTF()).toBe(value);
        }
        input.expectEnd();
      }),
    );
  });

  test("put the length before bytes whose number is known afterwards, and take over another output", () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 40_000 }), { maxLength: 4 }), (parts) => {
        const sized = written((out) => {
          for (const part of parts) {
            const other = new DataOutputView();
            other.writeBytes(part);
            out.writeSized(() => out.writeView(other));
          }
        });
        const expected = written((out) => {
          for (const part of parts) {
            out.writeVarInt(part.length);
            out.writeBytes(part);
          }
        });
        expect(sized).toEqual(expected);
      }),
      {
        examples: [0, 1, 127, 128, 16_383, 16_384].map((size) => [[new Uint8Array(size).fill(7)]]),
      },
    );
  });

  test("writeSafeLong writes what writeLong writes", () => {
    fc.assert(
      fc.property(fc.maxSafeInteger(), (value) => {
        expect(written((out) => out.writeSafeLong(value))).toEqual(
          written((out) => out.writeLong(BigInt(value))),
        );
      }),
    );
  });

  test("writeUTF writes standard UTF-8 for well-formed text", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        fc.pre(!/\p{Surrogate}/u.test(text));
        const bytes = written((out) => out.writeUTF(text));
        expect([...bytes.subarray(sizeOfVarInt(Buffer.byteLength(text)))]).toEqual([
          ...Buffer.from(text),
        ]);
      }),
    );
  });

  test("a lone surrogate takes the three bytes of WTF-8", () => {
    expect([...written((out) => out.writeUTF("\ud800"))]).toEqual([3, 0xed, 0xa0, 0x80]);
  });

  test("long text survives, also past the chunks of the reader", () => {
    const text = "aß漢😀\ud800".repeat(5000);
    const bytes = written((out) => out.writeUTF(text));
    expect(bytes.length).toBe(sizeOfUTF(text));
    expect(new DataInputView(bytes).readUTF() === text).toBe(true);
  });

  test("every NaN has the same bytes", () => {
    const other = new DataView(new ArrayBuffer(8));
    other.setUint32(0, 0xfff80000);
    other.setUint32(4, 1);
    expect(written((out) => out.writeDouble(other.getFloat64(0)))).toEqual(
      written((out) => out.writeDouble(Number.NaN)),
    );
  });

  test("toBytes gives a copy, and reset keeps nothing", () => {
    const out = new DataOutputView();
    out.writeInt(1);
    const bytes = out.toBytes();
    out.reset();
    out.writeInt(2);
    expect([...bytes]).toEqual([0, 0, 0, 1]);
    expect(out.length).toBe(4);
  });

  test("reading past the end, and lengths that cannot be, are refused with the place", () => {
    expect(() => new DataInputView(new Uint8Array(3)).readInt()).toThrow(
      new SerializationError("Cannot read 4 bytes: only 3 are left (at byte 0 of 3)"),
    );
    expect(() => new DataInputView(written((out) => out.writeVarInt(2 ** 40))).readUTF()).toThrow(
      SerializationError,
    );
    expect(() => new DataInputView(new Uint8Array(12).fill(0xff)).readVarInt()).toThrow(
      "Cannot read a variable-length integer: it passes 2^53",
    );
    expect(() => new DataInputView(Uint8Array.of(1, 0x80)).readUTF()).toThrow(
      /begins no character/,
    );
    expect(() => new DataInputView(Uint8Array.of(4, 0xf7, 0xbf, 0xbf, 0xbf)).readUTF()).toThrow(
      /is no character/,
    );
  });
});
