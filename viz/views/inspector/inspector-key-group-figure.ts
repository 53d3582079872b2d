// Puts the key groups on the page: a bar for each subtask before and after, a line at each key, which runs through
// both, as its key group never changes; and a table of the same.

import { scaleLinear } from "d3";
import { element } from "../../page/element.ts";
import type { Block, KeyGroupRow, KeyPlace } from "./inspector-blocks.ts";

type KeyGroupsBlock = Block & { readonly kind: "key-groups" };

/** The figure and its table. */
export function keyGroupElements(block: KeyGroupsBlock): readonly Node[] {
  const { note, more, keys } = block;
  return [
    element("p", { class: "inspector-note" }, note),
    figureElement(block),
    ...(keys.length === 0 ? [] : [element("div", { class: "file-table" }, tableElement(block))]),
    ...(more === undefined ? [] : [element("p", { class: "inspector-note" }, more)]),
  ];
}

function figureElement({ title, rows, keys, all }: KeyGroupsBlock): HTMLElement {
  const across = scaleLinear([0, all], [0, 100]);
  const bars = rows.map(({ name, bars: ranges }: KeyGroupRow) =>
    element(
      "div",
      { class: "key-group-row" },
      element("span", { class: "key-group-name" }, name),
      element(
        "div",
        { class: "key-group-track" },
        ...ranges.map(({ start, end, text, title: said, isSelected }) =>
          element(
            "span",
            {
              class: isSelected ? "key-group-bar selected" : "key-group-bar",
              title: said,
              style: `left: ${across(start)}%; width: ${across(end + 1) - across(start)}%`,
            },
            text,
          ),
        ),
        ...keys.map(({ group, title: said, hasMoved }) =>
          element("span", {
            class: hasMoved ? "key-tick moved" : "key-tick",
            title: said,
            style: `left: ${across(group + 0.5)}%`,
          }),
        ),
      ),
    ),
  );
  const said = rows.map(({ name, bars: ranges }) => {
    return `${name}; ${ranges.map((range) => range.title).join(", ")}`;
  });
  const label = `${title}. ${said.join(". ")}.`;
  return element("div", { class: "key-group-figure", role: "img", "aria-label": label }, ...bars);
}

function tableElement({ title, heads, keys, moved }: KeyGroupsBlock): HTMLElement {
  return element(
    "table",
    {},
    element("caption", { class: "unseen" }, title),
    element(
      "thead",
      {},
      element("tr", {}, ...heads.map((head) => element("th", { scope: "col" }, head))),
    ),
    element("tbody", {}, ...keys.map((key) => rowElement(key, moved))),
  );
}

function rowElement({ text, group, owners, hasMoved }: KeyPlace, moved: string): HTMLElement {
  const sign = [
    element("span", { "aria-hidden": "true" }, " ↷"),
    element("span", { class: "unseen" }, ` ${moved}`),
  ];
  return element(
    "tr",
    { class: hasMoved ? "changed" : undefined },
    element("th", { scope: "row" }, text, ...(hasMoved ? sign : [])),
    element("td", { class: "number" }, String(group)),
    ...owners.map((name) => element("td", {}, name)),
  );
}
