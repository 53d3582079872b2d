// Reads back what a DataOutputView wrote (Flink: DataInputView). The bytes may be torn or rotten, so every read checks
// that they are there and throws a SerializationError otherwise; nothing is allocated on the word of a broken length.

import { SerializationError } from "../../kernel/serialization-error.ts";

/** Code units gathered before they become a string, few enough to be arguments of one call. */
const TEXT_CHUNK = 4096;

/**
 * A reading position within bytes, which it neither copies nor changes.
 *
 * @example new DataInputView(bytes).readUTF()
 */
export class DataInputView {
  readonly #bytes: Uint8Array;
  /** Made only when a double or a bigint comes. */
  #view: DataView | undefined = undefined;
  #position = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  /** The offset of the next byte to read. */
  get position(): number {
    return this.#position;
  }

  /** How many bytes are left. */
  get remaining(): number {
    return this.#bytes.length - this.#position;
  }

  readByte(): number {
    return this.#bytes[this.#advance(1)] ?? 0;
  }

  readBoolean(): boolean {
    const byte = this.readByte();
    if (byte > 1) throw this.error(`Cannot read a boolean: found byte ${byte}, expected 0 or 1`);
    return byte === 1;
  }

  readInt(): number {
    return this.#intAt(this.#advance(4));
  }

  readLong(): bigint {
    return this.#viewed().getBigInt64(this.#advance(8));
  }

  /** Reads what `writeSafeLong` wrote. */
  readSafeLong(): number {
    const at = this.#advance(8);
    const value = this.#intAt(at) * 0x1_0000_0000 + (this.#intAt(at + 4) >>> 0);
    if (!Number.isSafeInteger(value)) {
      throw this.error(
        `Cannot read a long as a number: found ${value}, expected an integer below 2^53`,
      );
    }
    return value;
  }

  readDouble(): number {
    return this.#viewed().getFloat64(this.#advance(8));
  }

  readVarInt(): number {
    let value = 0;
    let scale = 1;
    for (;;) {
      const byte = this.readByte();
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) break;
      scale *= 128;
      if (scale > Number.MAX_SAFE_INTEGER) break;
    }
    if (!Number.isSafeInteger(value)) {
      throw this.error("Cannot read a variable-length integer: it passes 2^53");
    }
    return value;
  }

  /** Reads a number of things to come, of which each takes at least a byte. */
  readCount(): number {
    const count = this.readVarInt();
    if (count > this.remaining) {
      throw this.error(`Cannot read ${count} more: only ${this.remaining} bytes are left`);
    }
    return count;
  }

  /** Reads a count, and so many things. */
  readMany<T>(read: () => T): readonly T[] {
    return Array.from({ length: this.readCount() }, read);
  }

  readUTF(): string {
    const length = this.readCount();
    const bytes = this.#bytes;
    const start = this.#advance(length);
    const end = start + length;
    let at = start;
    if (length <= 24) {
      let text = "";
      while (at < end) {
        const byte = bytes[at] as number;
        if (byte > 0x7f) break;
        text += String.fromCharCode(byte);
        at++;
      }
      return at === end ? text : text + this.#decode(at, end);
    }
    return this.#decode(start, end);
  }

  /** Reads `count` bytes into an array of their own. */
  readBytes(count: number): Uint8Array {
    const start = this.#advance(count);
    return this.#bytes.slice(start, start + count);
  }

  /** Moves past `count` bytes and gives a view on them, not a copy. */
  readSlice(count: number): Uint8Array {
    const start = this.#advance(count);
    return this.#bytes.subarray(start, start + count);
  }

  /** Throws unless everything has been read. */
  expectEnd(): void {
    if (this.remaining > 0) {
      throw this.error(
        `Cannot finish reading: found ${this.remaining} bytes more, expected the end`,
      );
    }
  }

  /** The error to throw for bytes that cannot be what they should be: `problem` and the present position. */
  error(problem: string): SerializationError {
    return new SerializationError(
      `${problem} (at byte ${this.#position} of ${this.#bytes.length})`,
    );
  }

  #decode(start: number, end: number): string {
    const bytes = this.#bytes;
    let text = "";
    let units: number[] = [];
    let at = start;
    while (at < end) {
      const lead = bytes[at] as number;
      const width =
        lead < 0x80 ? 1 : lead < 0xc0 ? 0 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : lead < 0xf8 ? 4 : 0;
      if (width === 0 || at + width > end) {
        throw this.error(`Cannot read text: byte ${lead} at ${at} begins no character`);
      }
      let point = width === 1 ? lead : lead & (0x7f >> width);
      for (let index = 1; index < width; index++) {
        const next = bytes[at + index] as number;
        if ((next & 0xc0) !== 0x80) {
          throw this.error(
            `Cannot read text: byte ${next} at ${at + index} continues no character`,
          );
        }
        point = (point << 6) | (next & 0x3f);
      }
      if (point > 0x10ffff) throw this.error(`Cannot read text: ${point} at ${at} is no character`);
      at += width;
      if (point < 0x10000) {
        units.push(point);
      } else {
        units.push(0xd800 + ((point - 0x10000) >> 10), 0xdc00 + ((point - 0x10000) & 0x3ff));
      }
      if (units.length >= TEXT_CHUNK) {
        text += String.fromCharCode(...units);
        units = [];
      }
    }
    return text + String.fromCharCode(...units);
  }

  #intAt(at: number): number {
    const bytes = this.#bytes;
    const high = ((bytes[at] ?? 0) << 24) | ((bytes[at + 1] ?? 0) << 16);
    return high | ((bytes[at + 2] ?? 0) << 8) | (bytes[at + 3] ?? 0);
  }

  #viewed(): DataView {
    const { buffer, byteOffset, byteLength } = this.#bytes;
    this.#view ??= new DataView(buffer, byteOffset, byteLength);
    return this.#view;
  }

  #advance(count: number): number {
    const at = this.#position;
    if (count > this.#bytes.length - at) {
      throw this.error(`Cannot read ${count} bytes: only ${this.#bytes.length - at} are left`);
    }
    this.#position = at + count;
    return at;
  }
}
