// The page of a comparison: one self-contained HTML file with its charts.

import type { ChartData, ComparisonData } from "../../viz/comparison/comparison-data.ts";
import { type Axis, type ComparedRun, type Point, pointsOf } from "../search/compare.ts";
import { FIGURES } from "../search/run-figures.ts";
import { comparisonProgram } from "./page-builder.ts";
import { pageHtml } from "./page-file.ts";

/** What was compared, as the page tells it. */
export interface ToldComparison
  extends Pick<
    ComparisonData,
    "title" | "command" | "rules" | "costs" | "settings" | "unmeasured"
  > {
  /** The first is the one along which lines run. */
  readonly axes: readonly [Axis, ...Axis[]];
  readonly runs: readonly ComparedRun[];
}

/** The page's HTML. */
export async function comparisonPage({ axes, runs, ...told }: ToldComparison): Promise<string> {
  const [axis, ...others] = axes;
  const data: ComparisonData = {
    ...told,
    parameter: axis.name,
    groups: pointsOf(others).map((point) => ({
      title: Object.entries(point)
        .map(([name, value]) => `${value} ${name}`)
        .join(", "),
      charts: FIGURES.map(({ name, caption, unit }): ChartData => {
        const lines = told.settings.map((label) =>
          axis.values.flatMap((value) => {
            const y = runs.find(
              (run) => run.setting.label === label && isAt(run, { ...point, [axis.name]: value }),
            )?.figures[name];
            return y === undefined ? [] : [[value, y] as const];
          }),
        );
        return { title: caption, unit, lines };
      }),
    })),
  };
  return pageHtml(await comparisonProgram(), {
    title: `${told.title} - Cleancut`,
    engine: undefined,
    texts: new Map([["comparison", JSON.stringify(data)]]),
  });
}

function isAt({ at }: ComparedRun, point: Point): boolean {
  return Object.entries(point).every(([name, value]) => at[name] === value);
}
