// The entry of the page of a comparison: sentences above, a legend, the charts and their figures. It runs no engine.

import type { Language } from "../../sim/trace/sentences/sentence.ts";
import { PALETTES } from "../drawing/palette.ts";
import { embeddedText } from "../embedded.ts";
import { COMPARISON_WORDS } from "../words/comparison-words.ts";
import { drawChart, drawSign } from "./chart.ts";
import type { ComparisonData } from "./comparison-data.ts";
import { figureTable } from "./figure-table.ts";
import "./comparison.css";

async function start(root: HTMLElement): Promise<void> {
  const text = await embeddedText("comparison");
  if (text === undefined) throw new Error("This page's file carries no comparison");
  useColours();
  const isChinese = navigator.language.toLowerCase().startsWith("zh");
  show(root, JSON.parse(text) as ComparisonData, isChinese ? "zh" : "en");
}

/** Shows all of it in a language; the button shows it anew in the other. */
function show(root: HTMLElement, data: ComparisonData, language: Language): void {
  const { title, command, rules, costs, settings, groups, unmeasured } = data;
  const words = COMPARISON_WORDS[language];
  root.replaceChildren();
  document.documentElement.lang = language === "zh" ? "zh-CN" : "en";
  const header = add(root, "header");
  add(header, "h1", title);
  header.append(languageButton(language, (other) => show(root, data, other)));
  if (unmeasured > 0) add(root, "p", words.isCut(unmeasured)).className = "cut";
  if (rules[language].length > 0) {
    add(root, "h2", words.rules);
    const list = add(root, "ul");
    for (const rule of rules[language]) add(list, "li", rule);
  }
  const legend = add(root, "ul");
  legend.className = "legend";
  legend.setAttribute("aria-label", words.settings);
  settings.forEach((setting, index) => {
    const item = add(legend, "li");
    drawSign(item, index);
    add(item, "span", setting);
  });
  for (const group of groups) {
    if (group.title !== "") add(root, "h2", group.title);
    const charts = add(root, "div");
    charts.className = "charts";
    for (const chart of group.charts) drawChart(charts, chart, { ...data, language });
    root.append(figureTable(group, data, language));
  }
  add(root, "h2", words.costs);
  const taken = add(root, "ul");
  taken.className = "costs";
  for (const cost of costs[language]) add(taken, "li", cost);
  add(root, "h2", words.again);
  add(root, "code", command);
}

function languageButton(language: Language, choose: (other: Language) => void): HTMLButtonElement {
  const words = COMPARISON_WORDS[language];
  const other = language === "en" ? "zh" : "en";
  const button = document.createElement("button");
  button.type = "button";
  button.className = "language";
  button.lang = other === "zh" ? "zh-CN" : "en";
  button.textContent = words.otherLanguage;
  button.title = words.otherLanguageTitle;
  button.addEventListener("click", () => {
    choose(other);
    // The button that was pressed is gone; whoever pressed it by key goes on from the new one.
    document.querySelector<HTMLButtonElement>("button.language")?.focus();
  });
  return button;
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
