// Real databases for a test. A test that needs them fails where they are missing, with the sentence that users see.
import { existsSync } from "node:fs";
import { loadRocksDB, type RocksDBBinding } from "../../../sim/node/rocksdb/rocksdb-binding.ts";
import { RocksDBDatabases } from "../../../sim/node/rocksdb/rocksdb-databases.ts";

// On a disk, nine tenths of the time go into waiting for it, which these tests are not about.
if (existsSync("/dev/shm")) process.env["TMPDIR"] = "/dev/shm";

export function newDatabases(): RocksDBDatabases {
  return new RocksDBDatabases(loadedBinding());
}

export function loadedBinding(): RocksDBBinding {
  const rocksDB = loadRocksDB();
  if (rocksDB.kind === "loaded") return rocksDB.binding;
  throw new Error(rocksDB.reason);
}
