// Tells the log of the changes of one state, each at the key that is current (Flink: KvStateChangeLoggerImpl).

import { listSerializer } from "../composite-serializers.ts";
import { DataOutputView } from "../data-output-view.ts";
import type { KeyContext } from "../key-context.ts";
import type { TypeSerializer } from "../type-serializer.ts";
import type { ChangeLog } from "./change-log.ts";
import type { StateOperation } from "./state-change.ts";

/** What the states of one backend share. */
export interface LogContext {
  readonly keyContext: KeyContext;
  readonly keySerializer: TypeSerializer<unknown>;
  readonly log: ChangeLog;
}

/** The changes of the state called `name`. Every use throws a `StateAccessError` if no key is current. */
export class StateChanges {
  readonly #name: string;
  readonly #context: LogContext;
  readonly #out = new DataOutputView();

  constructor(name: string, context: LogContext) {
    this.#name = name;
    this.#context = context;
  }

  /** Throws a `StateAccessError` unless a key is current: to be asked before a read as well. */
  checkKey(): void {
    this.#context.keyContext.keyFor(this.#name);
  }

  set<T>(value: T, serializer: TypeSerializer<T>): void {
    this.#append({ kind: "set", value: this.#serialized(value, serializer) });
  }

  clear(): void {
    this.#append({ kind: "clear" });
  }

  add<T>(elements: T[], elementSerializer: TypeSerializer<T>): void {
    const serializer = listSerializer(elementSerializer);
    this.#append({ kind: "add", elements: this.#serialized(elements, serializer) });
  }

  put<K, V>(entry: readonly [K, V], key: TypeSerializer<K>, value: TypeSerializer<V>): void {
    const mapKey = this.#serialized(entry[0], key);
    this.#append({ kind: "put", mapKey, value: this.#serialized(entry[1], value) });
  }

  remove<K>(mapKey: K, serializer: TypeSerializer<K>): void {
    this.#append({ kind: "remove", mapKey: this.#serialized(mapKey, serializer) });
  }

  #append(operation: StateOperation): void {
    const { keyContext, keySerializer, log } = this.#context;
    const { key, keyGroup } = keyContext.keyFor(this.#name);
    log.append({
      state: this.#name,
      keyGroup,
      key: this.#serialized(key, keySerializer),
      operation,
    });
  }

  #serialized<T>(value: T, serializer: TypeSerializer<T>): Uint8Array {
    this.#out.reset();
    serializer.serialize(value, this.#out);
    return this.#out.toBytes();
  }
}
