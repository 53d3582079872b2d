// What a pointer is at: marks carry the key of the thing they stand for, and the elements they become say it.

import { type Entity, parseEntity } from "../page/entity.ts";

/** The thing that an event's target stands for; undefined where it stands for none. */
export function entityAt(event: Event): Entity | undefined {
  if (!(event.target instanceof Element)) return undefined;
  const key = event.target.closest("[data-entity]")?.getAttribute("data-entity");
  return key === null || key === undefined ? undefined : parseEntity(key);
}

/** Tells what the pointer rests on, and what is clicked, within an element. A click beside everything is undefined. */
export function listenForPointer(
  element: Element,
  listener: {
    readonly hover: (entity: Entity | undefined) => void;
    readonly select: (entity: Entity | undefined) => void;
  },
): void {
  element.addEventListener("pointerover", (event) => listener.hover(entityAt(event)));
  element.addEventListener("pointerleave", () => listener.hover(undefined));
  element.addEventListener("click", (event) => listener.select(entityAt(event)));
}
