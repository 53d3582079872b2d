// Digests of texts, and how digests are written. A text is hashed as the recorder hashes it: by its UTF-16 code
// units, little end first, so that a lone surrogate has a digest too.

import type { Sha256 } from "../kernel/recorder.ts";

/** The SHA-256 of a text, as 64 hexadecimal digits. */
export function textDigest(text: string, sha256: Sha256): string {
  const bytes = new Uint8Array(text.length * 2);
  for (let index = 0; index < text.length; index++) {
    const unit = text.charCodeAt(index);
    bytes[2 * index] = unit & 0xff;
    bytes[2 * index + 1] = unit >>> 8;
  }
  return hexOf(sha256([bytes]));
}

/** Bytes as lower-case hexadecimal digits. */
export function hexOf(bytes: Uint8Array): string {
  let text = "";
  for (const byte of bytes) text += (byte < 16 ? "0" : "") + byte.toString(16);
  return text;
}

/** The bytes that pairs of hexadecimal digits stand for. */
export function bytesOfHex(digits: string): Uint8Array {
  const bytes = new Uint8Array(digits.length / 2);
  for (let index = 0; index < bytes.length; index++) {
    bytes[index] = Number.parseInt(digits.slice(2 * index, 2 * index + 2), 16);
  }
  return bytes;
}
