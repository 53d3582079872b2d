// The values of `compare`'s own options as they are typed: settings to compare with, and parameters to compare over.

import { RequestError } from "../node/request-error.ts";
import type { ConfigValues } from "../runtime/configuration.ts";
import type { Axis } from "../search/compare.ts";
import { setting } from "./option-values.ts";

/** More values than anybody would read, and than anybody would wait for. */
const VALUES_MAX = 100;

/** Adds the settings `key=value,key=value` to the lists before them. */
export function against(
  text: string,
  before: readonly ConfigValues[] = [],
): readonly ConfigValues[] {
  const config = text
    .split(",")
    .reduce<ConfigValues>((values, one) => setting(one, values, "--against"), {});
  return [...before, config];
}

/** Adds the axis `name=1,20,300`, or `name=1..1000` for the powers of ten from the first on. */
export function over(text: string, before: readonly Axis[] = []): readonly Axis[] {
  const [, name = "", list = ""] = /^([A-Za-z]\w*)=(.*)$/.exec(text) ?? [];
  const values = valuesOf(list);
  const isIncreasing = values.every((value, index) => value > (values[index - 1] ?? -1));
  if (values.length === 0 || values.length > VALUES_MAX || !isIncreasing) {
    throw new RequestError(
      `Cannot take --over "${text}": expected name=1000..1000000 for powers of ten, or rising values as in name=10,20,50`,
    );
  }
  if (before.some((axis) => axis.name === name)) {
    throw new RequestError(`Cannot take --over "${text}": ${name} is given twice`);
  }
  return [...before, { name, values }];
}

function valuesOf(text: string): readonly number[] {
  const range = /^(\d+)\.\.(\d+)$/.exec(text);
  if (range !== null) return powersOfTen(Number(range[1]), Number(range[2]));
  if (!/^\d+(?:,\d+)*$/.test(text)) return [];
  const values = text.split(",").map(Number);
  return values.every(Number.isSafeInteger) ? values : [];
}

function powersOfTen(first: number, last: number): readonly number[] {
  const values: number[] = [];
  if (first === 0) return values;
  for (let value = first; value <= last && Number.isSafeInteger(value); value *= 10) {
    values.push(value);
  }
  return values;
}
