// The same scenario under several settings, over one or more of its parameters: which cases that takes, and what their
// runs came to, side by side. Who runs the cases is not decided here.

import type { Case } from "../harness/case.ts";
import type { ConfigValues } from "../runtime/configuration.ts";
import type { RunFigures } from "./run-figures.ts";

/** A parameter of the scenario, and the values it is given, in order. */
export interface Axis {
  readonly name: string;
  readonly values: readonly number[];
}

/** One of the settings that are compared. */
export interface Setting {
  /** What tells it from the others, in few words. */
  readonly label: string;
  readonly config: ConfigValues;
}

/** What is to be compared. */
export interface Comparison {
  /** What all cases have in common. */
  readonly base: Case;
  readonly settings: readonly Setting[];
  readonly axes: readonly Axis[];
}

/** Values of the parameters that axes are for, by name. */
export type Point = { readonly [axis: string]: number };

/** A case of a comparison, and where in it it stands. */
export interface ComparedCase {
  readonly at: Point;
  readonly setting: Setting;
  readonly request: Case;
}

/** What a case came to. */
export interface ComparedRun extends Omit<ComparedCase, "request"> {
  /** FINISHED or FAILED; where the run was cut off, where the job stood then. */
  readonly jobStatus: string;
  readonly digest: string;
  readonly figures: RunFigures;
}

/** Every setting at every point, the settings of one point side by side. */
export function comparedCases({ base, settings, axes }: Comparison): readonly ComparedCase[] {
  return pointsOf(axes).flatMap((at) =>
    settings.map((setting) => ({
      at,
      setting,
      request: {
        ...base,
        ...(axes.length === 0 ? {} : { scenario: withParameters(base.scenario, at) }),
        config: { ...base.config, ...setting.config },
      },
    })),
  );
}

/** Every point, the first axis as the slowest. */
export function pointsOf(axes: readonly Axis[]): readonly Point[] {
  return axes.reduce<readonly Point[]>(
    (points, { name, values }) =>
      points.flatMap((point) => values.map((value) => ({ ...point, [name]: value }))),
    [{}],
  );
}

/** The settings under names that tell them apart: by the values in which they differ, in few words if that is enough. */
export function namedSettings(configs: readonly ConfigValues[]): readonly Setting[] {
  const keys = [...new Set(configs.flatMap((config) => Object.keys(config)))];
  const differing = keys.filter(
    (key) => new Set(configs.map((config) => String(config[key]))).size > 1,
  );
  const isNamed = configs.every((config) => differing.some((key) => config[key] !== undefined));
  // One that differs only in what the others have besides is told by what all have.
  const told = isNamed || configs.length < 2 ? differing : keys;
  const short = configs.map((config) => labelOf(config, told, shortText));
  const labels =
    new Set(short).size === configs.length
      ? short
      : configs.map((config) => labelOf(config, told, (key, value) => `${key}=${value}`));
  return configs.map((config, index) => ({ config, label: labels[index] ?? "" }));
}

function labelOf(
  config: ConfigValues,
  keys: readonly string[],
  textOf: (key: string, value: string) => string,
): string {
  const parts = keys.flatMap((key) => {
    const value = config[key];
    return value === undefined ? [] : [textOf(key, String(value))];
  });
  return parts.filter((part) => part !== "").join(" ") || "as it is";
}

/** A word is enough of a value that says what it is; a switch is its name, or what it enables, or nothing. */
function shortText(key: string, value: string): string {
  const words = key.split(".");
  const name = (words.at(-1) === "enabled" ? words.at(-2) : words.at(-1)) ?? key;
  if (value === "true") return name;
  if (value === "false") return "";
  return /^[a-z]/i.test(value) ? value : `${name} ${value}`;
}

function withParameters(scenario: Case["scenario"], at: Point): Case["scenario"] {
  if (typeof scenario === "string") return { name: scenario, params: at };
  const { name, params } = scenario;
  return { name, params: { ...(typeof params === "object" ? params : {}), ...at } };
}
