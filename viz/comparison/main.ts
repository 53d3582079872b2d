// The entry of the page of a comparison: sentences above, a legend, and the charts. It runs no engine.

import { PALETTES } from "../drawing/palette.ts";
import { embeddedText } from "../embedded.ts";
import { drawChart, drawSign } from "./chart.ts";
import type { ComparisonData } from "./comparison-data.ts";
import "./comparison.css";

async function start(root: HTMLElement): Promise<void> {
  const text = await embeddedText("comparison");
  if (text === undefined) throw new Error("This page's file carries no comparison");
  useColours();
  show(root, JSON.parse(text) as ComparisonData);
}

function show(root: HTMLElement, data: ComparisonData): void {
  const { title, command, rules, costs, settings, groups } = data;
  add(root, "h1", title);
  if (rules.length > 0) {
    add(root, "h2", "Rule of thumb");
    const list = add(root, "ul");
    for (const rule of rules) add(list, "li", rule);
  }
  const legend = add(root, "ul");
  legend.className = "legend";
  settings.forEach((setting, index) => {
    const item = add(legend, "li");
    drawSign(item, index);
    add(item, "span", setting);
  });
  for (const group of groups) {
    if (group.title !== "") add(root, "h2", group.title);
    const charts = add(root, "div");
    charts.className = "charts";
    for (const chart of group.charts) drawChart(charts, chart, data);
  }
  add(root, "h2", "What was taken for granted");
  const taken = add(root, "ul");
  for (const cost of costs) add(taken, "li", cost);
  add(root, "h2", "Again");
  add(root, "code", command);
}

function add<Name extends keyof HTMLElementTagNameMap>(
  parent: HTMLElement,
  name: Name,
  text = "",
): HTMLElementTagNameMap[Name] {
  const element = document.createElement(name);
  element.textContent = text;
  parent.append(element);
  return element;
}

/** The palettes as properties of the style sheet: as the reader's system is, light or dark. */
function useColours(): void {
  const propertiesOf = (theme: keyof typeof PALETTES): string =>
    Object.entries(PALETTES[theme])
      .map(([ink, colour]) => `--${ink}: ${colour};`)
      .join(" ");
  const style = document.createElement("style");
  style.textContent = [
    `:root { ${propertiesOf("light")} }`,
    `@media (prefers-color-scheme: dark) { :root { ${propertiesOf("dark")} } }`,
  ].join("\n");
  document.head.append(style);
}

const root = document.getElementById("root");
if (root !== null) {
  start(root).catch((error: unknown) => {
    root.textContent = error instanceof Error ? error.message : String(error);
  });
}
