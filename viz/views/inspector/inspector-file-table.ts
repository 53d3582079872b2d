// Puts the table of checkpoints' files on the page: files down, checkpoints across; filled where uploaded, hollow
// where referred to, pale where that no longer counts, struck where the file is gone.

import { checkpointInk } from "../../drawing/mark.ts";
import { element } from "../../page/element.ts";
import type { Block, FileCell, FileColumn, FileLook, FileRow } from "./inspector-blocks.ts";
import { linkElement } from "./inspector-link.ts";

type FilesBlock = Block & { readonly kind: "files" };

/** The table and what explains it. */
export function fileTableElements(block: FilesBlock): readonly Node[] {
  const { title, heads, columns, rows, more, legend } = block;
  const head = element(
    "tr",
    {},
    element("th", { scope: "col" }, heads.file),
    ...columns.map(columnElement),
    element("th", { scope: "col", class: "number" }, heads.uses),
    element("th", { scope: "col", class: "number" }, heads.size),
  );
  const table = element(
    "table",
    {},
    element("caption", { class: "unseen" }, title),
    element("thead", {}, head),
    element("tbody", {}, ...rows.map((row) => rowElement(row, columns))),
  );
  return [
    element("div", { class: "file-table" }, table),
    ...(more === undefined ? [] : [element("p", { class: "inspector-note" }, more)]),
    element("p", { class: "phase-legend" }, ...legend.map(legendElement)),
  ];
}

function columnElement({ checkpoint, title, isSelected, isReleased }: FileColumn): HTMLElement {
  const link = linkElement(String(checkpoint), {
    kind: "entity",
    entity: { kind: "checkpoint", id: checkpoint },
  });
  link.title = title;
  link.setAttribute("aria-label", title);
  return element(
    "th",
    {
      scope: "col",
      class: isReleased ? "cell released" : "cell",
      style: hueOf(checkpoint),
      "aria-current": isSelected ? "true" : undefined,
    },
    link,
  );
}

function rowElement(row: FileRow, columns: readonly FileColumn[]): HTMLElement {
  const { name, title, target, bytes, cells, uses } = row;
  const label = target === undefined ? element("span", {}, name) : linkElement(name, target);
  label.title = title;
  const use = uses?.target === undefined ? uses?.text : linkElement(uses.text, uses.target);
  const classes = [row.isGone && "gone", row.isChanged && "changed"].filter((one) => one !== false);
  return element(
    "tr",
    { class: classes.length === 0 ? undefined : classes.join(" ") },
    element("th", { scope: "row" }, label),
    ...cells.map((cell, index) => cellElement(cell, columns[index]?.isSelected === true)),
    element(
      "td",
      { class: "number uses", title: uses?.title },
      ...(use === undefined ? [] : [use]),
    ),
    element("td", { class: "number" }, bytes),
  );
}

function cellElement(cell: FileCell | undefined, isSelected: boolean): HTMLElement {
  const current = isSelected ? "cell selected" : "cell";
  if (cell === undefined) return element("td", { class: current });
  const { look, checkpoint, count, title } = cell;
  return element(
    "td",
    { class: current, style: hueOf(checkpoint), title },
    lookElement(look, count === undefined ? "" : String(count)),
    element("span", { class: "unseen" }, title),
  );
}

function legendElement({ look, label }: FilesBlock["legend"][number]): HTMLElement {
  return element("span", {}, lookElement(look, ""), label);
}

function lookElement({ kind, isReleased, isGone }: FileLook, text: string): HTMLElement {
  const classes = ["file", `file-${kind}`];
  if (isReleased) classes.push("released");
  if (isGone) classes.push("gone");
  return element("span", { class: classes.join(" "), "aria-hidden": "true" }, text);
}

function hueOf(checkpoint: number): string {
  return `--hue: var(--${checkpointInk(checkpoint)})`;
}
