// What RocksDB, or the disk under it, could not do. Never a stack trace for the user, and never a simulated failure.

/** A database could not be opened, read, written or kept; the message says which and why. */
export class RocksDBError extends Error {
  override readonly name = "RocksDBError";
}

/** Runs `work`; what it throws becomes a {@link RocksDBError} that begins with the failed `action`. */
export function attempting<Result>(action: string, work: () => Result): Result {
  try {
    return work();
  } catch (error) {
    if (error instanceof RocksDBError) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    throw new RocksDBError(`Cannot ${action}: ${reason}`);
  }
}
