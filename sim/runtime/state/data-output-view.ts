// Writes values as bytes (Flink: DataOutputView). Numbers are big-endian as in Java; lengths are variable-length;
// text is UTF-8 in which a lone surrogate keeps its three bytes (WTF-8), so that every JavaScript string survives.

import { invariant } from "../../kernel/invariant.ts";

/** The most bytes one output holds: lengths and offsets stay 32-bit integers. */
const CAPACITY_MAX = 0x7fffffff;

/**
 * A byte buffer that grows as it is written. `reset` makes it empty for the next use and keeps its memory.
 *
 * @example
 * const out = new DataOutputView();
 * out.writeUTF("flink");
 * out.toBytes();
 */
export class DataOutputView {
  #bytes: Uint8Array;
  /** Made only when a double or a bigint comes: a buffer of its own costs more than most outputs hold. */
  #view: DataView | undefined = undefined;
  #length = 0;

  /** `capacity` is the room to begin with, in bytes. */
  constructor(capacity = 64) {
    this.#bytes = new Uint8Array(capacity);
  }

  /** How many bytes have been written. */
  get length(): number {
    return this.#length;
  }

  writeByte(value: number): void {
    const at = this.#reserve(1);
    this.#bytes[at] = value;
  }

  writeBoolean(value: boolean): void {
    const at = this.#reserve(1);
    this.#bytes[at] = value ? 1 : 0;
  }

  /** Writes the low 32 bits of an integer, in 4 bytes. */
  writeInt(value: number): void {
    this.#setInt(this.#reserve(4), value);
  }

  /** Writes the low 64 bits of a bigint, in 8 bytes. */
  writeLong(value: bigint): void {
    const at = this.#reserve(8);
    this.#viewed().setBigInt64(at, value);
  }

  /** Writes a safe integer as `writeLong` does, without the detour over bigint. */
  writeSafeLong(value: number): void {
    const at = this.#reserve(8);
    this.#setInt(at, Math.floor(value / 0x1_0000_0000));
    this.#setInt(at + 4, value);
  }

  /** Writes a double in 8 bytes; every NaN gets the same bytes. */
  writeDouble(value: number): void {
    const at = this.#reserve(8);
    if (Number.isNaN(value)) {
      this.#setInt(at, 0x7ff80000);
      this.#setInt(at + 4, 0);
    } else {
      this.#viewed().setFloat64(at, value);
    }
  }

  /** Writes an integer from 0 to 2^53 - 1, 7 bits to the byte, the lowest first. */
  writeVarInt(value: number): void {
    let at = this.#reserve(8);
    let rest = value;
    while (rest > 0x7fffffff) {
      this.#bytes[at++] = (rest & 0x7f) | 0x80;
      rest = Math.floor(rest / 128);
    }
    while (rest > 0x7f) {
      this.#bytes[at++] = (rest & 0x7f) | 0x80;
      rest >>>= 7;
    }
    this.#bytes[at++] = rest;
    this.#length = at;
  }

  /** Writes a text's length in bytes, then its bytes. */
  writeUTF(text: string): void {
    const units = text.length;
    const start = this.#length;
    this.writeVarInt(units);
    let at = this.#reserve(units);
    const bytes = this.#bytes;
    for (let index = 0; index < units; index++) {
      const unit = text.charCodeAt(index);
      if (unit > 0x7f) {
        this.#length = start;
        this.#writeBeyondASCII(text);
        return;
      }
      bytes[at++] = unit;
    }
  }

  /** Writes the bytes alone, without their number. */
  writeBytes(bytes: Uint8Array): void {
    const at = this.#reserve(bytes.length);
    this.#bytes.set(bytes, at);
  }

