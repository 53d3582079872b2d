// Keys compared by content: primitives stand for themselves in a JavaScript Map, everything else by its canonical
// text, marked so that no string can be taken for it.

import { canonicalText } from "../../kernel/canonical-value.ts";

/** A key's stand-in: equal exactly if the keys are. */
export type StructuralKey = string | number | bigint | boolean;

/** Begins the stand-in of every key that does not stand for itself. */
const MARK = "\0";

/** The stand-in of a key. Throws a `SerializationError` for what is not plain data. */
export function structuralKeyOf(key: unknown): StructuralKey {
  switch (typeof key) {
    case "string":
      return key.charCodeAt(0) === 0 ? MARK + canonicalText(key) : key;
    case "number":
      return Object.is(key, -0) ? MARK + canonicalText(key) : key;
    case "bigint":
    case "boolean":
      return key;
    default:
      return MARK + canonicalText(key);
  }
}

/** A total order: booleans, numbers with NaN last, bigints, then strings by code unit. */
export function compareStructuralKeys(left: StructuralKey, right: StructuralKey): number {
  const byType = rankOf(left) - rankOf(right);
  if (byType !== 0) return byType;
  if (left < right) return -1;
  if (left > right) return 1;
  return Number(Number.isNaN(left)) - Number(Number.isNaN(right));
}

/** The entries of a map in the order in which a map state shows them. */
export function inKeyOrder<Entry>(
  entries: Iterable<readonly [StructuralKey, Entry]>,
): readonly Entry[] {
  return [...entries]
    .sort(([left], [right]) => compareStructuralKeys(left, right))
    .map(([, entry]) => entry);
}

function rankOf(key: StructuralKey): number {
  switch (typeof key) {
    case "boolean":
      return 0;
    case "number":
      return 1;
    case "bigint":
      return 2;
    default:
      return 3;
  }
}
