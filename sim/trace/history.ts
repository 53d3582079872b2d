// A list that only grows and never changes: appending leaves the shorter list as it was and shares it, so that a
// keyframe of a long run costs no copy of all that was ever printed or committed.

import { must } from "../kernel/invariant.ts";

/** An immutable list that grows at its end. */
export class History<Item> {
  readonly length: number;
  readonly #last: Item | undefined;
  readonly #before: History<Item> | undefined;

  private constructor(before: History<Item> | undefined, last: Item | undefined) {
    this.length = before === undefined ? 0 : before.length + 1;
    this.#last = last;
    this.#before = before;
  }

  /** A list without items. */
  static empty<Item>(): History<Item> {
    return new History<Item>(undefined, undefined);
  }

  /** This list and `item` at its end. */
  append(item: Item): History<Item> {
    return new History<Item>(this, item);
  }

  /** The newest `count` items, oldest first; all of them if there are fewer. */
  newest(count: number): Item[] {
    const items: Item[] = [];
    let rest: History<Item> = this;
    while (items.length < count && rest.#before !== undefined) {
      items.push(rest.#last as Item);
      rest = must(rest.#before, "shorter history");
    }
    return items.reverse();
  }

  /** All items, oldest first. */
  toArray(): Item[] {
    return this.newest(this.length);
  }
}