  /** Writes what another output holds. */
  writeView(other: DataOutputView): void {
    this.writeBytes(other.#bytes.subarray(0, other.#length));
  }

  /** Writes a length in bytes, then the bytes: those that `write` adds here. */
  writeSized(write: () => void): void {
    const lengthAt = this.#reserve(1);
    const written = lengthAt + 1;
    write();
    const size = this.#length - written;
    const start = lengthAt + sizeOfVarInt(size);
    if (start > written) {
      this.#reserve(start - written);
      this.#bytes.copyWithin(start, written, written + size);
    }
    this.#length = lengthAt;
    this.writeVarInt(size);
    this.#length = start + size;
  }

  /** A copy of what has been written. */
  toBytes(): Uint8Array {
    return this.#bytes.slice(0, this.#length);
  }

  /** Forgets what has been written and keeps the room. */
  reset(): void {
    this.#length = 0;
  }

  #writeBeyondASCII(text: string): void {
    this.writeVarInt(lengthOfUTF(text));
    let at = this.#reserve(text.length * 3);
    const bytes = this.#bytes;
    for (let index = 0; index < text.length; index++) {
      const unit = text.charCodeAt(index);
      if (unit < 0x80) {
        bytes[at++] = unit;
      } else if (unit < 0x800) {
        bytes[at++] = 0xc0 | (unit >> 6);
        bytes[at++] = 0x80 | (unit & 0x3f);
      } else if (isPairAt(text, index)) {
        index++;
        const point = 0x10000 + ((unit - 0xd800) << 10) + (text.charCodeAt(index) - 0xdc00);
        bytes[at++] = 0xf0 | (point >> 18);
        bytes[at++] = 0x80 | ((point >> 12) & 0x3f);
        bytes[at++] = 0x80 | ((point >> 6) & 0x3f);
        bytes[at++] = 0x80 | (point & 0x3f);
      } else {
        bytes[at++] = 0xe0 | (unit >> 12);
        bytes[at++] = 0x80 | ((unit >> 6) & 0x3f);
        bytes[at++] = 0x80 | (unit & 0x3f);
      }
    }
    this.#length = at;
  }

  #setInt(at: number, value: number): void {
    this.#bytes[at] = value >>> 24;
    this.#bytes[at + 1] = value >>> 16;
    this.#bytes[at + 2] = value >>> 8;
    this.#bytes[at + 3] = value;
  }

  #viewed(): DataView {
    this.#view ??= new DataView(this.#bytes.buffer);
    return this.#view;
  }

  /** Makes room for `count` more bytes, counts them as written, and tells where they begin. */
  #reserve(count: number): number {
    const at = this.#length;
    const end = at + count;
    if (end > this.#bytes.length) this.#grow(end);
    this.#length = end;
    return at;
  }

  #grow(needed: number): void {
    invariant(
      needed <= CAPACITY_MAX,
      () => `Cannot write ${needed} bytes: one output holds ${CAPACITY_MAX}`,
    );
    const grown = new Uint8Array(Math.min(CAPACITY_MAX, Math.max(needed, this.#bytes.length * 2)));
    grown.set(this.#bytes);
    this.#bytes = grown;
    this.#view = undefined;
  }
}

/** How many bytes `writeVarInt` writes for `value`. */
export function sizeOfVarInt(value: number): number {
  let size = 1;
  for (let rest = value; rest > 0x7f; rest = Math.floor(rest / 128)) size++;
  return size;
}

/** How many bytes `writeUTF` writes for `text`, its length included. */
export function sizeOfUTF(text: string): number {
  const length = lengthOfUTF(text);
  return sizeOfVarInt(length) + length;
}

function lengthOfUTF(text: string): number {
  let length = text.length;
  for (let index = 0; index < text.length; index++) {
    const unit = text.charCodeAt(index);
    if (unit < 0x80) continue;
    if (unit < 0x800) {
      length += 1;
    } else if (isPairAt(text, index)) {
      length += 2;
      index++;
    } else {
      length += 2;
    }
  }
  return length;
}

function isPairAt(text: string, index: number): boolean {
  const unit = text.charCodeAt(index);
  if (unit < 0xd800 || unit > 0xdbff || index + 1 === text.length) return false;
  const next = text.charCodeAt(index + 1);
  return next >= 0xdc00 && next <= 0xdfff;
}
