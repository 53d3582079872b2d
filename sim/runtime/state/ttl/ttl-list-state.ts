// A list whose elements expire one by one (Flink: TtlListState). A read that finds nothing but expired elements throws
// them away; others stay until they are cleaned up, or until a read starts the rest's time anew.

import type { ListState } from "../state.ts";
import type { TtlAccess } from "./ttl-access.ts";
import type { TtlValue } from "./ttl-value.ts";

/** The {@link ListState} over one that holds elements with their times. */
export class TtlListState<T> implements ListState<T> {
  readonly #stored: ListState<TtlValue<T>>;
  readonly #access: TtlAccess;

  constructor(stored: ListState<TtlValue<T>>, access: TtlAccess) {
    this.#stored = stored;
    this.#access = access;
  }

  get(): readonly T[] {
    const ttl = this.#access.begin();
    const held = this.#stored.get();
    const unexpired = held.filter((element) => !ttl.hasExpired(element));
    if (unexpired.length === 0) this.#stored.clear();
    else if (ttl.isRefreshedByReads) {
      this.#stored.update(unexpired.map(({ value }) => ttl.stamp(value)));
    }
    return (ttl.showsExpired ? held : unexpired).map(({ value }) => value);
  }

  add(value: T): void {
    this.#stored.add(this.#access.begin().stamp(value));
  }

  addAll(values: Iterable<T>): void {
    const ttl = this.#access.begin();
    this.#stored.addAll(Array.from(values, (value) => ttl.stamp(value)));
  }

  update(values: Iterable<T>): void {
    const ttl = this.#access.begin();
    this.#stored.update(Array.from(values, (value) => ttl.stamp(value)));
  }

  clear(): void {
    this.#stored.clear();
  }
}
