// The real RocksDB for a run that is asked to use it: databases of its own, gone when the run is over.

import type { PreparedJob } from "../harness/prepared-job.ts";
import { RequestError } from "../node/request-error.ts";
import { loadRocksDB } from "../node/rocksdb/rocksdb-binding.ts";
import { RocksDBDatabases } from "../node/rocksdb/rocksdb-databases.ts";
import { OPTIONS } from "../runtime/configuration.ts";
import type { NativeDatabases } from "../runtime/state/rocksdb/native-database.ts";

/**
 * Has `work` run the job on fresh databases. Throws a {@link RequestError} if its state is not on RocksDB, or if
 * there is no RocksDB here.
 */
export function withRealRocksDB<Result>(
  job: PreparedJob,
  work: (databases: NativeDatabases) => Result,
): Result {
  const { key } = OPTIONS.stateBackend;
  const backend = job.configuration.get(OPTIONS.stateBackend);
  if (backend !== "rocksdb") {
    throw new RequestError(
      `Cannot use the real RocksDB: found ${key} ${backend}, expected rocksdb`,
    );
  }
  const rocksDB = loadRocksDB();
  if (rocksDB.kind === "missing") throw new RequestError(rocksDB.reason);
  const databases = new RocksDBDatabases(rocksDB.binding);
  try {
    return work(databases);
  } finally {
    databases.close();
  }
}
