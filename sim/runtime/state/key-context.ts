// Which key is current: set by the task before each record and timer, read by every state object (Flink:
// InternalKeyContext).

import { describeValue } from "../../kernel/serialization-error.ts";
import type { LocatedKey } from "./copy-on-write-state-table.ts";
import { type KeyGroupRange, keyGroupOf } from "./key-groups.ts";
import { StateAccessError } from "./state-errors.ts";
import { structuralKeyOf } from "./structural-key.ts";
import type { TypeSerializer } from "./type-serializer.ts";

/** The current key of one backend. */
export class KeyContext {
  readonly #keySerializer: TypeSerializer<unknown>;
  readonly #maxParallelism: number;
  readonly #range: KeyGroupRange;
  #current: LocatedKey | undefined;

  constructor(
    keySerializer: TypeSerializer<unknown>,
    maxParallelism: number,
    range: KeyGroupRange,
  ) {
    this.#keySerializer = keySerializer;
    this.#maxParallelism = maxParallelism;
    this.#range = range;
  }

  /** The current key, `undefined` before the first. */
  get key(): unknown {
    return this.#current?.key;
  }

  /** Makes `key` current. Throws a `StateAccessError` for undefined, null and keys of other subtasks. */
  setCurrent(key: unknown): void {
    const located = this.locate(key);
    if (located.keyGroup < this.#range.start || located.keyGroup > this.#range.end) {
      throw new StateAccessError(
        `Cannot make ${describeValue(key)} the current key: its key group is ${located.keyGroup}, expected ` +
          `${this.#range.start} to ${this.#range.end}; the key selector must give a record the same key each time`,
      );
    }
    this.#current = located;
  }

  /** No key is current any more: to use keyed state is an error until one is. */
  clear(): void {
    this.#current = undefined;
  }

  /** A key of its own, with its place. */
  locate(key: unknown): LocatedKey {
    if (key === undefined || key === null) {
      throw new StateAccessError(`Cannot use ${describeValue(key)} as a key: expected a value`);
    }
    const own = this.#keySerializer.copy(key);
    const structuralKey = structuralKeyOf(own);
    if (this.#current?.structuralKey === structuralKey) return this.#current;
    return { key: own, structuralKey, keyGroup: keyGroupOf(own, this.#maxParallelism) };
  }

  /** The current key, for the state with this name. Throws a `StateAccessError` if there is none. */
  keyFor(stateName: string): LocatedKey {
    if (this.#current !== undefined) return this.#current;
    throw new StateAccessError(
      `Cannot use keyed state "${stateName}": no key is current, expected one; keyed state is there while a record or ` +
        "timer of a keyed stream is processed",
    );
  }
}
