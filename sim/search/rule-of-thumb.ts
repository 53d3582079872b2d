// The sentences that follow from a comparison: which figures grow with a parameter and under which setting, and from
// where on which setting has the least of them. They say no more than the figures do.

import { type Axis, type ComparedRun, type Comparison, type Point, pointsOf } from "./compare.ts";
import type { FigureName } from "./run-figures.ts";

/** Figures whose growth is told. */
const GROWING = [
  { name: "duration", what: "the time of a checkpoint grows" },
  { name: "bytes", what: "the bytes of a checkpoint grow" },
] as const satisfies readonly { readonly name: FigureName; readonly what: string }[];

/** Figures of which the least is best. Not the recovery: files that are read at once do not share the bandwidth. */
const BEST = [
  { name: "duration", what: "The shortest checkpoints" },
  { name: "bytes", what: "The fewest bytes a checkpoint" },
  { name: "memory", what: "The least memory" },
  { name: "disk", what: "The least disk" },
] as const satisfies readonly { readonly name: FigureName; readonly what: string }[];

/** What differs by less than this part counts as equal: jitter alone makes so much. */
const ALIKE = 0.15;

/** Sentences about the first axis, at the last point of the others; none without an axis of two values. */
export function rulesOfThumb(
  { axes, settings }: Pick<Comparison, "axes" | "settings">,
  runs: readonly ComparedRun[],
): readonly string[] {
  const [axis, ...others] = axes;
  const labels = settings.map(({ label }) => label);
  const rest = pointsOf(others).at(-1) ?? {};
  const isMeasured = (value: number): boolean =>
    labels.every((label) => runAt(runs, { ...rest, [axis?.name ?? ""]: value }, label));
  const values = axis?.values.filter(isMeasured) ?? [];
  if (axis === undefined || values.length < 2) return [];
  const line: Line = { axis: { ...axis, values }, rest, labels, runs };
  return [
    ...GROWING.flatMap(({ name, what }) => growthOf(line, name, what)),
    ...BEST.flatMap(({ name, what }) => bestOf(line, name, what)),
  ];
}

/** The runs along the first axis. */
interface Line {
  readonly axis: Axis;
  readonly rest: Point;
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
  { axis, rest, runs }: Line,
  x: number,
  label: string,
  figure: FigureName,
): number | undefined {
  return runAt(runs, { ...rest, [axis.name]: x }, label)?.figures[figure];
}

function growthOf(line: Line, figure: FigureName, what: string): readonly string[] {
  const { axis, labels } = line;
  const [first = 0] = axis.values;
  const last = axis.values.at(-1) ?? 0;
  const growths = labels.flatMap((label) => {
    const from = valueAt(line, first, label, figure);
    const to = valueAt(line, last, label, figure);
    return from === undefined || to === undefined || from === 0
      ? []
      : [`${timesText(to / from)} with ${label}`];
  });
  if (growths.length === 0 || first === 0) return [];
  return [`While ${axis.name} grow ${timesText(last / first)}, ${what} ${listed(growths)}.`];
}

function bestOf(line: Line, figure: FigureName, what: string): readonly string[] {
  const { axis } = line;
  const stretches: { best: string; from: number; to: number }[] = [];
  for (const value of axis.values) {
    const best = bestAt(line, value, figure);
    if (best === undefined) continue;
    const before = stretches.at(-1);
    if (before?.best === best) before.to = value;
    else stretches.push({ best, from: value, to: value });
  }
  // What is equal everywhere is no reason to choose.
  if (stretches.every(({ best }) => best === ALL)) return [];
  const parts = stretches.map(({ best, from, to }) => {
    const where = from === to ? `at ${from} ${axis.name}` : `from ${from} to ${to} ${axis.name}`;
    return `${best} ${where}`;
  });
  const only = stretches[0];
  const told = stretches.length === 1 && only !== undefined ? only.best : parts.join("; ");
  return [`${what}: ${told}.`];
}

const ALL = "all alike";

/** The settings that are hardly worse than the best. */
function bestAt({ labels, ...line }: Line, x: number, figure: FigureName): string | undefined {
  const measured = labels.flatMap((label) => {
    const value = valueAt({ labels, ...line }, x, label, figure);
    return value === undefined ? [] : [{ label, value }];
  });
  const least = Math.min(...measured.map(({ value }) => value));
  const best = measured.filter(({ value }) => value <= least * (1 + ALIKE));
  if (labels.length < 2 || measured.length === 0) return undefined;
  return best.length === labels.length ? ALL : listed(best.map(({ label }) => label));
}

function timesText(factor: number): string {
  if (factor < 1 + ALIKE) return "not at all";
  return `${factor >= 10 ? Math.round(factor) : Math.round(factor * 10) / 10}-fold`;
}

/** "a", "a and b", "a, b and c". */
function listed(parts: readonly string[]): string {
  if (parts.length < 2) return parts.join("");
  return `${parts.slice(0, -1).join(", ")} and ${parts.at(-1) ?? ""}`;
}
