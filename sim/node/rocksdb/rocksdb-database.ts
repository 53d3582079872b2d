// One open RocksDB behind the synchronous interface that the state backend speaks. Keys and short values pass through
// buffers shared with the native side, which is what makes a call cost a microsecond or two.

import { rmSync } from "node:fs";
import type { NativeDatabase } from "../../runtime/state/rocksdb/native-database.ts";
import { linkDatabase } from "./database-files.ts";
import type {
  BoundBuffer,
  BoundDatabase,
  BoundDatabaseOptions,
  BoundIterator,
  RocksDBBinding,
} from "./rocksdb-binding.ts";
import { attempting, RocksDBError } from "./rocksdb-error.ts";

/** Who has opened a database. */
export interface DatabaseOwner {
  /** Has `fill` make a new folder with the checkpoint's files, and keeps it under the name. */
  keep(name: string, fill: (folder: string) => void): void;
  /** The database is closed and its folder gone. */
  forget(database: NativeDatabase): void;
}

/** A RocksDB in a folder of its own. */
export class RocksDBDatabase implements NativeDatabase {
  readonly #binding: RocksDBBinding;
  readonly #native: BoundDatabase;
  readonly #folder: string;
  readonly #owner: DatabaseOwner;
  #keys = boundBuffer(KEY_BUFFER_BYTES);
  readonly #values = boundBuffer(VALUE_BUFFER_BYTES);
  /** The lengths of the key and of the value that an iterator has put into the buffers. */
  readonly #lengths = new Uint32Array(Buffer.allocUnsafeSlow(8).buffer);
  #isOpen = true;

  /** Opens what is in the folder, or an empty database if there is none. Throws what RocksDB says if it cannot. */
  constructor(binding: RocksDBBinding, folder: string, owner: DatabaseOwner) {
    this.#binding = binding;
    this.#folder = folder;
    this.#owner = owner;
    this.#native = new binding.Database();
    this.#native.setDefaultKeyBuffer(this.#keys);
    this.#native.setDefaultValueBuffer(this.#values);
    this.#native.setIteratorState(new Uint8Array(this.#lengths.buffer));
    this.#native.open(folder, OPTIONS);
  }

  get(key: Uint8Array): Uint8Array | undefined {
    return attempting("get a value from RocksDB", () => {
      const found = this.#native.getSync(this.#setKey(key), 0);
      if (typeof found === "number") return copyOf(this.#values, found);
      return found === undefined ? undefined : new Uint8Array(found);
    });
  }

  put(key: Uint8Array, value: Uint8Array): void {
    attempting("put a value into RocksDB", () => {
      this.#setKey(key);
      this.#native.putSync(this.#keys, value);
    });
  }

  delete(key: Uint8Array): void {
    attempting("delete a key from RocksDB", () => {
      this.#setKey(key);
      this.#native.removeSync(this.#keys);
    });
  }

  entries(
    from: Uint8Array,
    to: Uint8Array | undefined,
  ): readonly (readonly [Uint8Array, Uint8Array])[] {
    // The binding takes an empty bound for none; a database that is closed it refuses itself.
    if (to?.length === 0 && this.#isOpen) return [];
    return attempting("read entries from RocksDB", () => this.#entries(from, to));
  }

  checkpoint(name: string): void {
    attempting(`keep a checkpoint of RocksDB under ${name}`, () => {
      this.#owner.keep(name, (folder) => {
        this.#native.flushSync();
        this.#linkWhenQuiet(folder);
      });
    });
  }

  close(): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    this.#native.close();
    rmSync(this.#folder, { recursive: true, force: true });
    this.#owner.forget(this);
  }

  #entries(from: Uint8Array, to: Uint8Array | undefined): [Uint8Array, Uint8Array][] {
    const { Iterator, constants } = this.#binding;
    const { ITERATOR_INCLUDE_VALUES_FLAG, ITERATOR_RESULT_DONE } = constants;
    const fromEnd = from.length;
    const toEnd = fromEnd + (to?.length ?? 0);
    this.#requireKeyBuffer(toEnd);
    this.#keys.set(from);
    if (to !== undefined) this.#keys.set(to, fromEnd);
    const flags = ITERATOR_INCLUDE_VALUES_FLAG;
    const iterator = new Iterator(this.#native, flags, fromEnd, fromEnd, toEnd);
    const entries: [Uint8Array, Uint8Array][] = [];
    try {
      for (let step = iterator.next(); step !== ITERATOR_RESULT_DONE; step = iterator.next()) {
        entries.push(this.#entryOf(step));
      }
    } finally {
      iterator.return();
    }
    return entries;
  }

  #entryOf(step: ReturnType<BoundIterator["next"]>): [Uint8Array, Uint8Array] {
    if (typeof step === "object") return [new Uint8Array(step.key), new Uint8Array(step.value)];
    const [keyLength = 0, valueLength = 0] = this.#lengths;
    return [copyOf(this.#keys, keyLength), copyOf(this.#values, valueLength)];
  }

  /** Puts a key where the native side reads it, and gives its length. */
  #setKey(key: Uint8Array): number {
    this.#requireKeyBuffer(key.length);
    this.#keys.set(key);
    this.#keys.end = key.length;
    return key.length;
  }

  #requireKeyBuffer(length: number): void {
    if (length <= this.#keys.length) return;
    const larger = boundBuffer(2 * length);
    this.#native.setDefaultKeyBuffer(larger);
    this.#keys = larger;
  }

  /** Compaction goes on by itself after a flush and cannot be forbidden; once it rests, nothing changes the files. */
  #linkWhenQuiet(folder: string): void {
    for (let waited = 0; waited < QUIET_WITHIN_MS; waited++) {
      const isQuiet = ACTIVITY.every((property) => this.#native.getDBIntProperty(property) === 0);
      if (isQuiet && linkDatabase(this.#folder, folder)) return;
      sleepMs(1);
    }
    throw new RocksDBError(
      `Cannot link the files of RocksDB: they changed for ${QUIET_WITHIN_MS / 1000} s, expected them to rest`,
    );
  }
}

/** Keys are short and values mostly too; longer values come in a buffer of their own. */
const KEY_BUFFER_BYTES = 4 << 10;
const VALUE_BUFFER_BYTES = 64 << 10;

const OPTIONS: BoundDatabaseOptions = {
  name: "default",
  mode: "pessimistic",
  // What is not in a checkpoint is lost with the task, as in Flink.
  disableWAL: true,
  parallelismThreads: 1,
  writeBufferSize: 4 << 20,
  // Of RocksDB's messages to people, only errors: the file goes with the folder.
  infoLogLevel: 3,
};

const ACTIVITY = ["rocksdb.num-running-compactions", "rocksdb.compaction-pending"];
const QUIET_WITHIN_MS = 60_000;

function sleepMs(duration: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, duration);
}

function copyOf(shared: Uint8Array, length: number): Uint8Array {
  return shared.slice(0, length);
}

/** Memory that never moves, described as the binding wants it. */
function boundBuffer(length: number): BoundBuffer {
  const bytes = new Uint8Array(Buffer.allocUnsafeSlow(length).buffer);
  return Object.assign(bytes, { start: 0, end: 0, dataView: new DataView(bytes.buffer) });
}
