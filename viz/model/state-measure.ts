// How large a value of state is, where that is a number: for bars, and for sums.

import { parseCanonicalText } from "../../sim/kernel/canonical-value.ts";

/** A number itself, of a list, map or set how long it is, with or without a time to live; undefined for what has no size. */
export function measureOf(value: string): number | undefined {
  const held = parseCanonicalText(value);
  const parsed = isTimed(held) ? held.value : held;
  if (typeof parsed === "number") return Number.isFinite(parsed) ? parsed : undefined;
  if (typeof parsed === "bigint") return Number(parsed);
  if (Array.isArray(parsed)) return parsed.length;
  return parsed instanceof Map || parsed instanceof Set ? parsed.size : undefined;
}

/** A value with a time to live, as it is held (Flink: TtlValue). */
export function isTimed(
  value: unknown,
): value is { readonly lastAccess: number; readonly value: unknown } {
  if (typeof value !== "object" || value === null) return false;
  const names = Object.keys(value);
  return names.length === 2 && "lastAccess" in value && "value" in value;
}

/** A canonical text as people read it: a text without its quotes. */
export function plainText(value: string): string {
  const parsed = value.startsWith('"') ? parseCanonicalText(value) : value;
  return typeof parsed === "string" ? parsed : value;
}
