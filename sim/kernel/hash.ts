// 32-bit hashes for choices and for comparing states: MurmurHash3's mixing steps, in integer arithmetic only.
// Not cryptographic; the trace digest uses SHA-256.

/** The 32-bit hash of a text's UTF-16 code units. */
export function textHash(text: string): number {
  let hash = 0x9747b28c;
  for (let index = 0; index < text.length; index++) {
    hash = mixHash(hash, text.charCodeAt(index));
  }
  return finishHash(hash ^ text.length);
}

/** A 64-bit hash of bytes, as 16 hexadecimal digits: tells contents apart, and keeps no secrets. */
export function bytesHash(bytes: Uint8Array): string {
  let low = 0x12345678;
  let high = 0x9abcdef0;
  for (const byte of bytes) {
    low = mixHash(low, byte);
    high = mixHash(high, byte ^ 0x5bd1);
  }
  return hexWord(finishHash(high ^ bytes.length)) + hexWord(finishHash(low ^ bytes.length));
}

/** A 32-bit word as 8 hexadecimal digits. */
export function hexWord(word: number): string {
  // By halves, which are small integers to the machine: those are written many times faster.
  return hexHalf(word >>> 16) + hexHalf(word & 0xffff);
}

function hexHalf(half: number): string {
  return half.toString(16).padStart(4, "0");
}

/** Mixes one 32-bit integer into a running hash. */
export function mixHash(hash: number, value: number): number {
  let k = Math.imul(value, 0xcc9e2d51);
  k = (k << 15) | (k >>> 17);
  const h = hash ^ Math.imul(k, 0x1b873593);
  return (Math.imul((h << 13) | (h >>> 19), 5) + 0xe6546b64) | 0;
}

/** The last step: spreads a running hash over all 32 bits. The result is from 0 to 2^32 - 1. */
export function finishHash(hash: number): number {
  let h = hash;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}
