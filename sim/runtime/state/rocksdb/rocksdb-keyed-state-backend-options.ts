// What is set when a RocksDB backend is made.

import type { Duration, Instant } from "../../../kernel/virtual-time.ts";
import type { KeyGroupRange } from "../key-groups.ts";
import type { SnapshotCosts } from "../snapshot-costs.ts";
import type { TypeSerializer } from "../type-serializer.ts";
import type { AccessCosts } from "./access-costs.ts";
import type { LsmTreeOptions } from "./lsm-tree-options.ts";
import type { NativeDatabases } from "./native-database.ts";
import type { TreeFileWatcher } from "./tree-file-watcher.ts";

/** What a RocksDB backend is made for. */
export interface RocksDBKeyedStateBackendOptions {
  /** The keys' type, by default any plain data. */
  readonly keySerializer?: TypeSerializer<unknown>;
  readonly maxParallelism: number;
  readonly keyGroupRange: KeyGroupRange;
  /** The task's clock, which state with a time to live cannot do without. */
  readonly now?: () => Instant;
  /** The uid of the operator whose state it is, for messages. */
  readonly operator?: string;
  /** Whether snapshots refer to files (Flink: execution.checkpointing.incremental), false unless set, as in Flink. */
  readonly isIncremental?: boolean;
  /** The sizes of the tree, by default RocksDB's. */
  readonly tree?: Partial<LsmTreeOptions>;
  /** What accesses cost, as far as it differs from the default. */
  readonly costs?: Partial<AccessCosts>;
  /** What snapshots and restores cost, by default nothing. */
  readonly snapshotCosts?: SnapshotCosts;
  /** Is told what each access and each restore costs; without it they cost nothing. */
  readonly charge?: (cost: Duration) => void;
  /** Real databases that hold the contents as well. */
  readonly databases?: NativeDatabases;
  /** Begins the names of what is kept in `databases`: different for backends that share them. */
  readonly databaseName?: string;
  /** Is told of the files of the tree. */
  readonly watcher?: TreeFileWatcher;
}
