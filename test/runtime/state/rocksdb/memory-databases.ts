// Ordered databases in memory, in the place of real ones: as simple as can be, and strict about how they are used.

import { compareBytes } from "../../../../sim/runtime/state/rocksdb/byte-order.ts";
import type {
  NativeDatabase,
  NativeDatabases,
} from "../../../../sim/runtime/state/rocksdb/native-database.ts";

type Pairs = readonly (readonly [Uint8Array, Uint8Array])[];

/** Counts what is open, and names what is kept. */
export class MemoryDatabases implements NativeDatabases {
  readonly kept = new Map<string, Pairs>();
  readonly opened = new Set<MemoryDatabase>();

  open(from?: string): MemoryDatabase {
    const pairs = from === undefined ? [] : this.kept.get(from);
    if (pairs === undefined) throw new Error(`Cannot open ${from}: nothing is kept under it`);
    const database = new MemoryDatabase(this, pairs);
    this.opened.add(database);
    return database;
  }

  drop(name: string): void {
    if (!this.kept.delete(name)) throw new Error(`Cannot drop ${name}: nothing is kept under it`);
  }
}

/** One of them. */
export class MemoryDatabase implements NativeDatabase {
  pairs: Pairs;
  readonly #databases: MemoryDatabases;

  constructor(databases: MemoryDatabases, pairs: Pairs) {
    this.#databases = databases;
    this.pairs = pairs;
  }

  get(key: Uint8Array): Uint8Array | undefined {
    this.#expectOpen();
    return this.pairs.find(([other]) => compareBytes(other, key) === 0)?.[1].slice();
  }

  put(key: Uint8Array, value: Uint8Array): void {
    this.delete(key);
    const pairs: Pairs = [...this.pairs, [key.slice(), value.slice()]];
    this.pairs = pairs.toSorted(([left], [right]) => compareBytes(left, right));
  }

  delete(key: Uint8Array): void {
    this.#expectOpen();
    this.pairs = this.pairs.filter(([other]) => compareBytes(other, key) !== 0);
  }

  entries(from: Uint8Array, to: Uint8Array | undefined): Pairs {
    this.#expectOpen();
    return this.pairs.filter(
      ([key]) => compareBytes(from, key) <= 0 && (to === undefined || compareBytes(key, to) < 0),
    );
  }

  checkpoint(name: string): void {
    this.#expectOpen();
    const { kept } = this.#databases;
    if (kept.has(name)) throw new Error(`Cannot keep ${name}: there is one already`);
    kept.set(name, this.pairs);
  }

  close(): void {
    this.#expectOpen();
    this.#databases.opened.delete(this);
  }

  #expectOpen(): void {
    if (!this.#databases.opened.has(this)) throw new Error("Cannot use a database: it is closed");
  }
}
