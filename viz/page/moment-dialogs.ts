// Three dialogs about the moment shown: why it came to this, a link to it, and a name for its branch.

import { canonicalText } from "../../sim/kernel/canonical-value.ts";
import { timeText } from "../../sim/trace/duration-text.ts";
import { hashOf } from "./deep-link.ts";
import { Dialog } from "./dialog.ts";
import { element } from "./element.ts";
import { causesOf } from "./navigation.ts";
import type { PageContext } from "./page-context.ts";
import { linkedCase, linkOf } from "./page-link.ts";
import { runName } from "./run-tabs.ts";

/** How many causes are told. */
const CAUSES_MAX = 12;

/** A dialog. */
export interface PageDialog {
  readonly element: HTMLElement;
  open(): void;
}

/** Why: the cursor's event, what it followed from, and so on back. */
export function whyDialog({ page, words }: PageContext): PageDialog {
  const dialog = new Dialog("why");
  return { element: dialog.element, open };

  function open(): void {
    const { model, store } = page;
    if (model === undefined) return;
    const { cursor, language } = store.state;
    const spoken = words.words;
    const causes = causesOf(model, cursor, CAUSES_MAX).map((index) => {
      const button = element(
        "button",
        { type: "button", class: "menu-item" },
        element("span", { class: "time" }, timeText(model.times[index] ?? 0)),
        element("span", {}, model.sentence(index, language)),
      );
      button.addEventListener("click", () => {
        dialog.close();
        page.moveTo(index);
      });
      return element("li", {}, button);
    });
    const lead = causes.length === 0 ? spoken.whyNoEvent : spoken.whyLead;
    const list = element("ol", { class: "causes" }, ...causes);
    dialog.open(spoken.whyTitle, spoken.close, element("p", {}, lead), list);
  }
}

/** Share: the link, and the case for the command line. `caseText` is the case as links carry it. */
export function shareDialog(
  { page, words }: PageContext,
  caseText: () => string | undefined,
): PageDialog {
  const dialog = new Dialog("share");
  return { element: dialog.element, open };

  function open(): void {
    const spoken = words.words;
    const { href, hash } = location;
    const link =
      (hash === "" ? href : href.slice(0, -hash.length)) + hashOf(linkOf(page, caseText()));
    const request = linkedCase(page);
    dialog.open(
      spoken.shareTitle,
      spoken.close,
      element("p", {}, spoken.shareLead),
      copyable(spoken.shareTitle, link),
      element("h3", {}, spoken.caseTitle),
      element("p", {}, spoken.caseLead),
      copyable(spoken.caseTitle, request === undefined ? "" : canonicalText(request)),
    );
  }

  function copyable(label: string, text: string): HTMLElement {
    const field = element("textarea", { readonly: true, rows: 3, "aria-label": label });
    field.value = text;
    field.addEventListener("focus", () => field.select());
    const button = element("button", { type: "button", class: "primary" }, words.words.copy);
    button.addEventListener("click", () => {
      field.select();
      void copy(text).then(() => button.replaceChildren(words.words.copied));
    });
    return element("div", { class: "copyable" }, field, button);
  }
}

/** Name the branch that is shown. */
export function branchNameDialog(context: PageContext): PageDialog {
  const { page, words } = context;
  const dialog = new Dialog("branch-name");
  return { element: dialog.element, open };

  function open(): void {
    const branch = page.shelf.right;
    if (branch === undefined) return;
    const spoken = words.words;
    const field = element("input", { type: "text", maxlength: 40 });
    field.value = runName(context, branch, spoken);
    const form = element(
      "form",
      { class: "run-form" },
      element("label", {}, element("span", {}, spoken.name), field),
      element("button", { type: "submit", class: "primary" }, spoken.rename),
    );
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      page.shelf.rename(branch, field.value.trim());
      dialog.close();
    });
    dialog.open(spoken.nameBranch, spoken.close, form);
    field.select();
  }
}

/** From a file the clipboard may be out of reach; what is selected can be copied all the same. */
async function copy(text: string): Promise<void> {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    document.execCommand("copy");
  }
}
