// Walking over entries in the order of their keys, in one place or in several at once (RocksDB: InternalIterator,
// MergingIterator). A cursor shows where key and value lie and takes nothing out, so that a merge makes no objects.

import { compareSpans } from "./byte-order.ts";

/** The value's length that stands for a tombstone: the key was deleted. */
export const TOMBSTONE = -1;

/** What a lookup in one place finds: a value, that the key was deleted, or nothing. */
export type Found = Uint8Array | "deleted" | undefined;

/** An entry, or the end. Where it points is good until the next move, or the next change of what it walks over. */
export interface EntryCursor {
  readonly isAtEnd: boolean;
  /** What the key and the value lie in. */
  readonly bytes: Uint8Array;
  /** Where the key begins and ends. */
  readonly start: number;
  readonly end: number;
  readonly valueStart: number;
  /** How long the value is, or {@link TOMBSTONE}. */
  readonly valueLength: number;
  next(): void;
}

/**
 * Visits the newest entry of each key, tombstones included, in order, until `visit` returns false. `cursors` come newest
 * first, and are moved.
 */
export function mergeCursors(
  cursors: readonly EntryCursor[],
  visit: (entry: EntryCursor) => boolean,
): void {
  for (;;) {
    let newest: EntryCursor | undefined;
    let ties = 0;
    for (const cursor of cursors) {
      if (cursor.isAtEnd) continue;
      const order = newest === undefined ? -1 : compareSpans(cursor, newest);
      if (order < 0) {
        newest = cursor;
        ties = 0;
      } else if (order === 0) ties++;
    }
    if (newest === undefined || !visit(newest)) return;
    if (ties > 0) moveOlder(cursors, newest);
    newest.next();
  }
}

/** Moves the other cursors that are at the same key. */
function moveOlder(cursors: readonly EntryCursor[], newest: EntryCursor): void {
  for (const cursor of cursors) {
    if (cursor === newest || cursor.isAtEnd) continue;
    if (compareSpans(cursor, newest) === 0) cursor.next();
  }
}

/** The key, as a view. */
export function keyAt({ bytes, start, end }: EntryCursor): Uint8Array {
  return bytes.subarray(start, end);
}

/** The value, as a view; undefined for a tombstone. */
export function valueAt({ bytes, valueStart, valueLength }: EntryCursor): Uint8Array | undefined {
  return valueLength === TOMBSTONE
    ? undefined
    : bytes.subarray(valueStart, valueStart + valueLength);
}
