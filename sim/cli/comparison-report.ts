// How a comparison is printed: a table of figures, the rule of thumb that follows, and what runs were charged for.

import type { Axis, ComparedRun, Point } from "../search/compare.ts";
import { FIGURES } from "../search/run-figures.ts";
import { measuredTimeText, sizeText } from "../trace/size-text.ts";
import { heading } from "./terminal.ts";

/** What is printed. */
export interface PrintedComparison {
  readonly axes: readonly Axis[];
  readonly runs: readonly ComparedRun[];
  readonly unmeasured: readonly { readonly at: Point; readonly label: string }[];
  readonly rules: readonly string[];
  readonly costs: readonly string[];
  readonly plot: string | undefined;
  /** The command that says the same again. */
  readonly command: string;
}

/** The lines of a comparison. */
export function comparisonLines(comparison: PrintedComparison): readonly string[] {
  const { axes, runs, unmeasured, rules, costs, plot, command } = comparison;
  return [
    ...tableLines(axes, runs),
    ...runs.flatMap(statusLines),
    ...unmeasured.map(({ at, label }) => `Not measured: ${[...pointTexts(at), label].join(", ")}.`),
    ...(rules.length === 0 ? [] : ["", heading("Rule of thumb"), ...rules]),
    "",
    heading("What was taken for granted"),
    ...costs,
    ...(plot === undefined ? [] : ["", `${plot}: the charts. Open it in a browser.`]),
    "",
    `Again: ${command}`,
  ];
}

function tableLines(axes: readonly Axis[], runs: readonly ComparedRun[]): readonly string[] {
  const head = [...axes.map(({ name }) => name), "setting", ...FIGURES.map(({ title }) => title)];
  const rows = runs.map(({ at, setting, figures }) => [
    ...axes.map(({ name }) => String(at[name])),
    setting.label,
    ...FIGURES.map(({ name, unit }) => {
      const value = figures[name];
      if (value === undefined) return "-";
      return unit === "time" ? measuredTimeText(value) : sizeText(value);
    }),
  ]);
  const widths = head.map((title, column) =>
    Math.max(title.length, ...rows.map((row) => row[column]?.length ?? 0)),
  );
  const label = axes.length;
  const lineOf = (row: readonly string[]): string =>
    row
      .map((cell, column) => {
        const width = widths[column] ?? 0;
        return column === label ? cell.padEnd(width) : cell.padStart(width);
      })
      .join("  ")
      .trimEnd();
  return [heading(lineOf(head)), ...rows.map(lineOf)];
}

function statusLines({ at, setting, jobStatus }: ComparedRun): readonly string[] {
  if (jobStatus === "FINISHED") return [];
  return [`The job is ${jobStatus}: ${[...pointTexts(at), setting.label].join(", ")}.`];
}

function pointTexts(at: Point): readonly string[] {
  return Object.entries(at).map(([name, value]) => `${value} ${name}`);
}
