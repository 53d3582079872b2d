// The rules that follow from a comparison: which figures grow with a parameter and under which setting, what each
// megabyte of state adds, and from where on which setting has the least. They say no more than the figures do; their
// sentences are in rule-sentences.ts.

import { type Axis, type ComparedRun, type Comparison, type Point, pointsOf } from "./compare.ts";
import type { FigureName } from "./run-figures.ts";

/** Something to go by, at a point of the axes that it is not about. */
export type RuleOfThumb = { readonly at: Point } & (
  | {
      readonly kind: "growth";
      readonly figure: GrowingFigure;
      readonly axis: string;
      /** How many times the parameter grows. */
      readonly factor: number;
      /** How many times the figure does; undefined for not at all. */
      readonly parts: readonly Part<number | undefined>[];
    }
  | {
      readonly kind: "addition";
      readonly figure: AddingFigure;
      /** Microseconds that each megabyte of state adds; undefined for nothing. */
      readonly parts: readonly Part<number | undefined>[];
    }
  | {
      readonly kind: "best";
      readonly figure: BestFigure;
      readonly axis: string;
      readonly stretches: readonly Stretch[];
    }
);

/** What several settings have in common. */
export interface Part<Value> {
  readonly value: Value;
  readonly labels: readonly string[];
}

/** Values of the parameter in a row at which the same settings are best. */
export interface Stretch {
  /** Undefined if all are. */
  readonly labels: readonly string[] | undefined;
  readonly from: number;
  readonly to: number;
}

/** Figures whose growth is told. */
const GROWING = ["duration", "bytes", "pause", "recovery"] as const satisfies FigureName[];

/** Times that are told by what each megabyte of state adds to them. */
const ADDING = ["duration", "recovery"] as const satisfies FigureName[];

/** Figures of which the least is best. */
const BEST = [
  "duration",
  "bytes",
  "pause",
  "recovery",
  "memory",
  "disk",
] as const satisfies FigureName[];

export type GrowingFigure = (typeof GROWING)[number];
export type AddingFigure = (typeof ADDING)[number];
export type BestFigure = (typeof BEST)[number];

/** What differs by less than this part counts as equal: jitter alone makes so much. */
const ALIKE = 0.15;

/** Rules about each axis of two values or more, at the last point of the others. */
export function rulesOfThumb(
  { axes, settings }: Pick<Comparison, "axes" | "settings">,
  runs: readonly ComparedRun[],
): readonly RuleOfThumb[] {
  const labels = settings.map(({ label }) => label);
  return axes.flatMap((axis) => {
    const at = pointsOf(axes.filter((other) => other !== axis)).at(-1) ?? {};
    const isMeasured = (value: number): boolean =>
      labels.every((label) => runAt(runs, { ...at, [axis.name]: value }, label));
    const values = axis.values.filter(isMeasured);
    if (values.length < 2) return [];
    const line: Line = { axis: { ...axis, values }, at, labels, runs };
    return [
      ...GROWING.flatMap((figure) => growthOf(line, figure)),
      ...ADDING.flatMap((figure) => additionOf(line, figure)),
      ...BEST.flatMap((figure) => bestOf(line, figure)),
    ];
  });
}

/** The runs along one axis. */
interface Line {
  readonly axis: Axis;
  /** Where on the others. */
  readonly at: Point;
  readonly labels: readonly string[];
  readonly runs: readonly ComparedRun[];
}

function runAt(runs: readonly ComparedRun[], at: Point, label: string): ComparedRun | undefined {
  return runs.find(
    (run) =>
      run.setting.label === label &&
      Object.entries(at).every(([name, value]) => run.at[name] === value),
  );
}

function valueAt(
  { axis, at, runs }: Line,
  x: number,
  label: string,
  figure: FigureName,
): number | undefined {
  return runAt(runs, { ...at, [axis.name]: x }, label)?.figures[figure];
}

