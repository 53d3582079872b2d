// A real database handed in from outside (in Node: a binding to RocksDB). The engine knows only this much of it, and
// everything here is synchronous.

/**
 * A real ordered key-value database; keys are compared byte by byte. Everything is synchronous. What fails throws an
 * `Error` of the name "RocksDBError", and ends the run: it is never a simulated failure.
 */
export interface NativeDatabase {
  get(key: Uint8Array): Uint8Array | undefined;
  put(key: Uint8Array, value: Uint8Array): void;
  delete(key: Uint8Array): void;
  /** Pairs with from <= key < to, in order; `to` undefined means up to the end. */
  entries(
    from: Uint8Array,
    to: Uint8Array | undefined,
  ): readonly (readonly [Uint8Array, Uint8Array])[];
  /** Flushes and keeps the files of this instant under `name` (hard links where there are any). */
  checkpoint(name: string): void;
  close(): void;
}

/** Where a backend's real databases come from. */
export interface NativeDatabases {
  /** A database of its own: empty, or with what was kept under the name `from`. */
  open(from?: string): NativeDatabase;
  /** Forgets what was kept under `name`. */
  drop(name: string): void;
}

/** Whether a real database has thrown this. Told by the name: its class is outside the engine's bundle. */
export function isNativeDatabaseFailure(error: unknown): error is Error {
  return error instanceof Error && error.name === "RocksDBError";
}
