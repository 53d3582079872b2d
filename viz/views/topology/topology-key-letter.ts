// The one letter that a record is known by in a disc of ten pixels: the first of its key, as far as one can tell.

import { parseCanonicalText } from "../../../sim/kernel/canonical-value.ts";

/**
 * The first letter or digit of the first text in a value, else of the first number; a dot if there is neither.
 *
 * @example keyLetter('["simulator",1]') // "s"
 */
export function keyLetter(value: string): string {
  const leaves = leavesOf(parseCanonicalText(value));
  const texts = leaves.filter((leaf) => typeof leaf === "string");
  const letters = [...texts, ...leaves].map((leaf) => /[\p{L}\p{N}]/u.exec(String(leaf))?.[0]);
  return letters.find((letter) => letter !== undefined) ?? "·";
}

/** Texts and numbers in the order they are written. */
function leavesOf(value: unknown): readonly unknown[] {
  if (typeof value === "string" || typeof value === "number" || typeof value === "bigint") {
    return [value];
  }
  if (value instanceof Map) return [...value].flatMap(leavesOf);
  if (value instanceof Set || Array.isArray(value)) return [...value].flatMap(leavesOf);
  if (typeof value === "object" && value !== null && !(value instanceof Uint8Array)) {
    return Object.values(value).flatMap(leavesOf);
  }
  return [];
}
