// Marks of one look, gathered: a canvas paints neighbours of one look at a stroke, whatever order they were found in.

import type { Mark, MarkLook, Shape } from "../drawing/mark.ts";

/** A look without what tells marks of that look apart. */
export type BatchLook = Omit<MarkLook, "key" | "entity" | "title">;

/** Gathers marks by look. */
export class Batches {
  readonly #batches = new Map<string, { readonly look: BatchLook; readonly marks: Mark[] }>();

  /** Adds a shape in the look called `name`; the first that is given for a name is the one for all. */
  add(name: string, key: string, look: BatchLook, shape: Shape): void {
    let batch = this.#batches.get(name);
    if (batch === undefined) {
      batch = { look, marks: [] };
      this.#batches.set(name, batch);
    }
    batch.marks.push({ ...shape, ...batch.look, key });
  }

  /** All marks, look after look. */
  get marks(): readonly Mark[] {
    return [...this.#batches.values()].flatMap(({ marks }) => marks);
  }
}
