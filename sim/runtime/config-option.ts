// One option of a configuration, and the kinds of options there are, by what their values are. A value may come as text,
// as on the command line.

import { type Duration, micros } from "../kernel/virtual-time.ts";

/** A wrong key or value in a configuration. */
export class ConfigurationError extends Error {
  override readonly name = "ConfigurationError";
}

/** One option: its key, how to read it, what holds when it is not set. */
export interface ConfigOption<T> {
  readonly key: string;
  readonly description: string;
  readonly defaultValue: T;
  /** Reads a value given as text or as JSON. Throws {@link ConfigurationError}. */
  readonly parse: (raw: unknown) => T;
}

/** Microseconds in each. */
const DURATION_UNITS: ReadonlyMap<string, number> = new Map([
  ["us", 1],
  ["ms", 1000],
  ["s", 1_000_000],
  ["min", 60_000_000],
  ["h", 3_600_000_000],
]);

const SIZE_UNITS: ReadonlyMap<string, number> = new Map([
  ["b", 1],
  ["kb", 1024],
  ["mb", 1024 * 1024],
  ["gb", 1024 * 1024 * 1024],
]);

/** A length of virtual time, such as "500 ms" or "10 s"; a bare number is milliseconds. */
export function durationOption(
  key: string,
  defaultValue: Duration,
  description: string,
): ConfigOption<Duration> {
  return { key, defaultValue, description, parse: (raw) => parseDuration(key, raw) };
}

/** A length of virtual time, or none. */
export function optionalDurationOption(
  key: string,
  description: string,
): ConfigOption<Duration | undefined> {
  const parse = (raw: unknown) => parseDuration(key, raw);
  return { key, defaultValue: undefined, description, parse };
}

function parseDuration(key: string, raw: unknown): Duration {
  const match = /^(\d+(?:\.\d+)?)\s*([a-z]*)$/.exec(String(raw).trim().toLowerCase());
  const unit = DURATION_UNITS.get(match?.[2] === "" ? "ms" : (match?.[2] ?? ""));
  const count = Math.round(Number(match?.[1]) * (unit ?? Number.NaN));
  if (!Number.isSafeInteger(count)) {
    throw wrongValue(key, raw, 'a duration such as "500 ms", "10 s" or "1 min"');
  }
  return micros(count);
}

/** A number of bytes, such as "20 kb"; a bare number is bytes. */
export function sizeOption(
  key: string,
  defaultValue: number,
  ...[description, min = 0]: readonly [description: string, min?: number]
): ConfigOption<number> {
  const parse = (raw: unknown): number => {
    const match = /^(\d+)\s*([a-z]*)$/.exec(String(raw).trim().toLowerCase());
    const unit = SIZE_UNITS.get(match?.[2] === "" ? "b" : (match?.[2] ?? ""));
    const size = Number(match?.[1]) * (unit ?? Number.NaN);
    if (!Number.isSafeInteger(size) || size < min) {
      const least = min === 0 ? "" : `, at least ${min} b`;
      throw wrongValue(key, raw, `a size such as "512 b", "20 kb" or "1 mb"${least}`);
    }
    return size;
  };
  return { key, defaultValue, description, parse };
}

/** A whole number from `min` up. */
export function countOption<T extends number | undefined>(
  key: string,
  options: { readonly defaultValue: T; readonly min: number; readonly description: string },
): ConfigOption<number | T> {
  const { defaultValue, min, description } = options;
  const parse = (raw: unknown): number => {
    const count =
      typeof raw === "number" ? raw : /^\d+$/.test(String(raw)) ? Number(raw) : Number.NaN;
    if (!Number.isSafeInteger(count) || count < min) {
      throw wrongValue(key, raw, `a whole number from ${min} up`);
    }
    return count;
  };
  return { key, defaultValue, description, parse };
}

/** One of `values`, in whatever case. */
export function choiceOption<const T extends string>(
  key: string,
  options: {
    readonly values: readonly T[];
    readonly defaultValue: T;
    readonly description: string;
  },
): ConfigOption<T> {
  const { values, defaultValue, description } = options;
  const parse = (raw: unknown): T => {
    const value = values.find((candidate) => candidate.toLowerCase() === String(raw).toLowerCase());
    if (value === undefined) throw wrongValue(key, raw, `one of ${values.join(", ")}`);
    return value;
  };
  return { key, defaultValue, description, parse };
}

/** On or off, off unless set. */
export function switchOption(key: string, description: string): ConfigOption<boolean> {
  const parse = (raw: unknown): boolean => {
    if (raw === true || raw === "true") return true;
    if (raw === false || raw === "false") return false;
    throw wrongValue(key, raw, "true or false");
  };
  return { key, defaultValue: false, description, parse };
}

/** A switch whose default follows from another option. */
export function optionalSwitchOption(
  key: string,
  description: string,
): ConfigOption<boolean | undefined> {
  return { ...switchOption(key, description), defaultValue: undefined };
}

/** Any text, or none. */
export function textOption(key: string, description: string): ConfigOption<string | undefined> {
  return { key, defaultValue: undefined, description, parse: (raw) => String(raw) };
}

/** Flink's name for "where checkpoints lie" is as good as none. */
export function forstDirectoryOption(
  key: string,
  description: string,
): ConfigOption<string | undefined> {
  const parse = (raw: unknown): string | undefined => {
    if (raw !== "local-dir") return raw === "checkpoint-dir" ? undefined : String(raw);
    throw wrongValue(
      key,
      raw,
      'checkpoint-dir or a place in the simulated storage, such as "forst"',
    );
  };
  return { key, defaultValue: undefined, description, parse };
}

function wrongValue(key: string, raw: unknown, wanted: string): ConfigurationError {
  return new ConfigurationError(`Cannot set "${key}": found "${String(raw)}", expected ${wanted}`);
}
