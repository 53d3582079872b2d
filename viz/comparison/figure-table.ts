// The figures of a group of charts as a table, for those who cannot see the charts, and to copy: a row for each measured
// point under each setting.

import type { Language } from "../../sim/trace/sentences/sentence.ts";
import { measuredTimeText, sizeText } from "../../sim/trace/size-text.ts";
import { COMPARISON_WORDS } from "../words/comparison-words.ts";
import type { ChartData, ChartGroup, ComparisonData } from "./comparison-data.ts";

/** A table that is folded up at first. */
export function figureTable(
  { charts }: ChartGroup,
  { parameter, settings }: Pick<ComparisonData, "parameter" | "settings">,
  language: Language,
): HTMLElement {
  const words = COMPARISON_WORDS[language];
  const places = [...new Set(charts.flatMap(({ lines }) => lines.flat().map(([x]) => x)))];
  const head = [parameter, words.setting, ...charts.map(({ title }) => title[language])];
  const rows = places
    .toSorted((left, right) => left - right)
    .flatMap((x) =>
      settings.map((setting, index) => [
        x.toLocaleString("en"),
        setting,
        ...charts.map((chart) => valueText(chart, index, x)),
      ]),
    );
  const details = document.createElement("details");
  const summary = document.createElement("summary");
  summary.textContent = words.figures;
  const box = document.createElement("div");
  box.className = "table";
  // Wider than the page it may be: by key it is scrolled when it has the focus.
  box.tabIndex = 0;
  const table = document.createElement("table");
  table.createTHead().append(rowOf(head, "col"));
  table.createTBody().append(...rows.map((cells) => rowOf(cells)));
  box.append(table);
  details.append(summary, box);
  return details;
}

function valueText({ lines, unit }: ChartData, setting: number, x: number): string {
  const value = lines[setting]?.find(([at]) => at === x)?.[1];
  if (value === undefined) return "–";
  return unit === "time" ? measuredTimeText(value) : sizeText(value);
}

function rowOf(cells: readonly string[], scope?: "col"): HTMLTableRowElement {
  const row = document.createElement("tr");
  for (const text of cells) {
    const cell = document.createElement(scope === undefined ? "td" : "th");
    if (scope !== undefined) cell.setAttribute("scope", scope);
    cell.textContent = text;
    row.append(cell);
  }
  return row;
}
