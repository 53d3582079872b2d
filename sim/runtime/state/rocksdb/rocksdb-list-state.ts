// One list per key, as the bytes of all its elements (Flink: RocksDBListState). An empty list is stored as none.
// Elements are added to the bytes without reading the others; where Flink leaves that to RocksDB's merge operator, here
// the list is read and written whole.

import { listSerializer } from "../composite-serializers.ts";
import { DataInputView } from "../data-input-view.ts";
import { DataOutputView } from "../data-output-view.ts";
import type { ListState } from "../state.ts";
import type { ListStateDescriptor } from "../state-descriptor.ts";
import type { TypeSerializer } from "../type-serializer.ts";
import type { StateColumn } from "./state-column.ts";

/** The {@link ListState} of a RocksDB backend. */
export class RocksDBListState<T> implements ListState<T> {
  readonly #elementSerializer: TypeSerializer<T>;
  readonly #serializer: TypeSerializer<T[]>;
  readonly #column: StateColumn;

  constructor(descriptor: ListStateDescriptor<T>, column: StateColumn) {
    this.#elementSerializer = descriptor.elementSerializer;
    this.#serializer = listSerializer(descriptor.elementSerializer);
    this.#column = column;
  }

  get(): readonly T[] {
    return this.#column.read(this.#serializer) ?? [];
  }

  add(value: T): void {
    this.addAll([value]);
  }

  addAll(values: Iterable<T>): void {
    const added = new DataOutputView();
    let count = 0;
    for (const value of values) {
      this.#elementSerializer.serialize(value, added);
      count++;
    }
    if (count === 0) return;
    const before = this.#column.readBytes();
    const out = new DataOutputView();
    if (before === undefined) out.writeVarInt(count);
    else {
      const input = new DataInputView(before);
      out.writeVarInt(input.readVarInt() + count);
      out.writeBytes(input.readSlice(input.remaining));
    }
    out.writeView(added);
    this.#column.writeBytes(out.toBytes(), count);
  }

  update(values: Iterable<T>): void {
    const list = Array.from(values);
    if (list.length === 0) this.#column.remove();
    else this.#column.write(list, this.#serializer);
  }

  clear(): void {
    this.#column.remove();
  }
}
