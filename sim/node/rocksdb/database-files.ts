// The files of a database at one instant, in another folder: what RocksDB never changes is linked, so that checkpoints
// share it, and the few small files that it appends to are copied. (The binding's own checkpoint answers in a
// callback, after the simulated instant is over.)

import {
  constants,
  copyFileSync,
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
} from "node:fs";
import { join } from "node:path";
import { RocksDBError } from "./rocksdb-error.ts";

/** Tables of keys and blobs of large values: written once, then read or removed. */
const IMMUTABLE = /\.(sst|blob)$/;
/** What else a database consists of. Not its lock, its messages to people, and its write-ahead log, which is off. */
const APPENDED = /^(CURRENT|IDENTITY|MANIFEST-\d+|OPTIONS-\d+)$/;

/**
 * Puts the files of the database in `from` into the new folder `to`. `false`, and nothing in `to`, if they changed
 * meanwhile. Throws a {@link RocksDBError} if there is no database.
 */
export function linkDatabase(from: string, to: string): boolean {
  const before = versionOf(from);
  mkdirSync(to);
  try {
    for (const name of readdirSync(from)) {
      if (IMMUTABLE.test(name)) link(join(from, name), join(to, name));
      else if (APPENDED.test(name)) copyFileSync(join(from, name), join(to, name));
    }
    // A file is removed only after the manifest has said so: the same manifest means that all were there.
    if (versionOf(from) === before) return true;
  } catch (error) {
    if (codeOf(error) !== "ENOENT") {
      rmSync(to, { recursive: true, force: true });
      throw error;
    }
  }
  rmSync(to, { recursive: true, force: true });
  return false;
}

/** Changes whenever the set of a database's files does: each change is appended to the manifest, or starts another. */
function versionOf(folder: string): string {
  const current = join(folder, "CURRENT");
  try {
    const manifest = readFileSync(current, "utf8").trim();
    return `${manifest} ${statSync(join(folder, manifest)).size}`;
  } catch (error) {
    if (codeOf(error) !== "ENOENT") throw error;
    // RocksDB would take a folder without these for an empty database.
    throw new RocksDBError(`Cannot read the database in ${folder}: it has no current manifest`);
  }
}

const UNLINKABLE: ReadonlySet<string | undefined> = new Set([
  "EMLINK",
  "EPERM",
  "ENOTSUP",
  "EXDEV",
]);

function link(from: string, to: string): void {
  try {
    linkSync(from, to);
  } catch (error) {
    if (!UNLINKABLE.has(codeOf(error))) throw error;
    copyFileSync(from, to, constants.COPYFILE_EXCL);
  }
}

function codeOf(error: unknown): string | undefined {
  return (error as NodeJS.ErrnoException).code;
}
