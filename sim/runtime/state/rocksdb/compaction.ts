// Leveled compaction (RocksDB: LevelCompactionPicker, CompactionJob): which files are merged into the next level, and
// what comes of them. Tombstones go on until nothing below can hold their key.

import { compareBytes } from "./byte-order.ts";
import { keyAt, mergeCursors, valueAt } from "./entry-cursor.ts";
import type { LsmTreeOptions } from "./lsm-tree-options.ts";
import { indexOfFile, type SortedFile, SortedFilesCursor } from "./sorted-file.ts";
import { SortedFileBuilder } from "./sorted-file-builder.ts";
import type { Levels } from "./tree-version.ts";

/** Files that go into the next level. */
export interface Compaction {
  readonly level: number;
  /** Of `level`, the newest first. */
  readonly inputs: readonly SortedFile[];
  /** Of the next level: those whose keys the inputs' overlap. */
  readonly overlapping: readonly SortedFile[];
}

/**
 * What a merge keeps of a value: itself, another, or nothing (RocksDB: CompactionFilter). It sees the newest value among
 * the merged files, of which there may be a newer one above.
 */
export type CompactionFilter = (key: Uint8Array, value: Uint8Array) => Uint8Array | undefined;

/** The compaction that a tree needs most; undefined if it needs none. */
export function pickCompaction(levels: Levels, options: LsmTreeOptions): Compaction | undefined {
  let picked = -1;
  let highest = 1;
  // The last level takes whatever comes.
  for (let level = 0; level < levels.length - 1; level++) {
    const score = scoreOf(levels, level, options);
    if (score > highest || (score === highest && picked === -1)) {
      picked = level;
      highest = score;
    }
  }
  if (picked === -1) return undefined;
  const files = levels[picked] ?? [];
  const next = levels[picked + 1] ?? [];
  if (picked === 0) return { level: 0, inputs: files, overlapping: overlappingOf(files, next) };
  return cheapestOf(picked, files, next);
}

/** How urgent a level is: 1 if it is just full. */
function scoreOf(levels: Levels, level: number, options: LsmTreeOptions): number {
  const files = levels[level] ?? [];
  if (level === 0) return files.length / options.level0FileNumCompactionTrigger;
  let most = options.maxBytesForLevelBase;
  for (let above = 1; above < level; above++) most *= options.maxBytesForLevelMultiplier;
  return sizeOf(files) / most;
}

/** The file that makes the next level write least for its size (RocksDB: kMinOverlappingRatio). */
function cheapestOf(
  level: number,
  files: readonly SortedFile[],
  next: readonly SortedFile[],
): Compaction | undefined {
  let cheapest: Compaction | undefined;
  let lowest = 0;
  for (const file of files) {
    const overlapping = overlappingOf([file], next);
    const ratio = sizeOf(overlapping) / file.sizeBytes;
    if (cheapest !== undefined && ratio >= lowest) continue;
    cheapest = { level, inputs: [file], overlapping };
    lowest = ratio;
  }
  return cheapest;
}

function overlappingOf(
  inputs: readonly SortedFile[],
  next: readonly SortedFile[],
): readonly SortedFile[] {
  const smallest = inputs.map((file) => file.smallest).reduce(lesser);
  const largest = inputs
    .map((file) => file.largest)
    .reduce((left, right) => {
      return lesser(left, right) === left ? right : left;
    });
  return next.filter(
    (file) =>
      compareBytes(file.largest, smallest) >= 0 && compareBytes(file.smallest, largest) <= 0,
  );
}

function lesser(left: Uint8Array, right: Uint8Array): Uint8Array {
  return compareBytes(left, right) <= 0 ? left : right;
}

/** How many bytes files take. */
export function sizeOf(files: readonly SortedFile[]): number {
  return files.reduce((size, file) => size + file.sizeBytes, 0);
}

/** Merges the files of a compaction; none come out if nothing is left. */
export function mergeFiles(
  { level, inputs, overlapping }: Compaction,
  context: {
    readonly levels: Levels;
    readonly targetFileSizeBytes: number;
    readonly filter: CompactionFilter | undefined;
    readonly nextNumber: () => number;
  },
): readonly SortedFile[] {
  const { levels, targetFileSizeBytes, filter, nextNumber } = context;
  const merged: SortedFile[] = [];
  let builder = new SortedFileBuilder();
  const from = new Uint8Array(0);
  const newestFirst = level === 0 ? inputs.map((file) => [file]) : [inputs];
  const cursors = [...newestFirst, overlapping].map((files) => new SortedFilesCursor(files, from));
  mergeCursors(cursors, (entry) => {
    const key = keyAt(entry);
    const value = valueAt(entry);
    // What the filter removes becomes a tombstone, or an older value below would come to light.
    const kept = value !== undefined && filter !== undefined ? filter(key, value) : value;
    if (kept === undefined && !isBelow(levels, level + 1, key)) return true;
    builder.add(key, kept);
    if (builder.sizeBytes >= targetFileSizeBytes) {
      merged.push(builder.build(nextNumber()));
      builder = new SortedFileBuilder();
    }
    return true;
  });
  if (builder.count > 0) merged.push(builder.build(nextNumber()));
  return merged;
}

/** Whether a level below `level` may hold a key. */
function isBelow(levels: Levels, level: number, key: Uint8Array): boolean {
  return levels.some((files, below) => {
    if (below <= level) return false;
    const file = files[indexOfFile(files, key)];
    return file !== undefined && compareBytes(file.smallest, key) <= 0;
  });
}
