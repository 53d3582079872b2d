// A sorted file (RocksDB: SST, sorted string table): entries in the order of their keys, written once and never changed.
// It is held as the very bytes that it is on disk, with the entries' offsets beside them.

import { bytesHash } from "../../../kernel/hash.ts";
import { seal } from "../sealed-bytes.ts";
import { compareBytes, compareToSpan } from "./byte-order.ts";
import { type EntryCursor, type Found, TOMBSTONE } from "./entry-cursor.ts";
import { ENTRY_HEADER_BYTES, intAt, nameOfSortedFile, SEAL_BYTES } from "./sorted-file-format.ts";

/** What a sorted file consists of; it has at least one entry. */
export interface SortedFileParts {
  readonly number: number;
  /** The bytes without their seal. */
  readonly content: Uint8Array;
  /** Where each entry begins in them. */
  readonly offsets: Uint32Array;
}

/** An immutable file of a tree. */
export class SortedFile {
  readonly number: number;
  readonly content: Uint8Array;
  /** The first key. */
  readonly smallest: Uint8Array;
  /** The last key. */
  readonly largest: Uint8Array;
  readonly #offsets: Uint32Array;
  #hash: string | undefined = undefined;

  constructor({ number, content, offsets }: SortedFileParts) {
    this.number = number;
    this.content = content;
    this.#offsets = offsets;
    this.smallest = this.#keyAt(0);
    this.largest = this.#keyAt(offsets.length - 1);
  }

  /** Such as "000012.sst". */
  get name(): string {
    return nameOfSortedFile(this.number);
  }

  /** How many keys it holds, tombstones included. */
  get count(): number {
    return this.#offsets.length;
  }

  /** How long the bytes are that {@link toBytes} gives. */
  get sizeBytes(): number {
    return this.content.length + SEAL_BYTES;
  }

  /** Tells its contents apart from all others. */
  get hash(): string {
    this.#hash ??= bytesHash(this.content);
    return this.#hash;
  }

  /** What is written to the storage: the content with a seal. */
  toBytes(): Uint8Array {
    return seal(this.content);
  }

  get(key: Uint8Array): Found {
    const position = this.positionOf(key);
    if (position === this.count || this.#compare(key, position) !== 0) return undefined;
    const at = this.offsetOf(position);
    const valueLength = intAt(this.content, at + 4);
    if (valueLength === TOMBSTONE) return "deleted";
    const start = at + ENTRY_HEADER_BYTES + key.length;
    return this.content.subarray(start, start + valueLength);
  }

  /** The position of the first key from `key` on, from 0 to `count`. */
  positionOf(key: Uint8Array): number {
    let low = 0;
    let high = this.count;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#compare(key, middle) <= 0) high = middle;
      else low = middle + 1;
    }
    return low;
  }

  /** Where the entry at a position begins in the content. */
  offsetOf(position: number): number {
    return this.#offsets[position] as number;
  }

  #compare(key: Uint8Array, position: number): number {
    const at = this.offsetOf(position);
    const start = at + ENTRY_HEADER_BYTES;
    return compareToSpan(key, this.content, start, start + intAt(this.content, at));
  }

  #keyAt(position: number): Uint8Array {
    const at = this.offsetOf(position);
    const start = at + ENTRY_HEADER_BYTES;
    return this.content.slice(start, start + intAt(this.content, at));
  }
}

/** Walks over files whose keys do not overlap, in order: a level, or one file. */
export class SortedFilesCursor implements EntryCursor {
  isAtEnd = false;
  bytes: Uint8Array = new Uint8Array(0);
  start = 0;
  end = 0;
  valueStart = 0;
  valueLength = TOMBSTONE;
  readonly #files: readonly SortedFile[];
  #file: number;
  #position: number;

  /** At the first key from `from` on. */
  constructor(files: readonly SortedFile[], from: Uint8Array) {
    this.#files = files;
    this.#file = indexOfFile(files, from);
    this.#position = files[this.#file]?.positionOf(from) ?? 0;
    this.#load();
  }

  next(): void {
    this.#position++;
    this.#load();
  }

  #load(): void {
    let file = this.#files[this.#file];
    while (file !== undefined && this.#position === file.count) {
      this.#file++;
      this.#position = 0;
      file = this.#files[this.#file];
    }
    if (file === undefined) {
      this.isAtEnd = true;
      return;
    }
    const at = file.offsetOf(this.#position);
    this.bytes = file.content;
    this.start = at + ENTRY_HEADER_BYTES;
    this.end = this.start + intAt(file.content, at);
    this.valueStart = this.end;
    this.valueLength = intAt(file.content, at + 4);
  }
}

/** The index of the first of some files whose keys do not overlap that has a key from `key` on. */
export function indexOfFile(files: readonly SortedFile[], key: Uint8Array): number {
  let low = 0;
  let high = files.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (compareBytes((files[middle] as SortedFile).largest, key) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}
