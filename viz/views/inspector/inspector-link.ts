// What in the inspector leads somewhere: a button that carries what it selects, or where the cursor goes.

import { element } from "../../page/element.ts";
import { entityKey } from "../../page/entity.ts";
import type { LineTarget } from "./inspector-blocks.ts";

/** A text that leads to `target`. */
export function linkElement(text: string, target: LineTarget): HTMLElement {
  const leads =
    target.kind === "event"
      ? { "data-event": target.index }
      : { "data-entity": entityKey(target.entity) };
  return element("button", { type: "button", class: "inspector-link", ...leads }, text);
}
