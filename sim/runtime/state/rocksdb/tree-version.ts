// What a tree holds at one instant (RocksDB: SuperVersion): a memtable and files by level, none of which changes as long
// as the version is held. Level 0 holds what was flushed, the newest first; keys within a deeper level do not overlap.

import { compareBytes, compareToSpan } from "./byte-order.ts";
import { type EntryCursor, type Found, keyAt, mergeCursors, valueAt } from "./entry-cursor.ts";
import type { Memtable } from "./memtable.ts";
import { indexOfFile, type SortedFile, SortedFilesCursor } from "./sorted-file.ts";

/** Files by level. */
export type Levels = readonly (readonly SortedFile[])[];

/** A file with the level it lies in. */
export interface LeveledFile {
  readonly level: number;
  readonly file: SortedFile;
}

/** Is shown one entry; false ends the walk. */
export type EntryVisitor = (key: Uint8Array, value: Uint8Array) => boolean;

/** Is called before a file is looked into. */
export type FileProbe = (file: SortedFile) => void;

/** A view on a tree. Keys and values that come out are views as well, good while the version is held. */
export class TreeVersion {
  readonly memtable: Memtable;
  readonly levels: Levels;

  constructor(memtable: Memtable, levels: Levels) {
    this.memtable = memtable;
    this.levels = levels;
  }

  /** Every file, level by level. */
  get files(): readonly LeveledFile[] {
    return this.levels.flatMap((files, level) => files.map((file) => ({ level, file })));
  }

  /** The newest value. `probe` is called for each file that is looked into; there are no Bloom filters, as in Flink. */
  get(key: Uint8Array, probe?: FileProbe): Uint8Array | undefined {
    let found: Found = this.memtable.get(key);
    for (let level = 0; found === undefined && level < this.levels.length; level++) {
      for (const file of filesWith(this.levels[level] ?? [], level, key)) {
        probe?.(file);
        found = file.get(key);
        if (found !== undefined) break;
      }
    }
    return found === "deleted" ? undefined : found;
  }

  /**
   * Visits from <= key < to in order; `to` undefined means up to the end. The tree must not change meanwhile. `probe` is
   * called for each file that may have such a key.
   */
  scan(from: Uint8Array, to: Uint8Array | undefined, visit: EntryVisitor, probe?: FileProbe): void {
    if (probe !== undefined) {
      for (const { file } of this.files) if (mayHaveBetween(file, from, to)) probe(file);
    }
    const cursors: EntryCursor[] = [this.memtable.cursor(from)];
    for (const [level, files] of this.levels.entries()) {
      if (level === 0) for (const file of files) cursors.push(new SortedFilesCursor([file], from));
      else if (files.length > 0) cursors.push(new SortedFilesCursor(files, from));
    }
    mergeCursors(cursors, (entry) => {
      if (to !== undefined && compareToSpan(to, entry.bytes, entry.start, entry.end) <= 0) {
        return false;
      }
      const value = valueAt(entry);
      return value === undefined || visit(keyAt(entry), value);
    });
  }
}

/** Whether a file may have a key with from <= key < to. */
function mayHaveBetween(
  { smallest, largest }: Pick<SortedFile, "smallest" | "largest">,
  from: Uint8Array,
  to: Uint8Array | undefined,
): boolean {
  return compareBytes(largest, from) >= 0 && (to === undefined || compareBytes(smallest, to) < 0);
}

/** The files of a level that may have a key. */
function filesWith(
  files: readonly SortedFile[],
  level: number,
  key: Uint8Array,
): readonly SortedFile[] {
  const mayHave = (file: SortedFile | undefined): file is SortedFile =>
    file !== undefined &&
    compareBytes(file.smallest, key) <= 0 &&
    compareBytes(key, file.largest) <= 0;
  if (level === 0) return files.filter(mayHave);
  const file = files[indexOfFile(files, key)];
  return mayHave(file) ? [file] : [];
}
