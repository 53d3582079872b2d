// Real databases for a run's state: each in a folder of its own, and the checkpoints kept of them under names.

import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import type {
  NativeDatabase,
  NativeDatabases,
} from "../../runtime/state/rocksdb/native-database.ts";
import { linkDatabase } from "./database-files.ts";
import { makePrivateFolder } from "./private-folder.ts";
import type { RocksDBBinding } from "./rocksdb-binding.ts";
import { type DatabaseOwner, RocksDBDatabase } from "./rocksdb-database.ts";
import { attempting, RocksDBError } from "./rocksdb-error.ts";

/**
 * Databases in a private temporary folder, which is gone after {@link RocksDBDatabases.close} or with the process.
 * Whatever fails throws a {@link RocksDBError}.
 */
export class RocksDBDatabases implements NativeDatabases {
  /** Where all files lie. */
  readonly folder: string;
  readonly #binding: RocksDBBinding;
  readonly #opened = new Set<NativeDatabase>();
  /** The folders of the kept checkpoints. Names may be any text, so that folders are numbered. */
  readonly #kept = new Map<string, string>();
  #foldersNamed = 0;

  constructor(binding: RocksDBBinding) {
    this.#binding = binding;
    this.folder = attempting("make a folder for RocksDB", () => {
      const folder = join(privateFolder(), `${instances++}`);
      mkdirSync(folder);
      return folder;
    });
  }

  open(from?: string): NativeDatabase {
    const folder = this.#nameFolder("database");
    const what = from === undefined ? "an empty database" : `the checkpoint ${from}`;
    try {
      return attempting(`open ${what} in RocksDB`, () => {
        if (from !== undefined) this.#restore(from, folder);
        const database = new RocksDBDatabase(this.#binding, folder, this.#owner);
        this.#opened.add(database);
        return database;
      });
    } catch (error) {
      rmSync(folder, { recursive: true, force: true });
      throw error;
    }
  }

  drop(name: string): void {
    rmSync(this.#folderOf(name), { recursive: true, force: true });
    this.#kept.delete(name);
  }

  /** Closes all databases and removes every file. */
  close(): void {
    for (const database of this.#opened) database.close();
    this.#kept.clear();
    rmSync(this.folder, { recursive: true, force: true });
  }

  readonly #owner: DatabaseOwner = {
    keep: (name, fill) => {
      if (this.#kept.has(name))
        throw new RocksDBError(`Cannot keep a checkpoint under ${name}: the name is taken`);
      const folder = this.#nameFolder("checkpoint");
      fill(folder);
      this.#kept.set(name, folder);
    },
    forget: (database) => {
      this.#opened.delete(database);
    },
  };

  #restore(name: string, folder: string): void {
    const kept = this.#folderOf(name);
    if (linkDatabase(kept, folder)) return;
    throw new RocksDBError(
      `Cannot restore ${name}: its files in ${kept} changed, expected no hand on them`,
    );
  }

  #folderOf(name: string): string {
    const folder = this.#kept.get(name);
    if (folder !== undefined) return folder;
    throw new RocksDBError(`Cannot find the checkpoint ${name}: expected one that is kept`);
  }

  #nameFolder(kind: "database" | "checkpoint"): string {
    return join(this.folder, `${kind}-${this.#foldersNamed++}`);
  }
}

/** One private folder, and one watch over it, serve all that a process or a worker ever opens. */
let shared: string | undefined;
let instances = 0;

function privateFolder(): string {
  shared ??= makePrivateFolder();
  return shared;
}
