// One map per key whose changes are logged (Flink: ChangelogMapState), entry by entry.

import type { MapState } from "../state.ts";
import type { MapStateDescriptor } from "../state-descriptor.ts";
import type { StateChanges } from "./state-changes.ts";

/** The {@link MapState} over that of the base backend. */
export class ChangelogMapState<K, V> implements MapState<K, V> {
  readonly #descriptor: MapStateDescriptor<K, V>;
  readonly #stored: MapState<K, V>;
  readonly #changes: StateChanges;

  constructor(descriptor: MapStateDescriptor<K, V>, stored: MapState<K, V>, changes: StateChanges) {
    this.#descriptor = descriptor;
    this.#stored = stored;
    this.#changes = changes;
  }

  get(key: K): V | undefined {
    const value = this.#present.get(key);
    return value === undefined ? undefined : this.#descriptor.valueSerializer.copy(value);
  }

  put(key: K, value: V): void {
    const { keySerializer, valueSerializer } = this.#descriptor;
    this.#changes.put([key, value], keySerializer, valueSerializer);
    this.#stored.put(key, value);
  }

  putAll(entries: Iterable<readonly [K, V]>): void {
    for (const [key, value] of entries) this.put(key, value);
  }

  remove(key: K): void {
    this.#changes.remove(key, this.#descriptor.keySerializer);
    this.#stored.remove(key);
  }

  contains(key: K): boolean {
    return this.#present.contains(key);
  }

  entries(): readonly (readonly [K, V])[] {
    const { keySerializer, valueSerializer } = this.#descriptor;
    return this.#present
      .entries()
      .map(([key, value]) => [keySerializer.copy(key), valueSerializer.copy(value)]);
  }

  keys(): readonly K[] {
    const { keySerializer } = this.#descriptor;
    return this.#present.keys().map((key) => keySerializer.copy(key));
  }

  values(): readonly V[] {
    const { valueSerializer } = this.#descriptor;
    return this.#present.values().map((value) => valueSerializer.copy(value));
  }

  isEmpty(): boolean {
    return this.#present.isEmpty();
  }

  clear(): void {
    this.#changes.clear();
    this.#stored.clear();
  }

  /** What is stored, to be looked at, at the key that is current. */
  get #present(): MapState<K, V> {
    this.#changes.checkKey();
    return this.#stored;
  }
}
