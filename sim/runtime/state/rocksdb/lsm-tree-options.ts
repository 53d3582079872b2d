// How a tree keeps its files, under RocksDB's names and with its defaults, which are also Flink's
// (include/rocksdb/options.h and advanced_options.h; Flink: RocksDBConfigurableOptions).

import { invariant } from "../../../kernel/invariant.ts";

/** The sizes at which a tree does its work. */
export interface LsmTreeOptions {
  /** How much the memtable takes before it is flushed: write_buffer_size, 64 MB. */
  readonly writeBufferSizeBytes: number;
  /** How many files of level 0 are merged into level 1: level0_file_num_compaction_trigger, 4. */
  readonly level0FileNumCompactionTrigger: number;
  /** How much level 1 holds: max_bytes_for_level_base, 256 MB. */
  readonly maxBytesForLevelBase: number;
  /** How much more each level holds than the one above: max_bytes_for_level_multiplier, 10. */
  readonly maxBytesForLevelMultiplier: number;
  /** How large files below level 0 grow: target_file_size_base, 64 MB. */
  readonly targetFileSizeBaseBytes: number;
  /** How many levels there are: num_levels, 7. */
  readonly numLevels: number;
  /**
   * How many bytes a merge reads and writes in a second of virtual time, in the background; 0 for a merge at once. Not an
   * option of RocksDB's, where it is up to the machine.
   */
  readonly compactionBytesPerSecond: number;
}

const MEBIBYTE = 1024 * 1024;

const DEFAULTS: LsmTreeOptions = {
  writeBufferSizeBytes: 64 * MEBIBYTE,
  level0FileNumCompactionTrigger: 4,
  maxBytesForLevelBase: 256 * MEBIBYTE,
  maxBytesForLevelMultiplier: 10,
  targetFileSizeBaseBytes: 64 * MEBIBYTE,
  numLevels: 7,
  compactionBytesPerSecond: 0,
};

/** The least that options may be where it is not 1. */
const LEAST: ReadonlyMap<string, number> = new Map([
  ["numLevels", 2],
  ["compactionBytesPerSecond", 0],
]);

/** The options with what is not given as RocksDB has it. */
export function lsmTreeOptions(given: Partial<LsmTreeOptions> = {}): LsmTreeOptions {
  const options = { ...DEFAULTS, ...given };
  for (const [name, value] of Object.entries(options)) {
    const least = LEAST.get(name) ?? 1;
    invariant(
      Number.isSafeInteger(value) && value >= least,
      () => `Cannot make a tree: ${name} is ${value}, expected a whole number from ${least}`,
    );
  }
  return options;
}
