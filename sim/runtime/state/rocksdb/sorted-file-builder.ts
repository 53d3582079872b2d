// Writes a sorted file from entries in order: a memtable that is flushed, or files that are merged.

import { DataOutputView } from "../data-output-view.ts";
import { TOMBSTONE } from "./entry-cursor.ts";
import { SortedFile } from "./sorted-file.ts";
import { SEAL_BYTES, setCount, writeHeader } from "./sorted-file-format.ts";

/** Writes one file; entries are added in the order of their keys. */
export class SortedFileBuilder {
  readonly #out = new DataOutputView(1024);
  #offsets = new Uint32Array(64);
  #count = 0;

  constructor() {
    writeHeader(this.#out);
  }

  /** How many entries were added. */
  get count(): number {
    return this.#count;
  }

  /** How large the file would be by now. */
  get sizeBytes(): number {
    return this.#out.length + SEAL_BYTES;
  }

  /** `value` is undefined for a tombstone. */
  add(key: Uint8Array, value: Uint8Array | undefined): void {
    if (this.#count === this.#offsets.length) {
      const larger = new Uint32Array(this.#count * 2);
      larger.set(this.#offsets);
      this.#offsets = larger;
    }
    this.#offsets[this.#count++] = this.#out.length;
    this.#out.writeInt(key.length);
    this.#out.writeInt(value === undefined ? TOMBSTONE : value.length);
    this.#out.writeBytes(key);
    if (value !== undefined) this.#out.writeBytes(value);
  }

  /** The file; its name has not been used. */
  build(number: number): SortedFile {
    const content = this.#out.toBytes();
    setCount(content, this.#count);
    return new SortedFile({ number, content, offsets: this.#offsets.slice(0, this.#count) });
  }
}
