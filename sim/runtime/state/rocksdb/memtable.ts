// The newest entries of a tree, in memory and in order (RocksDB: MemTable; there a skip list, here sorted chunks). Keys
// and values lie in one arena and are found by numbers, so that a million entries are a handful of arrays.

import { compareToSpan } from "./byte-order.ts";
import { type EntryCursor, type Found, TOMBSTONE } from "./entry-cursor.ts";

/** Entries in one chunk, at most: few enough that making room in the middle costs little. */
const CHUNK_SIZE = 256;

/** Numbers kept for one entry: where its key lies, how long it is, and the same of its value. */
const FIELDS = 4;

/** What RocksDB adds to each key: a sequence number and a type. */
const INTERNAL_KEY_BYTES = 8;

/** Where a key is, or belongs. */
interface Position {
  readonly chunk: number;
  readonly index: number;
  readonly isThere: boolean;
}

/** What a cursor walks over. */
interface Contents {
  readonly arena: Uint8Array;
  readonly fields: Int32Array;
  readonly chunks: readonly Int32Array[];
  readonly sizes: readonly number[];
}

/** Holds the newest value, or a tombstone, of each key that was written since it was made. */
export class Memtable {
  #arena = new Uint8Array(1024);
  #arenaLength = 0;
  #fields = new Int32Array(64 * FIELDS);
  #count = 0;
  #usedBytes = 0;
  /** Entries' numbers in the order of their keys, in chunks of which only the first `#sizes` count. */
  readonly #chunks: Int32Array[] = [];
  readonly #sizes: number[] = [];

  /** How many keys it holds, deleted ones included. */
  get count(): number {
    return this.#count;
  }

  /** The room that RocksDB would have used, where each write takes room of its own. */
  get usedBytes(): number {
    return this.#usedBytes;
  }

  put(key: Uint8Array, value: Uint8Array): void {
    this.#write(key, value, value.length);
  }

  delete(key: Uint8Array): void {
    this.#write(key, new Uint8Array(0), TOMBSTONE);
  }

  /** What was last written for a key, as a view. */
  get(key: Uint8Array): Found {
    const position = this.#find(key);
    if (!position.isThere) return undefined;
    const at = this.#fieldsAt(position.chunk, position.index);
    const length = this.#fields[at + 3] as number;
    if (length === TOMBSTONE) return "deleted";
    const start = this.#fields[at + 2] as number;
    return this.#arena.subarray(start, start + length);
  }

