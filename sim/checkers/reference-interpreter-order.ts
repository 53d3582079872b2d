// The order in which map state shows its entries, on every backend, as the reference interpreter has it for itself.

/** A map's entries in the order in which a map state shows them: by kind of key, then by the key. */
export function inKeyOrder<Entry extends readonly [unknown, unknown]>(
  map: ReadonlyMap<unknown, Entry>,
): readonly Entry[] {
  const ranked = [...map].map(([standIn, entry]) => {
    const [key] = entry;
    const isOrdered = typeof key === "boolean" || typeof key === "bigint";
    return { by: isOrdered ? key : standIn, entry };
  });
  return ranked.sort((left, right) => compareKeys(left.by, right.by)).map(({ entry }) => entry);
}

const KINDS_OF_KEYS = ["boolean", "number", "bigint", "string"];

function compareKeys(left: unknown, right: unknown): number {
  const byKind = KINDS_OF_KEYS.indexOf(typeof left) - KINDS_OF_KEYS.indexOf(typeof right);
  if (byKind !== 0) return byKind;
  if (Number.isNaN(left) || Number.isNaN(right)) return Number.isNaN(left) ? 1 : -1;
  const [one, other] = [left as string | number, right as string | number];
  return one < other ? -1 : one > other ? 1 : 0;
}
