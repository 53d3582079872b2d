// The bytes of a sorted file, and its name.
//
//   magic  version  number of entries      entries: length of the key, length of the value, key, value      seal

import { SerializationError } from "../../../kernel/serialization-error.ts";
import type { DataOutputView } from "../data-output-view.ts";
import { seal, unseal } from "../sealed-bytes.ts";
import { compareToSpan } from "./byte-order.ts";
import { TOMBSTONE } from "./entry-cursor.ts";

/** Before each entry: how long its key and its value are. (RocksDB adds as much to the key: a sequence number.) */
export const ENTRY_HEADER_BYTES = 8;

/** At the end of each file. */
export const SEAL_BYTES = seal(new Uint8Array(0)).length;

const MAGIC = 0x43435354; // "CCST"
const VERSION = 1;
const COUNT_AT = 5;
const HEADER_BYTES = 9;

/** The name of a file: "000012.sst", longer from a million on. */
export function nameOfSortedFile(number: number): string {
  return `${String(number).padStart(6, "0")}.sst`;
}

/** What stands before the entries; how many they are is set at the end. */
export function writeHeader(out: DataOutputView): void {
  out.writeInt(MAGIC);
  out.writeByte(VERSION);
  out.writeInt(0);
}

/** Sets the number of entries. */
export function setCount(content: Uint8Array, count: number): void {
  new DataView(content.buffer).setInt32(COUNT_AT, count);
}

/** A big-endian integer of 32 bits. */
export function intAt(bytes: Uint8Array, at: number): number {
  const high = ((bytes[at] as number) << 24) | ((bytes[at + 1] as number) << 16);
  return high | ((bytes[at + 2] as number) << 8) | (bytes[at + 3] as number);
}

/**
 * The content of a file that was read back, and where its entries begin. Throws a `SerializationError` for bytes that
 * were not written as this file, or have changed since.
 */
export function parseSortedFile(
  name: string,
  bytes: Uint8Array,
): { readonly content: Uint8Array; readonly offsets: Uint32Array } {
  const unsealed = unseal(bytes);
  if (unsealed.kind === "damaged") {
    throw refusal(name, `its bytes hash to ${unsealed.found}`, `${unsealed.expected} as sealed`);
  }
  const { content } = unsealed;
  if (content.length < HEADER_BYTES || intAt(content, 0) !== MAGIC) {
    throw refusal(name, "other bytes", "a file that begins with the mark CCST");
  }
  if (content[4] !== VERSION) {
    throw refusal(name, `version ${content[4]}`, `version ${VERSION}`);
  }
  return { content, offsets: offsetsIn(name, content) };
}

function offsetsIn(name: string, content: Uint8Array): Uint32Array {
  const count = intAt(content, COUNT_AT);
  if (count < 1 || count > content.length / ENTRY_HEADER_BYTES) {
    throw refusal(name, `${count} entries in ${content.length} bytes`, "at least one, and room");
  }
  const offsets = new Uint32Array(count);
  let at = HEADER_BYTES;
  let before: Uint8Array | undefined;
  for (let index = 0; index < count; index++) {
    const start = at + ENTRY_HEADER_BYTES;
    const keyLength = start <= content.length ? intAt(content, at) : -1;
    const valueLength = start <= content.length ? intAt(content, at + 4) : TOMBSTONE;
    const valueStart = start + keyLength;
    const end = valueStart + Math.max(0, valueLength);
    if (keyLength < 0 || valueLength < TOMBSTONE || end > content.length) {
      throw refusal(
        name,
        `an entry at byte ${at} that ends at ${end}`,
        `${content.length} at most`,
      );
    }
    if (before !== undefined && compareToSpan(before, content, start, valueStart) >= 0) {
      throw refusal(name, `keys out of order at byte ${at}`, "each after the one before");
    }
    offsets[index] = at;
    before = content.subarray(start, valueStart);
    at = end;
  }
  if (at !== content.length) {
    throw refusal(name, `${content.length - at} bytes after the last entry`, "none");
  }
  return offsets;
}

function refusal(name: string, found: string, expected: string): SerializationError {
  return new SerializationError(
    `Cannot read the sorted file ${name}: found ${found}, expected ${expected}`,
  );
}
