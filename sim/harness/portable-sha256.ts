// SHA-256 as the recorder takes it, in plain JavaScript: what runs without Node and without promises. Node's own is
// ten times faster and equal to it.

import { sha256 } from "@noble/hashes/sha2.js";

/** SHA-256 over the concatenation of `parts`. */
export function portableSha256(parts: readonly Uint8Array[]): Uint8Array {
  const state = sha256.create();
  for (const part of parts) state.update(part);
  return state.digest();
}
