// What becomes of the files of a tree, for whoever keeps them somewhere (RocksDB: FileSystem, on which ForSt builds).

import type { SortedFile } from "./sorted-file.ts";

/** Is told of each file of a tree. */
export interface TreeFileWatcher {
  /** The tree begins with it. */
  begunWith(file: SortedFile): void;
  /** The tree has made it. */
  written(file: SortedFile): void;
  /** The tree looks into it. */
  read(file: SortedFile): void;
  /** Its entries are taken over into the tree, which does not have it itself. */
  copied(file: SortedFile): void;
  /** The tree has it no more; a version that is held may. */
  dropped(file: SortedFile): void;
}
