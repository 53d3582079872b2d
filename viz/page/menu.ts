// A button that opens a panel below it. The browser closes the panel on Escape or a click elsewhere.

import { element } from "./element.ts";

/** The button and its panel. */
export interface Menu {
  readonly button: HTMLButtonElement;
  readonly panel: HTMLElement;
  open(): void;
  close(): void;
}

let menus = 0;

/** A menu; `onOpen` fills the panel in before it shows. */
export function menu(
  panel: HTMLElement,
  options: { readonly className?: string; readonly onOpen?: () => void } = {},
): Menu {
  const id = `menu-${++menus}`;
  const button = element("button", {
    type: "button",
    class: options.className ?? "quiet",
    popovertarget: id,
    "aria-haspopup": "dialog",
    "aria-expanded": "false",
  });
  panel.id = id;
  panel.setAttribute("popover", "auto");
  panel.setAttribute("role", "dialog");
  panel.classList.add("menu");
  panel.addEventListener("beforetoggle", (event) => {
    if (event.newState === "open") options.onOpen?.();
  });
  panel.addEventListener("toggle", (event) => {
    const isOpen = event.newState === "open";
    button.setAttribute("aria-expanded", String(isOpen));
    if (!isOpen) return;
    place(panel, button);
    panel.querySelector<HTMLElement>("select, input, button, a")?.focus();
  });
  return {
    button,
    panel,
    open: () => panel.showPopover(),
    close: () => panel.hidePopover(),
  };
}

/** Puts the panel below its button, or above where there is no room, and inside the window. */
function place(panel: HTMLElement, button: HTMLElement): void {
  const at = button.getBoundingClientRect();
  const left = Math.min(at.left, window.innerWidth - panel.offsetWidth - MARGIN);
  const below = at.bottom + GAP;
  const fitsBelow = below + panel.offsetHeight <= window.innerHeight;
  panel.style.left = `${Math.max(MARGIN, left)}px`;
  panel.style.top = `${fitsBelow ? below : Math.max(MARGIN, at.top - GAP - panel.offsetHeight)}px`;
}

const GAP = 6;
const MARGIN = 8;
