// View F and what belongs to it, always in sight: the scrubbers, the caption and the buttons.

import type { View } from "../views/view.ts";
import { Caption, Speaker, setText, spokenAt } from "./caption.ts";
import { element } from "./element.ts";
import type { PageContext } from "./page-context.ts";
import type { Side } from "./run-shelf.ts";
import { runName, runTabs } from "./run-tabs.ts";
import { transport } from "./transport.ts";

/** The bar at the bottom. */
export interface TimeBar {
  readonly element: HTMLElement;
  show(): void;
}

/** Builds the bar; a branch has a scrubber of its own. */
export function timeBar(
  context: PageContext,
  scrubbers: { readonly [side in Side]: View },
): TimeBar {
  const { page, frames, words } = context;
  const caption = new Caption();
  const speaker = new Speaker();
  const buttons = transport(context);
  const tabs = runTabs(context);
  const rows = {
    left: scrubberRow(context, "left", scrubbers.left),
    right: scrubberRow(context, "right", scrubbers.right),
  };
  const heading = element("h2", { class: "unseen", id: "time-bar" });
  words.bind((spoken) => setText(heading, spoken.scrubber));
  const bar = element(
    "section",
    { class: "time-bar", "aria-labelledby": "time-bar" },
    heading,
    caption.element,
    speaker.element,
    tabs.element,
    element("div", { class: "scrubbers" }, rows.left.element, rows.right.element),
    buttons.element,
  );
  return {
    element: bar,
    show() {
      const { state } = page.store;
      buttons.show(state);
      tabs.show();
      rows.left.show();
      rows.right.show();
      const run = page.shelf.current;
      if (run === undefined) return;
      const frame = frames.of(run);
      caption.show(frame, words.words);
      speaker.say(spokenAt(frame, words.words));
    },
  };
}

function scrubberRow(context: PageContext, side: Side, view: View): TimeBar {
  const { page, frames, words } = context;
  const name = element("span", { class: "scrubber-name" });
  const row = element("div", { class: `scrubber-row row-${side}` }, name, view.element);
  return {
    element: row,
    show() {
      const run = page.shelf[side];
      row.hidden = run === undefined;
      name.hidden = page.shelf.right === undefined;
      if (run === undefined) return;
      if (!name.hidden) setText(name, runName(context, run, words.words));
      row.dataset["active"] = String(run === page.shelf.current);
      view.show(frames.of(run));
    },
  };
}
