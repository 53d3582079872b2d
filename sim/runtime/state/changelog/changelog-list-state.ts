// One list per key whose changes are logged (Flink: ChangelogListState): of an addition only what is added.

import { listSerializer } from "../composite-serializers.ts";
import type { ListState } from "../state.ts";
import type { ListStateDescriptor } from "../state-descriptor.ts";
import type { StateChanges } from "./state-changes.ts";

/** The {@link ListState} over that of the base backend. */
export class ChangelogListState<T> implements ListState<T> {
  readonly #descriptor: ListStateDescriptor<T>;
  readonly #stored: ListState<T>;
  readonly #changes: StateChanges;

  constructor(descriptor: ListStateDescriptor<T>, stored: ListState<T>, changes: StateChanges) {
    this.#descriptor = descriptor;
    this.#stored = stored;
    this.#changes = changes;
  }

  get(): readonly T[] {
    this.#changes.checkKey();
    const { elementSerializer } = this.#descriptor;
    return this.#stored.get().map((element) => elementSerializer.copy(element));
  }

  add(value: T): void {
    this.addAll([value]);
  }

  addAll(values: Iterable<T>): void {
    this.#changes.checkKey();
    const added = Array.from(values);
    if (added.length === 0) return;
    this.#changes.add(added, this.#descriptor.elementSerializer);
    this.#stored.addAll(added);
  }

  update(values: Iterable<T>): void {
    const list = Array.from(values);
    if (list.length === 0) {
      this.clear();
      return;
    }
    this.#changes.set(list, listSerializer(this.#descriptor.elementSerializer));
    this.#stored.update(list);
  }

  clear(): void {
    this.#changes.clear();
    this.#stored.clear();
  }
}
