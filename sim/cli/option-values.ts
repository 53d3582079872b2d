// The values of options as they are typed: numbers, times, ranges and settings, each refused in one sentence.

import { type Instant, instant } from "../kernel/virtual-time.ts";
import { RequestError } from "../node/request-error.ts";
import { type ConfigValues, nearest } from "../runtime/configuration.ts";
import { TRACE_EVENT_KINDS, type TraceEventKind } from "../trace/trace-event.ts";

/** Where a run is ended early. */
export type Until = { readonly typed: string } & (
  | { readonly kind: "time"; readonly instant: Instant }
  | { readonly kind: "event"; readonly event: TraceEventKind }
);

/** Seeds from `first` to `last`, both included. */
export interface SeedRange {
  readonly first: number;
  readonly last: number;
}

/** A whole number from `min` to `max`. */
export function wholeNumber(
  option: string,
  min: number,
  max = Number.MAX_SAFE_INTEGER,
): (text: string) => number {
  return (text) => {
    const value = /^-?\d+$/.test(text) ? Number(text) : Number.NaN;
    if (Number.isSafeInteger(value) && value >= min && value <= max) return value;
    const wanted =
      min === Number.MIN_SAFE_INTEGER ? "a whole number" : `a whole number from ${min} up`;
    const limit = max === Number.MAX_SAFE_INTEGER ? "below 2^53" : `at most ${max}`;
    throw wrongValue(option, text, `${wanted}, ${limit}`);
  };
}

/** Adds the setting `key=value` to those before it. */
export function setting(text: string, before: ConfigValues = {}, option = "--set"): ConfigValues {
  const equals = text.indexOf("=");
  if (equals <= 0) throw wrongValue(option, text, "key=value");
  return { ...before, [text.slice(0, equals).trim()]: text.slice(equals + 1).trim() };
}

/** A point of virtual time (milliseconds, or with a unit) or a kind of event. */
export function until(text: string): Until {
  const time = timeOf(text);
  if (time !== undefined) return { typed: text, kind: "time", instant: instant(time) };
  const kinds = TRACE_EVENT_KINDS.map(({ name }) => name);
  if (!kinds.includes(text)) {
    throw wrongValue(
      "--until",
      text,
      `a time such as 500 or 2s, or a kind of event; the nearest is "${nearest(text, kinds)}"`,
    );
  }
  return { typed: text, kind: "event", event: text as TraceEventKind };
}

/** A range of seeds: `1..500`, or one seed. */
export function seedRange(text: string): SeedRange {
  const match = /^(\d+)(?:\.\.(\d+))?$/.exec(text);
  const first = Number(match?.[1] ?? Number.NaN);
  const last = Number(match?.[2] ?? first);
  if (Number.isSafeInteger(first) && Number.isSafeInteger(last) && first <= last) {
    return { first, last };
  }
  throw wrongValue("--seeds", text, "a range such as 1..500, the first not above the last");
}

/** A span of real time, in milliseconds: `30s`, `10m`, `1h`. */
export function realTimeMs(text: string): number {
  const match = /^(\d+(?:\.\d+)?)(s|m|min|h)$/.exec(text);
  const unit = REAL_UNITS_MS.get(match?.[2] ?? "");
  if (match === null || unit === undefined || Number(match[1]) === 0) {
    throw wrongValue("--for", text, "a time such as 30s, 10m or 1h");
  }
  return Number(match[1]) * unit;
}

const REAL_UNITS_MS: ReadonlyMap<string, number> = new Map([
  ["s", 1000],
  ["m", 60_000],
  ["min", 60_000],
  ["h", 3_600_000],
]);

const VIRTUAL_UNITS_MICROS: ReadonlyMap<string, number> = new Map([
  ["", 1000],
  ["us", 1],
  ["ms", 1000],
  ["s", 1_000_000],
  ["min", 60_000_000],
]);

/** Microseconds of virtual time; undefined for a text that is no time. */
function timeOf(text: string): number | undefined {
  const match = /^(\d+(?:\.\d+)?)\s*([a-z]*)$/.exec(text);
  const unit = VIRTUAL_UNITS_MICROS.get(match?.[2] ?? "-");
  const micros = Math.round(Number(match?.[1]) * (unit ?? Number.NaN));
  return Number.isSafeInteger(micros) ? micros : undefined;
}

function wrongValue(option: string, text: string, wanted: string): RequestError {
  return new RequestError(`Cannot take ${option} "${text}": expected ${wanted}`);
}
