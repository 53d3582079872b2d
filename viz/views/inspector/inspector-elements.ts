// Puts the inspector's blocks on the page. What can be clicked carries what it leads to: `data-entity` what it
// selects, `data-event` where the cursor goes.

import { checkpointInk } from "../../drawing/mark.ts";
import { element } from "../../page/element.ts";
import { icon } from "../../page/icons.ts";
import type {
  Acknowledgement,
  Block,
  Fact,
  Gate,
  Line,
  PhaseRow,
  StateBar,
  Token,
} from "./inspector-blocks.ts";
import { fileTableElements } from "./inspector-file-table.ts";
import { keyGroupElements } from "./inspector-key-group-figure.ts";
import { linkElement } from "./inspector-link.ts";

/** A block as an element. */
export function blockElement(block: Block): HTMLElement {
  return element(
    "section",
    { class: `inspector-block inspector-${block.kind}` },
    element("h4", {}, block.title),
    ...contentOf(block),
  );
}

/** A list of lines. */
function linesElement(lines: readonly Line[]): HTMLElement {
  return element("ul", { class: "inspector-lines" }, ...lines.map(lineElement));
}

function contentOf(block: Block): readonly Node[] {
  switch (block.kind) {
    case "facts":
      return [element("dl", {}, ...block.facts.flatMap(factElements))];
    case "bars":
      return [
        ...(block.bars.length === 0 ? [] : [element("ul", {}, ...block.bars.map(barElement))]),
        ...(block.note === undefined
          ? []
          : [element("p", { class: "inspector-note" }, block.note)]),
      ];
    case "gates":
      return [element("ul", {}, ...block.gates.map(gateElement))];
    case "lines":
      return [
        block.lines.length === 0
          ? element("p", { class: "inspector-note" }, block.empty)
          : linesElement(block.lines),
      ];
    case "phases":
      return [phasesElement(block), legendElement(block)];
    case "acknowledgements":
      return [
        element(
          "ul",
          { style: hueStyle(block.checkpoint) },
          ...block.tasks.map(acknowledgementElement),
        ),
      ];
    case "files":
      return fileTableElements(block);
    case "key-groups":
      return keyGroupElements(block);
  }
}

function factElements({ name, value, entity }: Fact): readonly Node[] {
  const shown = entity === undefined ? value : linkElement(value, { kind: "entity", entity });
  return [element("dt", {}, name), element("dd", {}, shown)];
}

function barElement({ label, value, share, ticks, isChanged }: StateBar): HTMLElement {
  const track =
    share === undefined
      ? []
      : [
          element(
            "span",
            { class: "track" },
            element("span", { class: "bar", style: `width: ${percent(share)}` }),
            ...ticks.map(({ checkpoint, share: at, title }) =>
              element(
                "span",
                { class: "tick", title, style: `left: ${percent(at)}; ${hueStyle(checkpoint)}` },
                element("span", { class: "unseen" }, title),
              ),
            ),
          ),
        ];
  return element(
    "li",
    { class: isChanged ? "changed" : undefined },
    element("code", { title: label }, label),
    ...track,
    element("output", { title: value }, value),
  );
}

function gateElement({ name, entity, status, kind, checkpoint, queue, more }: Gate): HTMLElement {
  return element(
    "li",
    { class: `gate gate-${kind}`, style: hueStyle(checkpoint) },
    linkElement(name, { kind: "entity", entity }),
    element("span", { class: "gate-status" }, `${GATE_SIGNS[kind]} ${status}`),
    element(
      "span",
      { class: "queue" },
      ...queue.map(tokenElement),
      ...(more === 0 ? [] : [`+${more}`]),
    ),
  );
}

const GATE_SIGNS: { readonly [kind in Gate["kind"]]: string } = {
  open: "▷",
  blocked: "▮",
  broken: "✕",
};

function tokenElement({ kind, text, title, checkpoint }: Token): HTMLElement {
  const style = kind === "record" ? undefined : hueStyle(checkpoint);
  return element(
    "span",
    { class: `token token-${kind}`, title, style },
    element("span", { "aria-hidden": "true" }, kind === "cancel-marker" ? "✕" : text),
    element("span", { class: "unseen" }, title),
  );
}

function lineElement({ text, sign, target, checkpoint, isAhead }: Line): HTMLElement {
  const shown = target === undefined ? element("span", {}, text) : linkElement(text, target);
  const style = checkpoint === undefined || checkpoint === 0 ? undefined : hueStyle(checkpoint);
  return element(
    "li",
    { class: isAhead === true ? "ahead" : undefined, style },
    element("span", { class: "sign", "aria-hidden": "true" }, sign ?? ""),
    shown,
  );
}

function phasesElement({ rows, from, to, checkpoint }: Block & { readonly kind: "phases" }) {
  const length = Math.max(1, to - from);
  const place = (start: number, end: number): string =>
    `left: ${percent((start - from) / length)}; width: ${percent((end - start) / length)}`;
  const rowElement = (row: PhaseRow): HTMLElement =>
    element(
      "li",
      { class: row.isAborted ? "aborted" : undefined },
      linkElement(row.name, { kind: "entity", entity: row.entity }),
      element(
        "span",
        { class: "track" },
        ...row.segments.map((segment) =>
          element(
            "span",
            {
              class: `phase phase-${segment.phase}`,
              style: place(segment.from, segment.to),
              title: segment.title,
              "data-open": !segment.isOver,
            },
            element("span", { class: "unseen" }, segment.title),
          ),
        ),
      ),
      element("span", { class: "phase-status" }, row.isAborted ? `✕ ${row.status}` : row.status),
    );
  return element("ul", { style: hueStyle(checkpoint) }, ...rows.map(rowElement));
}

function legendElement({ legend, checkpoint }: Block & { readonly kind: "phases" }): HTMLElement {
  return element(
    "p",
    { class: "phase-legend", style: hueStyle(checkpoint) },
    ...legend.map(({ phase, label }) =>
      element(
        "span",
        {},
        element("span", { class: `phase phase-${phase}`, "aria-hidden": "true" }),
        label,
      ),
    ),
  );
}

function acknowledgementElement({ name, entity, isDone, title }: Acknowledgement): HTMLElement {
  return element(
    "li",
    { class: isDone ? "done" : undefined, title },
    element("span", { class: "sign" }, ...(isDone ? [icon("right")] : [])),
    linkElement(name, { kind: "entity", entity }),
    element("span", { class: "unseen" }, title),
  );
}

/** Sets the hue of a checkpoint for what is inside. */
function hueStyle(checkpoint: number): string | undefined {
  return checkpoint === 0 ? undefined : `--hue: var(--${checkpointInk(checkpoint)})`;
}

function percent(share: number): string {
  return `${Math.round(Math.min(1, Math.max(0, share)) * 10_000) / 100}%`;
}
