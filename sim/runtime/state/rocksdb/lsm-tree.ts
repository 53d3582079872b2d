// A log-structured merge tree, as RocksDB is one: writes go into a memtable, which is flushed as a sorted file; files are
// merged level by level. A flush takes no virtual time here, though a snapshot may charge for it; a merge goes on in the
// background, one at a time, and nobody sees its files before it is over. How much was written is counted. There is no
// write-ahead log: Flink turns it off, for checkpoints replace it.

import { after, type Duration, type Instant, micros } from "../../../kernel/virtual-time.ts";
import { compareBytes } from "./byte-order.ts";
import {
  type Compaction,
  type CompactionFilter,
  mergeFiles,
  pickCompaction,
  sizeOf,
} from "./compaction.ts";
import { keyAt, mergeCursors, valueAt } from "./entry-cursor.ts";
import { type LsmTreeOptions, lsmTreeOptions } from "./lsm-tree-options.ts";
import { Memtable } from "./memtable.ts";
import type { SortedFile } from "./sorted-file.ts";
import { SortedFileBuilder } from "./sorted-file-builder.ts";
import type { TreeFileWatcher } from "./tree-file-watcher.ts";
import { type EntryVisitor, type LeveledFile, type Levels, TreeVersion } from "./tree-version.ts";

/** What a tree has done since it was made, in numbers of times and of bytes. */
export interface LsmTreeWork {
  readonly flushes: number;
  readonly bytesFlushed: number;
  readonly compactions: number;
  readonly bytesReadByCompaction: number;
  readonly bytesWrittenByCompaction: number;
  /** Files that went down a level as they were. */
  readonly filesMoved: number;
  readonly gets: number;
  /** Files that were looked into for them. */
  readonly filesProbed: number;
}

/** A merge under way. */
interface RunningCompaction {
  readonly compaction: Compaction;
  readonly endsAt: Instant;
}

/** Files to begin with. */
export interface TreeFiles {
  readonly files: readonly LeveledFile[];
  /** Above the numbers of all files. */
  readonly nextFileNumber: number;
}

const NO_KEY = new Uint8Array(0);

/**
 * An ordered map from bytes to bytes that costs memory for what was written lately, and files for the rest.
 *
 * @example
 * const tree = new LsmTree({ options: { writeBufferSizeBytes: 1024 } });
 * tree.put(key, value);
 * tree.flush();
 * tree.version().files[0]?.file.name // "000001.sst"
 */
