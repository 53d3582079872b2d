// The files of the shared storage that a task manager has copies of (Flink: FileBasedCache of ForSt), those used longest
// ago first. It says only what a read costs: contents are the tree's.

import { type Duration, micros } from "../../../kernel/virtual-time.ts";

/** What it takes to read from the shared storage. */
export interface RemoteReadCosts {
  /** Until the first byte is here. */
  readonly latency: Duration;
  readonly bytesPerSecond: number;
}

/** What was read so far. */
export interface FileCacheWork {
  readonly hits: number;
  readonly misses: number;
  /** How many bytes came from the shared storage. */
  readonly bytesFetched: number;
}

/** The cache of one backend. */
export class FileCache {
  readonly #limitBytes: number;
  readonly #costs: RemoteReadCosts;
  readonly #charge: (cost: Duration) => void;
  /** Sizes by name. */
  readonly #files = new Map<string, number>();
  #sizeBytes = 0;
  readonly #work = { hits: 0, misses: 0, bytesFetched: 0 };

  constructor(options: {
    /** How much it holds; 0 for any amount. */
    readonly limitBytes: number;
    readonly costs: RemoteReadCosts;
    /** Is told what each miss costs. */
    readonly charge: (cost: Duration) => void;
  }) {
    this.#limitBytes = options.limitBytes;
    this.#costs = options.costs;
    this.#charge = options.charge;
  }

  get work(): FileCacheWork {
    return { ...this.#work };
  }

  /** A file that was made here, and is here for that. */
  add(name: string, sizeBytes: number): void {
    if (!this.#fits(sizeBytes)) return;
    this.#files.set(name, sizeBytes);
    this.#sizeBytes += sizeBytes;
    for (const [oldest, size] of this.#files) {
      if (this.#limitBytes === 0 || this.#sizeBytes <= this.#limitBytes) return;
      this.#files.delete(oldest);
      this.#sizeBytes -= size;
    }
  }

  /** A file is looked into. A miss fetches it, or, if it is larger than all the room, no more than a block of it. */
  read(name: string, sizeBytes: number): void {
    if (this.#files.delete(name)) {
      this.#work.hits++;
      this.#files.set(name, sizeBytes);
      return;
    }
    this.#work.misses++;
    this.fetch(this.#fits(sizeBytes) ? sizeBytes : 0);
    this.add(name, sizeBytes);
  }

  /** Bytes are read from the shared storage and not kept. */
  fetch(bytes: number): void {
    const { latency, bytesPerSecond } = this.#costs;
    this.#work.bytesFetched += bytes;
    this.#charge(micros(latency + Math.ceil((bytes * 1_000_000) / bytesPerSecond)));
  }

  /** A file is of no use any more. */
  drop(name: string): void {
    this.#sizeBytes -= this.#files.get(name) ?? 0;
    this.#files.delete(name);
  }

  /** What determines which reads will miss. */
  describeState(): unknown {
    return [...this.#files.keys()];
  }

  #fits(sizeBytes: number): boolean {
    return this.#limitBytes === 0 || sizeBytes <= this.#limitBytes;
  }
}
