// A dialog of the browser's own with a title and a way out: it keeps the focus inside and gives it back.

import { element } from "./element.ts";
import { icon } from "./icons.ts";

/** A dialog whose content is made anew each time it opens. */
export class Dialog {
  readonly element: HTMLDialogElement;
  readonly #title = element("h2", { class: "dialog-title" });
  readonly #close = element(
    "button",
    { type: "button", class: "quiet icon-button" },
    icon("close"),
  );
  readonly #body = element("div", { class: "dialog-body" });

  constructor(className: string) {
    const head = element("div", { class: "dialog-head" }, this.#title, this.#close);
    this.#title.id = `${className}-title`;
    this.element = element(
      "dialog",
      { class: `dialog ${className}`, "aria-labelledby": this.#title.id },
      head,
      this.#body,
    );
    this.#close.addEventListener("click", () => this.close());
    this.element.addEventListener("click", (event) => {
      // The dialog itself is hit only outside of its content: on the backdrop.
      if (event.target === this.element) this.close();
    });
  }

  get isOpen(): boolean {
    return this.element.open;
  }

  open(title: string, closeLabel: string, ...content: readonly (Node | string)[]): void {
    this.#title.textContent = title;
    this.#close.setAttribute("aria-label", closeLabel);
    this.#body.replaceChildren(...content);
    if (!this.element.open) this.element.showModal();
  }

  close(): void {
    this.element.close();
  }
}