export class LsmTree {
  readonly #options: LsmTreeOptions;
  readonly #startFilter: () => CompactionFilter | undefined;
  readonly #filtered: (key: Uint8Array) => void;
  #memtable = new Memtable();
  #isMemtableHeld = false;
  readonly #now: (() => Instant) | undefined;
  readonly #watcher: TreeFileWatcher | undefined;
  #levels: Levels;
  #running: RunningCompaction | undefined;
  #nextFileNumber: number;
  readonly #work = {
    flushes: 0,
    bytesFlushed: 0,
    compactions: 0,
    bytesReadByCompaction: 0,
    bytesWrittenByCompaction: 0,
    filesMoved: 0,
    gets: 0,
    filesProbed: 0,
  };

  constructor({
    options,
    from = { files: [], nextFileNumber: 1 },
    startFilter = () => undefined,
    filtered = () => undefined,
    now,
    watcher,
  }: {
    readonly options?: Partial<LsmTreeOptions>;
    readonly from?: TreeFiles;
    /** Gives the filter of each compaction when it begins (RocksDB: CompactionFilterFactory). */
    readonly startFilter?: () => CompactionFilter | undefined;
    /** Is told each key whose value a filter changed or removed; a newer value may hide that. */
    readonly filtered?: (key: Uint8Array) => void;
    /** The clock that merges go by; without one they are over at once. */
    readonly now?: () => Instant;
    readonly watcher?: TreeFileWatcher;
  } = {}) {
    this.#options = lsmTreeOptions(options);
    this.#startFilter = startFilter;
    this.#filtered = filtered;
    this.#now = now;
    this.#watcher = watcher;
    const deepest = Math.max(-1, ...from.files.map(({ level }) => level));
    const levels = Math.max(this.#options.numLevels, deepest + 1);
    this.#levels = Array.from({ length: levels }, (_, level) =>
      sorted(
        from.files.filter((file) => file.level === level).map(({ file }) => file),
        level,
      ),
    );
    this.#nextFileNumber = from.nextFileNumber;
    for (const { file } of from.files) watcher?.begunWith(file);
  }

  /** The number of the next file: above those of all files it ever had. */
  get nextFileNumber(): number {
    return this.#nextFileNumber;
  }

  /** What it has done so far. */
  get work(): LsmTreeWork {
    return { ...this.#work };
  }

  /** The value, as a view: good until the next change. */
  get(key: Uint8Array): Uint8Array | undefined {
    this.#work.gets++;
    return this.#present().get(key, (file) => {
      this.#work.filesProbed++;
      this.#watcher?.read(file);
    });
  }

  /** The same, uncounted. */
  peek(key: Uint8Array): Uint8Array | undefined {
    return this.#present().get(key);
  }

  put(key: Uint8Array, value: Uint8Array): void {
    this.#writable().put(key, value);
    this.#flushIfFull();
  }

  delete(key: Uint8Array): void {
    this.#writable().delete(key);
    this.#flushIfFull();
  }

  /** Visits from <= key < to in order, as views; `visit` may not change the tree, and false from it ends the walk. */
  scan(from: Uint8Array, to: Uint8Array | undefined, visit: EntryVisitor): void {
    this.#present().scan(from, to, visit, (file) => this.#watcher?.read(file));
  }

  /** The same, for inspection: nobody is told of the files. */
  peekScan(from: Uint8Array, to: Uint8Array | undefined, visit: EntryVisitor): void {
    this.#present().scan(from, to, visit);
  }

  /** What is there now, whatever comes after. */
  version(): TreeVersion {
    this.#isMemtableHeld = true;
    return this.#present();
  }

  /** Writes what is in memory into a file of level 0, and begins no merge yet. */
  flush(): void {
    this.#finishMerges();
    if (this.#memtable.count === 0) return;
    const file = fileOf(this.#memtable, this.#nextFileNumber++);
    this.#levels = this.#levels.with(0, [file, ...(this.#levels[0] ?? [])]);
    this.#memtable = new Memtable();
    this.#isMemtableHeld = false;
    this.#work.flushes++;
    this.#work.bytesFlushed += file.sizeBytes;
    this.#watcher?.written(file);
  }

  /** Merges as long as a level is too full: begins with it, if it takes time. */
  compact(): void {
    this.#finishMerges();
    if (this.#running === undefined) this.#mergeFrom(this.#now?.());
  }

  /** What its future depends on, as plain data. */
  describeState(): unknown {
    const { count, usedBytes } = this.#memtable;
    const memtable = count === 0 ? "" : fileOf(this.#memtable, 0).hash;
    const levels = this.#levels.map((files) => files.map(({ name, hash }) => [name, hash]));
    const running = this.#running && {
      inputs: this.#running.compaction.inputs.map(({ name }) => name),
      endsIn: this.#running.endsAt - (this.#now?.() ?? 0),
    };
    return [this.#nextFileNumber, usedBytes, memtable, levels, running];
  }

  #present(): TreeVersion {
    return new TreeVersion(this.#memtable, this.#levels);
  }

  /** The memtable, which no version holds. */
  #writable(): Memtable {
    if (this.#isMemtableHeld) {
      this.#memtable = this.#memtable.copy();
      this.#isMemtableHeld = false;
    }
    return this.#memtable;
  }

  #flushIfFull(): void {
    if (this.#memtable.usedBytes < this.#options.writeBufferSizeBytes) return;
    this.flush();
    this.compact();
  }

  /** Merges what needs it, one after the other from `start` on, until one takes longer than till now. */
  #mergeFrom(start: Instant | undefined): void {
    let begun = start;
    for (;;) {
      const compaction = pickCompaction(this.#levels, this.#options);
      if (compaction === undefined) return;
      const endsAt = begun === undefined ? undefined : after(begun, this.#durationOf(compaction));
      if (endsAt !== undefined && this.#now !== undefined && endsAt > this.#now()) {
        this.#running = { compaction, endsAt };
        return;
      }
      this.#run(compaction);
      begun = endsAt;
    }
  }

  /** Takes in the files of merges that are over by now; the next one begins when the last has ended. */
  #finishMerges(): void {
    if (this.#running === undefined || this.#now === undefined) return;
    const { compaction, endsAt } = this.#running;
    if (this.#now() < endsAt) return;
    this.#running = undefined;
    this.#run(compaction);
    this.#mergeFrom(endsAt);
  }

  #durationOf(compaction: Compaction): Duration {
    const { compactionBytesPerSecond: speed } = this.#options;
    if (speed === 0 || isMoveOnly(compaction)) return micros(0);
    const bytes = sizeOf(compaction.inputs) + sizeOf(compaction.overlapping);
    return micros(Math.ceil((bytes * 1_000_000) / speed));
  }

  #run(compaction: Compaction): void {
    const { level, inputs, overlapping } = compaction;
    const isMove = isMoveOnly(compaction);
    const written = isMove ? [] : this.#merge(compaction);
    if (isMove) this.#work.filesMoved++;
    const gone = new Set([...inputs, ...overlapping]);
    const rest = (at: number) => (this.#levels[at] ?? []).filter((file) => !gone.has(file));
    const below = [...rest(level + 1), ...(isMove ? inputs : written)];
    this.#levels = this.#levels.with(level, rest(level)).with(level + 1, sorted(below, level + 1));
    if (isMove) return;
    for (const file of written) this.#watcher?.written(file);
    for (const file of gone) this.#watcher?.dropped(file);
  }

  #merge(compaction: Compaction): readonly SortedFile[] {
    const filter = this.#startFilter();
    const changed: Uint8Array[] = [];
    const noting: CompactionFilter | undefined =
      filter &&
      ((key, value) => {
        const kept = filter(key, value);
        if (kept !== value) changed.push(key);
        return kept;
      });
    const merged = mergeFiles(compaction, {
      levels: this.#levels,
      targetFileSizeBytes: this.#options.targetFileSizeBaseBytes,
      filter: noting,
      nextNumber: () => this.#nextFileNumber++,
    });
    this.#work.compactions++;
    this.#work.bytesReadByCompaction += sizeOf(compaction.inputs) + sizeOf(compaction.overlapping);
    this.#work.bytesWrittenByCompaction += sizeOf(merged);
    for (const key of changed) this.#filtered(key);
    return merged;
  }
}

/** A lone file that overlaps nothing goes down as it is, unread by any filter, as in RocksDB. */
function isMoveOnly({ inputs, overlapping }: Compaction): boolean {
  return inputs.length === 1 && overlapping.length === 0;
}

/** Level 0 by age, the newest first; the others by key. */
function sorted(files: readonly SortedFile[], level: number): readonly SortedFile[] {
  return level === 0
    ? files.toSorted((left, right) => right.number - left.number)
    : files.toSorted((left, right) => compareBytes(left.smallest, right.smallest));
}

function fileOf(memtable: Memtable, number: number): SortedFile {
  const builder = new SortedFileBuilder();
  mergeCursors([memtable.cursor(NO_KEY)], (entry) => {
    builder.add(keyAt(entry), valueAt(entry));
    return true;
  });
  return builder.build(number);
}
