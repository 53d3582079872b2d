// Copies of plain data in the reference interpreter's own words, so that a function that changes what it was
// given, or what it has emitted, cannot reach what others hold.

/** An equal value that shares nothing mutable with `value`. */
export function copyOf(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map(copyOf);
  if (value instanceof Map) return new Map([...value].map(([k, v]) => [copyOf(k), copyOf(v)]));
  if (value instanceof Set) return new Set([...value].map(copyOf));
  if (value instanceof Uint8Array) return value.slice();
  const copy: { [name: string]: unknown } = {};
  for (const name of Object.keys(value)) {
    const field = copyOf((value as { readonly [name: string]: unknown })[name]);
    if (name !== "__proto__") copy[name] = field;
    else Object.defineProperty(copy, name, { ...OPEN, value: field });
  }
  return copy;
}

const OPEN = { writable: true, enumerable: true, configurable: true };
