// The page's panes: A and B on the left, C and D on the right, E under them, and in A two halves while there is a
// branch. Which of them are seen, the style sheet decides by the page's mode and width.

import type { View } from "../views/view.ts";
import type { PageWords } from "../words/page-words.ts";
import { Caption, setText } from "./caption.ts";
import { press } from "./command-button.ts";
import { element } from "./element.ts";
import { drawn } from "./frame-loop.ts";
import type { PageContext } from "./page-context.ts";
import type { Side } from "./run-shelf.ts";
import { runName } from "./run-tabs.ts";

/** A pane of the page. */
export type PaneName = "topology" | "space-time" | "inspector" | "events" | "lesson";

/** The views that the panes show. */
export interface StageViews {
  readonly topology: { readonly [side in Side]: View };
  readonly spaceTime: View;
  readonly inspector: View;
  readonly events: View;
  readonly lesson: View;
}

/** The panes, and the tabs that choose among them where there is room for one only. */
export interface Stage {
  readonly element: HTMLElement;
  readonly tabs: HTMLElement;
  /** Has the views that can be seen show this moment. */
  show(): void;
  /** Brings a pane to the fore, where only one is seen. */
  bringUp(pane: PaneName): void;
  focus(pane: PaneName): void;
}

const PANES: readonly {
  readonly name: PaneName;
  readonly letter: string;
  readonly title: (words: PageWords) => string;
}[] = [
  { name: "topology", letter: "A", title: ({ topology }) => topology },
  { name: "space-time", letter: "B", title: ({ spaceTime }) => spaceTime },
  { name: "inspector", letter: "C", title: ({ inspector }) => inspector },
  { name: "events", letter: "D", title: ({ events }) => events },
  { name: "lesson", letter: "E", title: ({ lesson }) => lesson },
];

/** Builds the panes. */
export function stage(context: PageContext, views: StageViews): Stage {
  const { page, frames, words } = context;
  const halves = {
    left: topologyHalf(context, "left", views.topology.left),
    right: topologyHalf(context, "right", views.topology.right),
  };
  const contents: { readonly [pane in PaneName]: readonly HTMLElement[] } = {
    topology: [element("div", { class: "halves" }, halves.left.element, halves.right.element)],
    "space-time": [views.spaceTime.element],
    inspector: [views.inspector.element],
    events: [views.events.element],
    lesson: [views.lesson.element],
  };
  const panes = new Map(
    PANES.map((pane) => [pane.name, paneElement(context, pane, contents[pane.name])]),
  );
  const main = element("main", { class: "panes", id: "run", tabindex: -1 }, ...panes.values());
  const tabs = paneTabs(context, bringUp);
  const seen = watchSeen();
  const single: readonly (readonly [PaneName, View])[] = [
    ["space-time", views.spaceTime],
    ["inspector", views.inspector],
    ["events", views.events],
    ["lesson", views.lesson],
  ];
  bringUp("topology");
  return { element: main, tabs: tabs.element, show, bringUp, focus };

  function show(): void {
    const { state } = page.store;
    main.dataset["lesson"] = String(state.mode === "lesson" || page.session !== undefined);
    main.dataset["stop"] = page.session?.stop.see?.view ?? "";
    main.dataset["split"] = String(page.shelf.right !== undefined);
    const run = page.shelf.current;
    if (run === undefined) return;
    if (seen.has("topology")) {
      for (const side of ["left", "right"] as const) drawn(() => halves[side].show());
    }
    const frame = frames.of(run);
    for (const [name, view] of single) if (seen.has(name)) drawn(() => view.show(frame));
  }

  /** The panes that the style sheet shows. Asking for that anew at each step would have all of it laid out again. */
  function watchSeen(): ReadonlySet<PaneName> {
    const shown = new Set<PaneName>();
    const names = new Map<Element, PaneName>([...panes].map(([name, pane]) => [pane, name]));
    const observer = new ResizeObserver((entries) => {
      for (const { target, contentRect } of entries) {
        const name = names.get(target);
        if (name === undefined) continue;
        if (contentRect.width > 0) shown.add(name);
        else shown.delete(name);
      }
      page.redraw();
    });
    for (const pane of panes.values()) observer.observe(pane);
    return shown;
  }

  function bringUp(pane: PaneName): void {
    main.dataset["front"] = pane;
    tabs.show(pane);
    page.redraw();
  }

  function focus(pane: PaneName): void {
    bringUp(pane);
    const found = panes.get(pane);
    found?.querySelector<HTMLElement>("h2")?.focus();
  }

  function paneTabs(
    { words: spoken }: PageContext,
    choose: (pane: PaneName) => void,
  ): { readonly element: HTMLElement; show(front: PaneName): void } {
    const buttons = PANES.map(({ name, title }) => {
      const button = element("button", { type: "button", "data-pane": name });
      spoken.bind((texts) => setText(button, title(texts)));
      button.addEventListener("click", () => choose(name));
      return button;
    });
    const bar = element("nav", { class: "pane-tabs segments" }, ...buttons);
    words.bind((texts) => bar.setAttribute("aria-label", texts.views));
    return {
      element: bar,
      show: (front) => {
        for (const button of buttons) press(button, button.dataset["pane"] === front);
      },
    };
  }
}

function paneElement(
  { words }: PageContext,
  { name, letter, title }: (typeof PANES)[number],
  content: readonly HTMLElement[],
): HTMLElement {
  const text = element("span");
  const heading = element(
    "h2",
    { id: `pane-${name}`, tabindex: -1 },
    element("span", { class: "letter", "aria-hidden": "true" }, letter),
    text,
  );
  words.bind((spoken) => setText(text, title(spoken)));
  return element(
    "section",
    { class: `pane pane-${name}`, "aria-labelledby": `pane-${name}` },
    heading,
    element("div", { class: "pane-body" }, ...content),
  );
}

/** One half of A: a run's topology, and while there are two, its name above and its caption below. */
function topologyHalf(
  context: PageContext,
  side: Side,
  view: View,
): { readonly element: HTMLElement; show(): void } {
  const { page, frames, words } = context;
  const name = element("h3", { class: "half-name" });
  const caption = new Caption();
  const half = element(
    "div",
    { class: `half half-${side}` },
    name,
    element("div", { class: "half-view" }, view.element),
    caption.element,
  );
  return {
    element: half,
    show() {
      const run = page.shelf[side];
      half.hidden = run === undefined;
      if (run === undefined) return;
      const frame = frames.of(run);
      half.dataset["active"] = String(run === page.shelf.current);
      if (page.shelf.right !== undefined) {
        setText(name, runName(context, run, words.words));
        caption.show(frame, words.words);
      }
      view.show(frame);
    },
  };
}
