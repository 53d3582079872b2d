// The native module that RocksDB comes in, and the part of it that we call. It is made for one platform only and npm
// leaves it out elsewhere: that it is missing is an answer, not an error.

import { createRequire } from "node:module";

/** RocksDB, or one sentence on why there is none and what to do. */
export type RocksDB =
  | { readonly kind: "loaded"; readonly binding: RocksDBBinding }
  | { readonly kind: "missing"; readonly reason: string };

/** What we use of `@harperfast/rocksdb-js`. Its own wrapper in JavaScript is in no registry. */
export interface RocksDBBinding {
  /** RocksDB's own version. */
  readonly version: string;
  readonly Database: new () => BoundDatabase;
  readonly Iterator: new (
    database: BoundDatabase,
    flags: number,
    /** The bounds lie one after the other in the key buffer; an empty one is none. */
    fromEnd: number,
    toStart: number,
    toEnd: number,
  ) => BoundIterator;
  readonly constants: {
    readonly ITERATOR_INCLUDE_VALUES_FLAG: number;
    readonly ITERATOR_RESULT_DONE: number;
    readonly ITERATOR_RESULT_FAST: number;
  };
}

/** A database of the binding. Every method throws what RocksDB says, as an `Error`. */
export interface BoundDatabase {
  open(path: string, options: BoundDatabaseOptions): void;
  close(): void;
  /** The three buffers are kept as bare pointers: they must live as long as the database. */
  setDefaultKeyBuffer(buffer: BoundBuffer): void;
  setDefaultValueBuffer(buffer: BoundBuffer): void;
  setIteratorState(buffer: Uint8Array): void;
  /** The value's length if it was put into the value buffer, the value itself if it is too long for that. */
  getSync(keyLength: number, flags: number): number | Uint8Array | undefined;
  putSync(key: BoundBuffer, value: Uint8Array): void;
  removeSync(key: BoundBuffer): void;
  flushSync(): void;
  getDBIntProperty(name: string): number;
}

/** The binding's options as far as we set them. */
export interface BoundDatabaseOptions {
  readonly name: string;
  readonly mode: "pessimistic";
  readonly disableWAL: boolean;
  readonly parallelismThreads: number;
  readonly writeBufferSize: number;
  readonly infoLogLevel: number;
}

/** Walks through pairs; what does not fit into the buffers comes as an object. */
export interface BoundIterator {
  next(): number | { readonly key: Uint8Array; readonly value: Uint8Array };
  return(): void;
}

/** Bytes as the binding takes them: those from `start` to `end` count. */
export interface BoundBuffer extends Uint8Array {
  start: number;
  end: number;
  dataView: DataView;
}

/** The one platform that the binding is made for, and its package. The version is that of package.json. */
const PLATFORM = "linux-x64-glibc";
const PACKAGE = `@harperfast/rocksdb-js-${PLATFORM}`;
const ELSEWHERE = "the simulated LSM tree needs no binding";

/** What is loaded unless told otherwise. */
export interface RocksDBRequest {
  /** As npm's packages name platforms: `darwin-arm64`, `linux-x64-musl`. */
  readonly platform?: string;
  readonly package?: string;
}

/** Loads the binding. Takes a few milliseconds: do it once a process. */
export function loadRocksDB(request: RocksDBRequest = {}): RocksDB {
  const { platform = platformHere(), package: name = PACKAGE } = request;
  if (platform !== PLATFORM) {
    return missing(`found ${platform}, its binding is made for ${PLATFORM} only; ${ELSEWHERE}`);
  }
  try {
    const binding = createRequire(import.meta.url)(name) as RocksDBBinding;
    return { kind: "loaded", binding };
  } catch (error) {
    return missing(`${reasonOf(name, error as NodeJS.ErrnoException)}; ${ELSEWHERE}`);
  }
}

function missing(reason: string): RocksDB {
  return { kind: "missing", reason: `Cannot load RocksDB: ${reason}` };
}

function reasonOf(name: string, { code, message }: NodeJS.ErrnoException): string {
  // npm says nothing when it leaves an optional package out, be it asked to or for the Node that the package names.
  if (code === "MODULE_NOT_FOUND") {
    return `the package ${name} is not installed, expected it from "npm install ${name}"`;
  }
  return `the package ${name} does not load on Node ${process.version}: ${message.split("\n")[0]}`;
}

/** Which C library runs Node only its report says, and only of glibc. */
function platformHere(): string {
  const system = `${process.platform}-${process.arch}`;
  if (process.platform !== "linux") return system;
  const { header } = process.report.getReport() as { readonly header: object };
  return `${system}-${"glibcVersionRuntime" in header ? "glibc" : "musl"}`;
}
