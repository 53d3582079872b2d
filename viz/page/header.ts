// The page's head: what run this is, how it is looked at, and the way to other runs, to links, exports and help.

import { setText } from "./caption.ts";
import { commandButton, press } from "./command-button.ts";
import { LINKED_DIGEST_LENGTH } from "./deep-link.ts";
import { element } from "./element.ts";
import type { ExportItem } from "./export-item.ts";
import { exportMenu } from "./export-menu.ts";
import type { Menu } from "./menu.ts";
import type { PageContext } from "./page-context.ts";
import type { PageState } from "./page-state.ts";
import { runMenu } from "./run-menu.ts";

/** The head and what the page needs of it. */
export interface PageHeader {
  readonly element: HTMLElement;
  readonly search: HTMLInputElement;
  readonly exportMenu: Menu;
  /** Shows the run and the state as they are. */
  show(): void;
}

/** Builds the head. */
export function pageHeader(context: PageContext, exports: readonly ExportItem[]): PageHeader {
  const identity = runIdentity(context);
  const modes = modeSwitch(context);
  const search = searchField(context);
  const exporting = exportMenu(context, exports);
  const theme = commandButton(context, { kind: "theme" }, { icon: "theme" });
  const tools = element(
    "div",
    { class: "tools" },
    search,
    languageButton(context),
    theme,
    commandButton(context, { kind: "share" }, { text: (words) => words.share }),
    exporting.button,
    commandButton(context, { kind: "help" }, { text: () => "?", className: "quiet help-button" }),
    exporting.panel,
  );
  return {
    element: element("header", { class: "bar" }, identity.element, modes.element, tools),
    search,
    exportMenu: exporting,
    show() {
      identity.show();
      modes.show(context.page.store.state);
    },
  };
}

function runIdentity({ page, words }: PageContext): { element: HTMLElement; show(): void } {
  const title = element("h1");
  const facts = element("p", { class: "facts" });
  const runs = runMenu({ page, words });
  const parts = [element("div", { class: "names" }, title, facts)];
  if (runs !== undefined) parts.push(element("div", {}, runs.button, runs.panel));
  return {
    element: element("div", { class: "identity" }, ...parts),
    show() {
      const { session, model } = page;
      const { language } = page.store.state;
      const spoken = words.words;
      const lesson = session?.lesson;
      const scenario = model?.header.case.scenario;
      const name = typeof scenario === "object" ? scenario.name : scenario;
      const text =
        lesson === undefined ? (name ?? spoken.product) : `${lesson.id} ${lesson.title[language]}`;
      setText(title, text);
      document.title = `${text} · ${spoken.product}`;
      if (model === undefined) return;
      const digits = model.digest.slice(0, LINKED_DIGEST_LENGTH);
      setText(facts, `${spoken.seed(model.header.case.seed)} · ${spoken.trace(digits)}`);
      facts.title = spoken.traceTitle(model.digest);
    },
  };
}

function modeSwitch({ page, words }: PageContext): {
  element: HTMLElement;
  show(state: PageState): void;
} {
  const button = (mode: PageState["mode"]): HTMLButtonElement => {
    const made = element("button", { type: "button", "data-mode": mode });
    made.addEventListener("click", () => page.store.change({ mode }));
    return made;
  };
  const buttons = [button("explore"), button("lesson"), button("present")] as const;
  const group = element("div", { class: "segments modes", role: "group" }, ...buttons);
  const [explore, lesson, present] = buttons;
  words.bind((spoken) => {
    group.setAttribute("aria-label", spoken.modes);
    setText(explore, spoken.explore);
    setText(lesson, spoken.lessonMode);
    setText(present, spoken.present);
  });
  return {
    element: group,
    show: ({ mode }) => {
      for (const one of buttons) press(one, one.dataset["mode"] === mode);
    },
  };
}

function searchField({ page, words, perform }: PageContext): HTMLInputElement {
  const field = element("input", { type: "search", class: "search", autocomplete: "off" });
  words.bind((spoken) => {
    field.placeholder = `${spoken.search}  /`;
    field.setAttribute("aria-label", spoken.search);
  });
  field.addEventListener("input", () => page.store.change({ search: field.value }));
  field.addEventListener("keydown", (event) => {
    if (event.key === "Enter") perform({ kind: "step-to-hit", by: event.shiftKey ? -1 : 1 });
    if (event.key === "Escape") field.blur();
  });
  return field;
}

function languageButton({ page, words }: PageContext): HTMLButtonElement {
  const button = element("button", { type: "button", class: "quiet language" });
  words.bind((spoken) => {
    setText(button, spoken.otherLanguage);
    button.title = spoken.otherLanguageTitle;
    button.lang = page.store.state.language === "en" ? "zh" : "en";
  });
  button.addEventListener("click", () => {
    page.store.change({ language: page.store.state.language === "en" ? "zh" : "en" });
  });
  return button;
}
