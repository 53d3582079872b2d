// Where a backend's entries are: in a model tree, and if a real database is handed in, in that too. Then contents come
// from the real one; files, sizes and merges come from the model, so that nothing depends on what a real database does
// in its background; and at each snapshot both must hold the same.

import { invariant } from "../../../kernel/invariant.ts";
import type { Instant } from "../../../kernel/virtual-time.ts";
import { compareBytes } from "./byte-order.ts";
import type { CompactionFilter } from "./compaction.ts";
import { LsmTree, type LsmTreeWork, type TreeFiles } from "./lsm-tree.ts";
import type { LsmTreeOptions } from "./lsm-tree-options.ts";
import type { NativeDatabase, NativeDatabases } from "./native-database.ts";
import type { TreeFileWatcher } from "./tree-file-watcher.ts";
import type { EntryVisitor, TreeVersion } from "./tree-version.ts";

const NO_KEY = new Uint8Array(0);

/** The contents of one instant. */
export interface HeldContent {
  readonly version: TreeVersion;
  readonly nextFileNumber: number;
  /** Throws an invariant's violation unless the real database kept the same; nothing without one. */
  verify(): void;
  /** Ends the hold. */
  release(): void;
}

/** Both, as one. */
export class ContentDatabase {
  readonly #makeTree: (from?: TreeFiles) => LsmTree;
  #tree: LsmTree;
  readonly #databases: NativeDatabases | undefined;
  readonly #native: NativeDatabase | undefined;
  readonly #name: string;
  /** Keys whose values a merge has changed, and that the real database does not know of yet. */
  #filtered: Uint8Array[] = [];
  #checkpoints = 0;
  #isClosed = false;

  constructor(options: {
    readonly tree: Partial<LsmTreeOptions> | undefined;
    readonly databases: NativeDatabases | undefined;
    /** Begins the names of what is kept in them. */
    readonly name: string;
    readonly startFilter: () => CompactionFilter | undefined;
    /** The clock that merges go by. */
    readonly now: (() => Instant) | undefined;
    readonly watcher?: TreeFileWatcher | undefined;
  }) {
    const { tree = {}, databases, startFilter, now, watcher } = options;
    this.#databases = databases;
    this.#name = options.name;
    this.#native = databases?.open();
    const filtered = (key: Uint8Array): void => {
      if (databases !== undefined) this.#filtered.push(key);
    };
    this.#makeTree = (from) =>
      new LsmTree({
        options: tree,
        startFilter,
        filtered,
        ...(now === undefined ? {} : { now }),
        ...(watcher === undefined ? {} : { watcher }),
        ...(from === undefined ? {} : { from }),
      });
    this.#tree = this.#makeTree();
  }

  /** What the model tree has done so far. */
  get work(): LsmTreeWork {
    return this.#tree.work;
  }

  /** As {@link LsmTree.get}. */
  get(key: Uint8Array): Uint8Array | undefined {
    const modelled = this.#tree.get(key);
    return this.#native === undefined ? modelled : this.#native.get(key);
  }

  /** The value, uncounted. */
  peek(key: Uint8Array): Uint8Array | undefined {
    return this.#native === undefined ? this.#tree.peek(key) : this.#native.get(key);
  }

  put(key: Uint8Array, value: Uint8Array): void {
    this.#tree.put(key, value);
    this.#native?.put(key, value);
    this.#followFilter();
  }

  delete(key: Uint8Array): void {
    this.#tree.delete(key);
    this.#native?.delete(key);
    this.#followFilter();
  }

  /** As {@link LsmTree.scan}. */
  scan(from: Uint8Array, to: Uint8Array | undefined, visit: EntryVisitor): void {
    if (this.#native === undefined) this.#tree.scan(from, to, visit);
    else visitAll(this.#native.entries(from, to), visit);
  }

  /** As {@link LsmTree.peekScan}. */
  peekScan(from: Uint8Array, to: Uint8Array | undefined, visit: EntryVisitor): void {
    if (this.#native === undefined) this.#tree.peekScan(from, to, visit);
    else visitAll(this.#native.entries(from, to), visit);
  }

  /** Begins with files that were written before; only for a database that holds nothing yet. */
  adopt(from: TreeFiles): void {
    this.#tree = this.#makeTree(from);
    const native = this.#native;
    if (native === undefined) return;
    this.#tree.scan(NO_KEY, undefined, (key, value) => {
      native.put(key.slice(), value.slice());
      return true;
    });
  }

  /** Writes what is in memory into a file. */
  flush(): void {
    this.#tree.flush();
    // A merge that was under way may be over by now.
    this.#followFilter();
  }

  /** Merges files where a level is too full. */
  compact(): void {
    this.#tree.compact();
    this.#followFilter();
  }

  /** Holds what is there now, without writing anything. */
  hold(): HeldContent {
    const version = this.#tree.version();
    const { nextFileNumber } = this.#tree;
    const databases = this.#databases;
    const native = this.#native;
    if (databases === undefined || native === undefined) {
      return { version, nextFileNumber, verify: () => undefined, release: () => undefined };
    }
    const name = `${this.#name}-snapshot-${++this.#checkpoints}`;
    checkEqual(version, native);
    native.checkpoint(name);
    return {
      version,
      nextFileNumber,
      verify() {
        const kept = databases.open(name);
        checkEqual(version, kept);
        kept.close();
      },
      release: () => databases.drop(name),
    };
  }

  /** What is there now, good until the next change. */
  get present(): TreeVersion {
    return this.#tree.version();
  }

  /** As {@link LsmTree.describeState}. */
  describeState(): unknown {
    return this.#tree.describeState();
  }

  /** Closes the real database, if there is one; again is harmless. */
  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#native?.close();
  }

  /** A real database has no filter of ours: it is told what the model's took away, where nothing newer hides it. */
  #followFilter(): void {
    if (this.#filtered.length === 0 || this.#native === undefined) return;
    for (const key of this.#filtered) {
      const value = this.#tree.peek(key);
      if (value === undefined) this.#native.delete(key.slice());
      else this.#native.put(key.slice(), value.slice());
    }
    this.#filtered = [];
  }
}

function visitAll(
  entries: readonly (readonly [Uint8Array, Uint8Array])[],
  visit: EntryVisitor,
): void {
  for (const [key, value] of entries) if (!visit(key, value)) return;
}

/** Compares the model's contents with the real ones. */
function checkEqual(version: TreeVersion, native: NativeDatabase): void {
  const real = native.entries(NO_KEY, undefined);
  let index = 0;
  version.scan(NO_KEY, undefined, (key, value) => {
    const [realKey, realValue] = real[index] ?? [];
    invariant(
      realKey !== undefined &&
        realValue !== undefined &&
        compareBytes(realKey, key) === 0 &&
        compareBytes(realValue, value) === 0,
      () =>
        `The real database differs from the model at entry ${index}: ${textOf(realKey, realValue)}, expected ${textOf(key, value)}`,
    );
    index++;
    return true;
  });
  invariant(
    index === real.length,
    () =>
      `The real database differs from the model: it has ${real.length} entries, expected ${index}`,
  );
}

function textOf(key: Uint8Array | undefined, value: Uint8Array | undefined): string {
  return key === undefined ? "found none" : `[${key}] has [${value}]`;
}
