// A map whose entries expire one by one (Flink: TtlMapState). Finding out whether an entry is there is a read of it;
// `isEmpty` only looks, and counts what has expired and is not yet thrown away, as in Flink.

import type { MapState } from "../state.ts";
import type { TimeToLive } from "./time-to-live.ts";
import type { TtlAccess } from "./ttl-access.ts";
import type { TtlValue } from "./ttl-value.ts";

/** The {@link MapState} over one that holds values with their times. */
export class TtlMapState<K, V> implements MapState<K, V> {
  readonly #stored: MapState<K, TtlValue<V>>;
  readonly #access: TtlAccess;

  constructor(stored: MapState<K, TtlValue<V>>, access: TtlAccess) {
    this.#stored = stored;
    this.#access = access;
  }

  get(key: K): V | undefined {
    return this.#read(this.#access.begin(), key)?.value;
  }

  put(key: K, value: V): void {
    this.#put(this.#access.begin(), key, value);
  }

  putAll(entries: Iterable<readonly [K, V]>): void {
    const ttl = this.#access.begin();
    for (const [key, value] of entries) this.#put(ttl, key, value);
  }

  remove(key: K): void {
    this.#access.begin();
    this.#stored.remove(key);
  }

  contains(key: K): boolean {
    return this.#read(this.#access.begin(), key) !== undefined;
  }

  entries(): readonly (readonly [K, V])[] {
    const ttl = this.#access.begin();
    const visible: (readonly [K, V])[] = [];
    for (const [key] of this.#stored.entries()) {
      const held = this.#read(ttl, key);
      if (held !== undefined) visible.push([key, held.value]);
    }
    return visible;
  }

  keys(): readonly K[] {
    return this.entries().map(([key]) => key);
  }

  values(): readonly V[] {
    return this.entries().map(([, value]) => value);
  }

  isEmpty(): boolean {
    this.#access.begin();
    return this.#stored.isEmpty();
  }

  clear(): void {
    this.#stored.clear();
  }

  #read(ttl: TimeToLive, key: K): TtlValue<V> | undefined {
    return ttl.read(this.#stored.get(key), {
      update: (fresh) => this.#stored.put(key, fresh),
      clear: () => this.#stored.remove(key),
    });
  }

  #put(ttl: TimeToLive, key: K, value: V): void {
    this.#stored.put(key, ttl.stamp(value));
  }
}
