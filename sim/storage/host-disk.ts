// A host's own disk. What was written but not synced dies with the host; what was synced survives a crash
// unless the disk itself is lost.

import { compareText } from "../kernel/plain-object.ts";

/** A disk of one host. */
export class HostDisk {
  #synced = new Map<string, Uint8Array>();
  #unsynced = new Map<string, Uint8Array | undefined>();

  /** Writes a file; it is safe only after {@link HostDisk.sync}. */
  write(path: string, bytes: Uint8Array): void {
    this.#unsynced.set(path, bytes);
  }

  /** Deletes a file; that, too, is safe only after {@link HostDisk.sync}. */
  delete(path: string): void {
    this.#unsynced.set(path, undefined);
  }

  /** The file as a process on the host sees it, synced or not. */
  read(path: string): Uint8Array | undefined {
    return this.#unsynced.has(path) ? this.#unsynced.get(path) : this.#synced.get(path);
  }

  /** The paths that begin with `prefix`, in order, as a process on the host sees them. */
  list(prefix: string): readonly string[] {
    const paths = new Set([...this.#synced.keys(), ...this.#unsynced.keys()]);
    return [...paths]
      .filter((path) => path.startsWith(prefix) && this.read(path) !== undefined)
      .sort(compareText);
  }

  /** Makes everything written so far survive a crash. */
  sync(): void {
    for (const [path, bytes] of this.#unsynced) {
      if (bytes === undefined) this.#synced.delete(path);
      else this.#synced.set(path, bytes);
    }
    this.#unsynced = new Map();
  }

  /** The host dies: unsynced writes are gone, and everything else too if the disk is lost. */
  crash(disk: "kept" | "lost"): void {
    this.#unsynced = new Map();
    if (disk === "lost") this.#synced = new Map();
  }

  /** An equal disk that shares nothing with this one. */
  copy(): HostDisk {
    const copied = new HostDisk();
    copied.#synced = new Map(this.#synced);
    copied.#unsynced = new Map(this.#unsynced);
    return copied;
  }

  /** The files that would survive a crash, as plain data. */
  describeState(): unknown {
    return [...this.#synced].sort(([a], [b]) => compareText(a, b));
  }
}
