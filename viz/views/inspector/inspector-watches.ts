// The inspector's watches: each expression with what it comes to at the cursor, what is wrong with it in its place, and
// a field for more.

import { element } from "../../page/element.ts";
import { icon } from "../../page/icons.ts";
import { INSPECTOR_WORDS, type InspectorWords } from "../../words/inspector-words.ts";
import type { Actions, Frame } from "../view.ts";
import { watchText } from "./watch-text.ts";
import { watchResult } from "./watch-value.ts";

/** The watches as a part of the inspector. */
export class WatchPanel {
  readonly element: HTMLElement;
  readonly #title = element("h4");
  readonly #list = element("ul");
  readonly #field = element("input", { type: "text", spellcheck: "false", autocomplete: "off" });
  readonly #add = element("button", { type: "submit" });
  #watches: readonly string[] = [];
  #shown = "";

  constructor(actions: Pick<Actions, "change">) {
    const form = element("form", {}, this.#field, this.#add);
    form.addEventListener("submit", (submitted) => {
      submitted.preventDefault();
      const expression = this.#field.value.trim();
      if (expression === "" || this.#watches.includes(expression)) return;
      this.#field.value = "";
      actions.change({ watches: [...this.#watches, expression] });
    });
    this.#list.addEventListener("click", ({ target }) => {
      const button = target instanceof Element ? target.closest("button") : null;
      const removed = button?.dataset["watch"];
      if (removed === undefined) return;
      actions.change({ watches: this.#watches.filter((watch) => watch !== removed) });
      this.#field.focus();
    });
    this.element = element(
      "section",
      { class: "inspector-block inspector-watches" },
      this.#title,
      this.#list,
      form,
    );
  }

  show({ state, world }: Frame): void {
    const words = INSPECTOR_WORDS[state.language];
    this.#watches = state.watches;
    const rows = state.watches.map((expression) => {
      const result = watchResult(expression, world);
      return { expression, kind: kindOf(result), text: watchText(result, words) };
    });
    const shown = JSON.stringify([state.language, rows]);
    if (shown === this.#shown) return;
    this.#shown = shown;
    this.#title.textContent = words.watches;
    this.#add.textContent = words.addWatch;
    this.#field.placeholder = words.watchExample;
    this.#field.setAttribute("aria-label", words.watchField);
    this.#list.replaceChildren(...rows.map((row) => rowElement(row, words)));
  }
}

function kindOf(result: ReturnType<typeof watchResult>): string {
  return result.kind === "claim" ? (result.holds ? "holds" : "fails") : result.kind;
}

function rowElement(
  row: { readonly expression: string; readonly kind: string; readonly text: string },
  words: InspectorWords,
): HTMLElement {
  const remove = words.removeWatch(row.expression);
  return element(
    "li",
    { class: `watch watch-${row.kind}` },
    element("code", {}, row.expression),
    element("output", {}, row.text),
    element(
      "button",
      { type: "button", "data-watch": row.expression, "aria-label": remove, title: remove },
      icon("close"),
    ),
  );
}
