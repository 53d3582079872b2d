// A line of a trace's file before it is trusted: JSON of some shape, which may or may not be its canonical text.

import { canonicalText } from "../kernel/canonical-value.ts";

/** Why a line is refused that says the right thing in the wrong way. */
export const NOT_CANONICAL = "The line is not its own canonical text.";

/** The value of a JSON text; undefined for a text that is none. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** True if `line` is the canonical text of `value`; false too if the value has none, being nested too deep. */
export function isCanonical(line: string, value: unknown): boolean {
  try {
    return canonicalText(value) === line;
  } catch {
    return false;
  }
}

/** True for 64 hexadecimal digits. */
export function isHexDigest(value: unknown): value is string {
  return typeof value === "string" && /^[0-9a-f]{64}$/.test(value);
}

/** True for what JSON calls an object. */
export function isObject(value: unknown): value is { readonly [key: string]: unknown } {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** True for a list whose every item passes `check`. */
export function isListOf(value: unknown, check: (item: unknown) => boolean): boolean {
  return Array.isArray(value) && value.every(check);
}
