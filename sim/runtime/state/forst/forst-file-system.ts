// Where the files of one tree are (Flink: ForStFlinkFileSystem): each is written to the shared storage as soon as it is
// made, and to the cache along with it. A name stands for a path, of this attempt or of one that it was restored from.

import { bytesHash } from "../../../kernel/hash.ts";
import { must } from "../../../kernel/invariant.ts";
import type { SortedFile } from "../rocksdb/sorted-file.ts";
import type { TreeFileWatcher } from "../rocksdb/tree-file-watcher.ts";
import type { SharedFile } from "../shared-state-registry.ts";
import type { FileCache } from "./file-cache.ts";
import type { WorkingDirectory } from "./working-directory.ts";

/** A file that the tree has dropped, and the snapshots that may still have it. */
interface DroppedFile {
  readonly name: string;
  readonly snapshots: Set<number>;
}

/** The files of one backend. */
export class ForStFileSystem implements TreeFileWatcher {
  readonly #folder: string;
  readonly #directory: WorkingDirectory;
  readonly #cache: FileCache;
  readonly #files = new Map<string, SharedFile>();
  readonly #openSnapshots = new Set<number>();
  #dropped: readonly DroppedFile[] = [];
  #snapshots = 0;
  /** Where the files are that are being restored, by name. */
  #places: ReadonlyMap<string, SharedFile> | undefined;

  constructor(options: {
    /** Where new files go. */
    readonly folder: string;
    readonly directory: WorkingDirectory;
    readonly cache: FileCache;
  }) {
    this.#folder = options.folder;
    this.#directory = options.directory;
    this.#cache = options.cache;
  }

  /** What comes now is restored from files in these places; undefined if their bytes have been read already. */
  restoring(places: ReadonlyMap<string, SharedFile> | undefined): void {
    this.#places = places;
  }

  /** Where a file is, or will be once it is written. */
  remoteOf(name: string): SharedFile {
    return must(this.#files.get(name), () => `place of the file ${name}`);
  }

  /** Until the function that this returns is called, no file goes that the tree has now. */
  beginSnapshot(): () => void {
    const snapshot = ++this.#snapshots;
    this.#openSnapshots.add(snapshot);
    return () => {
      this.#openSnapshots.delete(snapshot);
      for (const { snapshots } of this.#dropped) snapshots.delete(snapshot);
      this.#discardDropped();
    };
  }

  /** A file stays in its place, if it has one that checkpoints may refer to; else it is copied. */
  begunWith(file: SortedFile): void {
    const place = this.#places?.get(file.name);
    if (place === undefined) this.written(file);
    else this.#files.set(file.name, place);
  }

  written(file: SortedFile): void {
    const bytes = file.toBytes();
    const path = `${this.#folder}/${file.name}`;
    const sizeBytes = bytes.length;
    this.#files.set(file.name, { kind: "file", path, sizeBytes, hash: bytesHash(bytes) });
    this.#directory.write(path, bytes);
    this.#cache.add(file.name, sizeBytes);
  }

  read({ name, sizeBytes }: SortedFile): void {
    this.#cache.read(name, sizeBytes);
  }

  copied({ sizeBytes }: SortedFile): void {
    if (this.#places !== undefined) this.#cache.fetch(sizeBytes);
  }

  dropped({ name }: SortedFile): void {
    this.#cache.drop(name);
    this.#dropped = [...this.#dropped, { name, snapshots: new Set(this.#openSnapshots) }];
    this.#discardDropped();
  }

  /** What determines what reads cost and which files go, as plain data. */
  describeState(): unknown {
    const dropped = this.#dropped.map(({ name, snapshots }) => [name, snapshots.size]);
    return [this.#cache.describeState(), dropped];
  }

  #discardDropped(): void {
    const isGone = ({ snapshots }: DroppedFile) => snapshots.size === 0;
    for (const { name } of this.#dropped.filter(isGone)) {
      this.#directory.discard(this.remoteOf(name).path);
      this.#files.delete(name);
    }
    this.#dropped = this.#dropped.filter((file) => !isGone(file));
  }
}
