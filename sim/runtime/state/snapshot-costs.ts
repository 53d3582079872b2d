// What it costs a backend, in virtual time, to turn all of its state into bytes and back. Nothing, unless it is said:
// what an access costs is in rocksdb/access-costs.ts.

import { type Duration, micros } from "../../kernel/virtual-time.ts";
import type { FullKeyedState } from "./keyed-state-backend.ts";

/** What snapshots and restores are charged for. Bandwidths are bytes in a second; 0, or nothing, for at once. */
export interface SnapshotCosts {
  /** The asynchronous part of a full snapshot: walking through all entries and serializing them. */
  readonly serializationBandwidth?: number;
  /** A restore: making entries of bytes, all but of files that are used as they are. */
  readonly restoreBandwidth?: number;
  /** The synchronous part of an incremental snapshot: writing what is in memory into a file. */
  readonly flushBandwidth?: number;
  /** Of that part besides: holding the files of this instant, by hard links. */
  readonly holdCost?: Duration;
  /** Opening a database, before anything is restored into it. */
  readonly openCost?: Duration;
}

/** For a snapshot in the canonical form: how long it takes to be written. At once, nothing needs to be written ahead. */
export function serializationAt(bandwidth = 0): {
  readonly serializationCost?: (written: FullKeyedState) => Duration;
} {
  if (bandwidth === 0) return {};
  return { serializationCost: ({ bytes }) => timeOf(bytes.length, bandwidth) };
}

/** The time that bytes take at a bandwidth. */
export function timeOf(bytes: number, bandwidth = 0): Duration {
  return micros(bandwidth === 0 ? 0 : Math.ceil((bytes * 1_000_000) / bandwidth));
}
