// Bytes with a seal: the hash of what comes before it, so that bit rot is found by whoever reads them (the end-to-end
// argument: a storage may check its blocks, but only the reader knows what was meant).

import { bytesHash } from "../../kernel/hash.ts";

/** What a seal says of the bytes before it. */
export type Unsealed =
  | { readonly kind: "intact"; readonly content: Uint8Array }
  | { readonly kind: "damaged"; readonly found: string; readonly expected: string };

/** Hexadecimal digits of a hash. */
const SEAL_BYTES = 16;

/** `content` with its seal. */
export function seal(content: Uint8Array): Uint8Array {
  const hash = bytesHash(content);
  const sealed = new Uint8Array(content.length + SEAL_BYTES);
  sealed.set(content);
  for (let index = 0; index < SEAL_BYTES; index++) {
    sealed[content.length + index] = hash.charCodeAt(index);
  }
  return sealed;
}

/** What {@link seal} was given, if nothing has happened to it since. */
export function unseal(sealed: Uint8Array): Unsealed {
  const end = Math.max(0, sealed.length - SEAL_BYTES);
  const content = sealed.subarray(0, end);
  const expected = textOf(sealed.subarray(end));
  const found = bytesHash(content);
  return found === expected ? { kind: "intact", content } : { kind: "damaged", found, expected };
}

/** A seal as it can be printed: what is no digit any more shows as a question mark. */
function textOf(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => {
    const digit = String.fromCharCode(byte);
    return /[0-9a-f]/.test(digit) ? digit : "?";
  }).join("");
}
