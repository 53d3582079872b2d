// The runs on the page as tabs: the original, then its branches; and where the shown branch first differs.

import type { PageWords } from "../words/page-words.ts";
import { setText } from "./caption.ts";
import { commandButton, press, titleWithKeys } from "./command-button.ts";
import { element } from "./element.ts";
import { icon } from "./icons.ts";
import type { PageContext } from "./page-context.ts";
import type { ShownRun } from "./run-shelf.ts";

/** The tabs; nothing while there are no branches. */
export interface RunTabs {
  readonly element: HTMLElement;
  show(): void;
}

/** What a run is called on the page. */
export function runName({ page }: PageContext, run: ShownRun, words: PageWords): string {
  if (run.branchOf === undefined) return words.original;
  const number = page.shelf.branches.indexOf(run) + 1;
  return page.shelf.nameOf(run) ?? words.branchNumber(number);
}

/** Builds the tabs. */
export function runTabs(context: PageContext): RunTabs {
  const { page, words } = context;
  const list = element("div", { class: "segments", role: "group" });
  const rename = commandButton(
    context,
    { kind: "name-branch" },
    { text: (spoken) => spoken.rename },
  );
  const difference = element("button", { type: "button", class: "quiet difference" });
  const row = element("div", { class: "run-tabs" }, list, rename, difference);
  difference.addEventListener("click", () => context.perform({ kind: "difference" }));
  context.keyboardWords.bind(({ commands }) => {
    difference.title = titleWithKeys(commands.difference, { kind: "difference" });
  });
  let shown = "";
  return { element: row, show };

  function show(): void {
    const { right, current, runs } = page.shelf;
    row.hidden = right === undefined;
    if (right === undefined) return;
    const spoken = words.words;
    const names = runs.map((run) => runName(context, run, spoken));
    const key = JSON.stringify([names, page.store.state.language]);
    if (key !== shown) {
      shown = key;
      list.setAttribute("aria-label", spoken.runs);
      list.replaceChildren(...runs.flatMap((run, index) => tab(run, names[index] ?? "")));
    }
    const tabs = list.querySelectorAll<HTMLButtonElement>("button.tab");
    for (const [index, button] of tabs.entries()) press(button, runs[index] === current);
    setText(difference, differenceText(right, spoken));
  }

  function tab(run: ShownRun, name: string): readonly HTMLElement[] {
    const button = element("button", { type: "button", class: "tab" }, name);
    button.addEventListener("click", () => page.shelf.choose(run));
    if (run.branchOf === undefined) return [button];
    const label = words.words.dropBranch(name);
    const drop = element(
      "button",
      { type: "button", class: "drop", "aria-label": label, title: label },
      icon("close"),
    );
    drop.addEventListener("click", () => page.shelf.drop(run));
    return [button, drop];
  }

  function differenceText({ model, branchOf }: ShownRun, spoken: PageWords): string {
    const index = branchOf?.firstDifference;
    if (index === undefined) return spoken.noDifference;
    const { language } = page.store.state;
    const at = Math.min(index, model.count - 1);
    return spoken.firstDifference(index, model.sentence(at, language));
  }
}