  /** At the first key from `from` on. */
  cursor(from: Uint8Array): EntryCursor {
    const contents = {
      arena: this.#arena,
      fields: this.#fields,
      chunks: this.#chunks,
      sizes: this.#sizes,
    };
    return new MemtableCursor(contents, this.#find(from));
  }

  /** Another with the same entries. */
  copy(): Memtable {
    const copied = new Memtable();
    copied.#arena = this.#arena.slice();
    copied.#arenaLength = this.#arenaLength;
    copied.#fields = this.#fields.slice();
    copied.#count = this.#count;
    copied.#usedBytes = this.#usedBytes;
    for (const chunk of this.#chunks) copied.#chunks.push(chunk.slice());
    for (const size of this.#sizes) copied.#sizes.push(size);
    return copied;
  }

  #write(key: Uint8Array, value: Uint8Array, valueLength: number): void {
    this.#usedBytes += key.length + INTERNAL_KEY_BYTES + value.length;
    const position = this.#find(key);
    if (!position.isThere) {
      this.#insert(position, this.#newEntry(key, value, valueLength));
      return;
    }
    const at = this.#fieldsAt(position.chunk, position.index);
    // The old value's room is used again if it is enough.
    if (value.length > (this.#fields[at + 3] as number)) {
      this.#fields[at + 2] = this.#append(value);
    } else {
      this.#arena.set(value, this.#fields[at + 2] as number);
    }
    this.#fields[at + 3] = valueLength;
  }

  #newEntry(key: Uint8Array, value: Uint8Array, valueLength: number): number {
    const entry = this.#count++;
    const at = entry * FIELDS;
    if (at === this.#fields.length) this.#fields = grown(this.#fields, at * 2, Int32Array);
    this.#fields[at] = this.#append(key);
    this.#fields[at + 1] = key.length;
    this.#fields[at + 2] = this.#append(value);
    this.#fields[at + 3] = valueLength;
    return entry;
  }

  #append(bytes: Uint8Array): number {
    const start = this.#arenaLength;
    const end = start + bytes.length;
    if (end > this.#arena.length) {
      this.#arena = grown(this.#arena, Math.max(end, this.#arena.length * 2), Uint8Array);
    }
    this.#arena.set(bytes, start);
    this.#arenaLength = end;
    return start;
  }

  #insert({ chunk: chunkIndex, index }: Position, entry: number): void {
    if (this.#chunks.length === 0) {
      this.#chunks.push(new Int32Array(CHUNK_SIZE));
      this.#sizes.push(0);
    }
    const size = this.#sizes[chunkIndex] as number;
    if (size === CHUNK_SIZE) {
      const half = this.#split(chunkIndex, index);
      if (index > half) {
        this.#insert({ chunk: chunkIndex + 1, index: index - half, isThere: false }, entry);
        return;
      }
    }
    const chunk = this.#chunks[chunkIndex] as Int32Array;
    const newSize = this.#sizes[chunkIndex] as number;
    chunk.copyWithin(index + 1, index, newSize);
    chunk[index] = entry;
    this.#sizes[chunkIndex] = newSize + 1;
  }

  /** Makes two chunks of a full one and tells how long the first is: all of it if the last chunk is added to. */
  #split(chunkIndex: number, index: number): number {
    const isAddedTo = index === CHUNK_SIZE && chunkIndex === this.#chunks.length - 1;
    const half = isAddedTo ? CHUNK_SIZE - 1 : CHUNK_SIZE / 2;
    const second = new Int32Array(CHUNK_SIZE);
    second.set((this.#chunks[chunkIndex] as Int32Array).subarray(half));
    this.#chunks.splice(chunkIndex + 1, 0, second);
    this.#sizes.splice(chunkIndex, 1, half, CHUNK_SIZE - half);
    return half;
  }

  /** The key's place in the last chunk that begins at or before it, else at the very beginning. */
  #find(key: Uint8Array): Position {
    let low = 0;
    let high = this.#chunks.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#compare(key, middle, 0) < 0) high = middle;
      else low = middle + 1;
    }
    const chunk = Math.max(0, low - 1);
    low = 0;
    high = this.#sizes[chunk] ?? 0;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const order = this.#compare(key, chunk, middle);
      if (order === 0) return { chunk, index: middle, isThere: true };
      if (order < 0) high = middle;
      else low = middle + 1;
    }
    return { chunk, index: low, isThere: false };
  }

  #compare(key: Uint8Array, chunk: number, index: number): number {
    const at = this.#fieldsAt(chunk, index);
    const start = this.#fields[at] as number;
    return compareToSpan(key, this.#arena, start, start + (this.#fields[at + 1] as number));
  }

  #fieldsAt(chunk: number, index: number): number {
    return ((this.#chunks[chunk] as Int32Array)[index] as number) * FIELDS;
  }
}

class MemtableCursor implements EntryCursor {
  readonly bytes: Uint8Array;
  isAtEnd = false;
  start = 0;
  end = 0;
  valueStart = 0;
  valueLength = TOMBSTONE;
  readonly #fields: Int32Array;
  readonly #chunks: readonly Int32Array[];
  readonly #sizes: readonly number[];
  #chunk: number;
  #index: number;

  constructor({ arena, fields, chunks, sizes }: Contents, { chunk, index }: Position) {
    this.bytes = arena;
    this.#fields = fields;
    this.#chunks = chunks;
    this.#sizes = sizes;
    this.#chunk = chunk;
    this.#index = index;
    this.#load();
  }

  next(): void {
    this.#index++;
    this.#load();
  }

  #load(): void {
    if (this.#index === (this.#sizes[this.#chunk] ?? 0)) {
      this.#chunk++;
      this.#index = 0;
    }
    const entry = this.#chunks[this.#chunk]?.[this.#index];
    if (entry === undefined) {
      this.isAtEnd = true;
      return;
    }
    const at = entry * FIELDS;
    this.start = this.#fields[at] as number;
    this.end = this.start + (this.#fields[at + 1] as number);
    this.valueStart = this.#fields[at + 2] as number;
    this.valueLength = this.#fields[at + 3] as number;
  }
}

function grown<A extends Uint8Array | Int32Array>(
  array: A,
  length: number,
  make: new (length: number) => A,
): A {
  const larger = new make(length);
  larger.set(array);
  return larger;
}
