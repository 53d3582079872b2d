// Hashes of states, to tell whether two worlds could differ in their future. A state describes itself as
// plain data; the hash is that of its canonical text, 64 bits as hexadecimal.

import { canonicalText } from "./canonical-value.ts";
import { finishHash, hexWord, mixHash } from "./hash.ts";

/** The 64-bit hash, as 16 hexadecimal digits, of a state described as plain data. */
export function stateHashOf(description: unknown): string {
  const text = canonicalText(description);
  let low = 0x12345678;
  let high = 0x9abcdef0;
  for (let index = 0; index < text.length; index++) {
    const unit = text.charCodeAt(index);
    low = mixHash(low, unit);
    high = mixHash(high, unit ^ 0x5bd1);
  }
  return hexWord(finishHash(high ^ text.length)) + hexWord(finishHash(low ^ text.length));
}
