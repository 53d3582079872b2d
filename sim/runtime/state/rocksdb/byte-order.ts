// The order of keys: byte by byte, a prefix before what it begins (RocksDB: BytewiseComparator).

/** A stretch of bytes within others. */
export interface ByteSpan {
  readonly bytes: Uint8Array;
  readonly start: number;
  readonly end: number;
}

/** Compares two arrays of bytes. */
export function compareBytes(left: Uint8Array, right: Uint8Array): number {
  return compareToSpan(left, right, 0, right.length);
}

/** Compares a key with the bytes from `start` to `end` of others, without taking them out. */
export function compareToSpan(
  key: Uint8Array,
  bytes: Uint8Array,
  start: number,
  end: number,
): number {
  const length = end - start;
  const shared = Math.min(key.length, length);
  for (let index = 0; index < shared; index++) {
    const difference = (key[index] as number) - (bytes[start + index] as number);
    if (difference !== 0) return difference;
  }
  return key.length - length;
}

/** Compares two stretches. */
export function compareSpans(left: ByteSpan, right: ByteSpan): number {
  const leftLength = left.end - left.start;
  const rightLength = right.end - right.start;
  const shared = Math.min(leftLength, rightLength);
  for (let index = 0; index < shared; index++) {
    const difference =
      (left.bytes[left.start + index] as number) - (right.bytes[right.start + index] as number);
    if (difference !== 0) return difference;
  }
  return leftLength - rightLength;
}

/** Whether `key` begins with `prefix`. */
export function startsWith(key: Uint8Array, prefix: Uint8Array): boolean {
  if (key.length < prefix.length) return false;
  for (let index = 0; index < prefix.length; index++) {
    if (key[index] !== prefix[index]) return false;
  }
  return true;
}

/** The first key after all that begin with `prefix`; undefined if there is none, for then they are the last. */
export function endOfPrefix(prefix: Uint8Array): Uint8Array | undefined {
  let length = prefix.length;
  while (length > 0 && prefix[length - 1] === 0xff) length--;
  if (length === 0) return undefined;
  const end = prefix.slice(0, length);
  end[length - 1] = (end[length - 1] as number) + 1;
  return end;
}