function growthOf(line: Line, figure: GrowingFigure): readonly RuleOfThumb[] {
  const { axis, at } = line;
  const { first, last } = endsOf(axis);
  const parts = partsOf(line, figure, (from, to) => {
    return to <= from * (1 + ALIKE) ? undefined : to / from;
  });
  // What grows nowhere needs no words.
  if (first === 0 || parts.every(({ value }) => value === undefined)) return [];
  return [{ kind: "growth", at, figure, axis: axis.name, factor: last / first, parts }];
}

/** What each megabyte adds, if the state is what grows along the axis. */
function additionOf(line: Line, figure: AddingFigure): readonly RuleOfThumb[] {
  const { first, last } = endsOf(line.axis);
  const small = stateSizeAt(line, first);
  const large = stateSizeAt(line, last);
  if (small === undefined || large === undefined || large <= small * (1 + ALIKE)) return [];
  const parts = partsOf(line, figure, (from, to) => {
    const added = Math.round(((to - from) * 1_000_000) / (large - small));
    return to <= from * (1 + ALIKE) || added === 0 ? undefined : added;
  });
  if (parts.every(({ value }) => value === undefined)) return [];
  return [{ kind: "addition", at: line.at, figure, parts }];
}

/** The size of the state itself: the least that a setting needs for all of it, for files hold old values too. */
function stateSizeAt(line: Line, x: number): number | undefined {
  const sizes = line.labels.flatMap((label) => valueAt(line, x, label, "fullBytes") ?? []);
  return sizes.length === 0 ? undefined : Math.min(...sizes);
}

/** What `told` makes of a figure at both ends of the line, the settings with the same together. */
function partsOf(
  line: Line,
  figure: FigureName,
  told: (from: number, to: number) => number | undefined,
): readonly Part<number | undefined>[] {
  const { first, last } = endsOf(line.axis);
  const parts: { value: number | undefined; labels: string[] }[] = [];
  for (const label of line.labels) {
    const from = valueAt(line, first, label, figure);
    const to = valueAt(line, last, label, figure);
    if (from === undefined || to === undefined || from === 0) continue;
    const value = told(from, to);
    const same = parts.find((part) => areAlike(part.value, value));
    if (same === undefined) parts.push({ value, labels: [label] });
    else same.labels.push(label);
  }
  return parts;
}

function areAlike(one: number | undefined, other: number | undefined): boolean {
  return one === undefined || other === undefined
    ? one === other
    : Math.abs(one - other) <= 0.01 * one;
}

function bestOf(line: Line, figure: BestFigure): readonly RuleOfThumb[] {
  const { axis, at, labels } = line;
  if (labels.length < 2) return [];
  const stretches: { labels: readonly string[] | undefined; from: number; to: number }[] = [];
  for (const value of axis.values) {
    const best = bestAt(line, value, figure);
    if (best === undefined) continue;
    const those = best.length === labels.length ? undefined : best;
    const before = stretches.at(-1);
    if (before?.labels?.join() === those?.join() && before !== undefined) before.to = value;
    else stretches.push({ labels: those, from: value, to: value });
  }
  // What is equal everywhere is no reason to choose.
  if (stretches.every((stretch) => stretch.labels === undefined)) return [];
  return [{ kind: "best", at, figure, axis: axis.name, stretches }];
}

/** The settings that are hardly worse than the best; undefined if none was measured. */
function bestAt(line: Line, x: number, figure: FigureName): readonly string[] | undefined {
  const measured = line.labels.flatMap((label) => {
    const value = valueAt(line, x, label, figure);
    return value === undefined ? [] : [{ label, value }];
  });
  if (measured.length === 0) return undefined;
  const least = Math.min(...measured.map(({ value }) => value));
  return measured.filter(({ value }) => value <= least * (1 + ALIKE)).map(({ label }) => label);
}

function endsOf({ values }: Axis): { readonly first: number; readonly last: number } {
  return { first: values[0] ?? 0, last: values.at(-1) ?? 0 };
}
