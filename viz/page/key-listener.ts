// Hears keys for the whole page and says where they were pressed. A view that uses a key itself says so by
// preventDefault, and the page leaves it alone.

import { commandOf, type KeyContext } from "./keyboard.ts";
import type { PageContext } from "./page-context.ts";

/** Starts listening. */
export function listenToKeys({ page, perform }: PageContext): void {
  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.isComposing || isInDialog(event.target)) return;
    const { hasLetterKeys } = page.store.state;
    const command = commandOf(event, { hasLetterKeys, focus: focusOf(event.target) });
    if (command === undefined) return;
    event.preventDefault();
    perform(command);
  });
}

function isInDialog(target: EventTarget | null): boolean {
  return target instanceof Element && target.closest("dialog, [popover]") !== null;
}

function focusOf(target: EventTarget | null): KeyContext["focus"] {
  if (!(target instanceof Element)) return "page";
  if (target instanceof HTMLInputElement) {
    if (target.type === "radio") return "radio";
    return target.type === "checkbox" ? "button" : "line";
  }
  if (target.closest("textarea, select, [contenteditable]") !== null) return "text";
  return target.closest("button, a, summary, [role=button]") === null ? "page" : "button";
}
