// Which keyed state backend an operator gets (Flink: StateBackend.createKeyedStateBackend).

import { unreachable } from "../../kernel/invariant.ts";
import type { Duration, Instant } from "../../kernel/virtual-time.ts";
import { ChangelogKeyedStateBackend } from "./changelog/changelog-keyed-state-backend.ts";
import type { RemoteReadCosts } from "./forst/file-cache.ts";
import { ForStKeyedStateBackend } from "./forst/forst-keyed-state-backend.ts";
import { attemptFolder, type WorkingDirectory } from "./forst/working-directory.ts";
import { HeapKeyedStateBackend } from "./heap-keyed-state-backend.ts";
import type { KeyGroupRange } from "./key-groups.ts";
import type { BaseKeyedStateBackend, KeyedStateBackend } from "./keyed-state-backend.ts";
import type { LsmTreeOptions } from "./rocksdb/lsm-tree-options.ts";
import type { NativeDatabases } from "./rocksdb/native-database.ts";
import { RocksDBKeyedStateBackend } from "./rocksdb/rocksdb-keyed-state-backend.ts";
import type { SnapshotCosts } from "./snapshot-costs.ts";

/** What a job's keyed state is held in. */
export type StateBackendConfig =
  | BaseStateBackendConfig
  /** Files in the shared storage, with a cache on the task manager (Flink 2: ForStStateBackend). */
  | {
      readonly kind: "forst";
      readonly tree: Partial<LsmTreeOptions>;
      readonly snapshotCosts?: SnapshotCosts;
      /** Where in the shared storage (Flink: state.backend.forst.primary-dir). */
      readonly primaryDirectory: string;
      /** How much the cache holds; 0 for any amount. */
      readonly cacheLimitBytes: number;
      readonly readCosts: RemoteReadCosts;
    }
  /** Another one, with a log of its changes (Flink: ChangelogStateBackend). */
  | { readonly kind: "changelog"; readonly base: BaseStateBackendConfig };

/** What holds keyed state itself. */
export type BaseStateBackendConfig =
  /** Objects on the heap (Flink: HashMapStateBackend). */
  | { readonly kind: "hashmap"; readonly snapshotCosts?: SnapshotCosts }
  /** An ordered database on the task manager's disk (Flink: EmbeddedRocksDBStateBackend). */
  | {
      readonly kind: "rocksdb";
      /** Whether checkpoints refer to files of earlier ones; savepoints never do. */
      readonly isIncremental: boolean;
      readonly tree: Partial<LsmTreeOptions>;
      readonly snapshotCosts?: SnapshotCosts;
      /** Real databases to hold the contents; without them the simulated tree does. */
      readonly databases: NativeDatabases | undefined;
    };

/**
 * Where in the shared storage attempts keep their state themselves, which lies apart from where it is worked on (Flink 2:
 * disaggregated state): a restore then opens its files instead of fetching them. Undefined for state that each attempt
 * has with it.
 */
export function primaryDirectoryOf(config: StateBackendConfig): string | undefined {
  return config.kind === "forst" ? config.primaryDirectory : undefined;
}

/** One operator of one attempt. */
export interface StateOwner {
  readonly task: string;
  readonly attempt: number;
  readonly operator: string;
}

/** What a keyed operator asks of its backend. */
export interface KeyedStateDemand {
  readonly maxParallelism: number;
  readonly keyGroupRange: KeyGroupRange;
  /** The task's clock. */
  readonly now: () => Instant;
  /** Tells this backend from all others of the job: whose state it is, and in which attempt. */
  readonly owner: StateOwner;
  /** The files of the attempt. */
  readonly workingDirectory: WorkingDirectory;
  /** Is told what accesses to the state, and its restore, cost the task. */
  readonly charge: (cost: Duration) => void;
}

/** A backend without any state yet. */
export function createKeyedStateBackend(
  config: StateBackendConfig,
  demand: KeyedStateDemand,
): KeyedStateBackend {
  switch (config.kind) {
    case "changelog":
      return new ChangelogKeyedStateBackend({
        ...demand,
        operator: demand.owner.operator,
        base: createBaseBackend(config.base, demand),
      });
    case "forst": {
      const { tree, primaryDirectory, cacheLimitBytes, readCosts, snapshotCosts = {} } = config;
      const { task, attempt, operator } = demand.owner;
      return new ForStKeyedStateBackend({
        ...demand,
        operator,
        snapshotCosts,
        tree,
        directory: demand.workingDirectory,
        folder: `${attemptFolder(primaryDirectory, attempt)}${task}/${operator}`,
        cacheLimitBytes,
        readCosts,
      });
    }
    default:
      return createBaseBackend(config, demand);
  }
}

function createBaseBackend(
  config: BaseStateBackendConfig,
  demand: KeyedStateDemand,
): BaseKeyedStateBackend {
  const { task, attempt, operator } = demand.owner;
  const { snapshotCosts = {} } = config;
  switch (config.kind) {
    case "hashmap": {
      const { maxParallelism, keyGroupRange, now, charge } = demand;
      const options = { maxParallelism, keyGroupRange, now, operator, snapshotCosts, charge };
      return new HeapKeyedStateBackend(options);
    }
    case "rocksdb": {
      const { isIncremental, tree, databases } = config;
      return new RocksDBKeyedStateBackend({
        ...demand,
        operator,
        snapshotCosts,
        isIncremental,
        tree,
        ...(databases === undefined
          ? {}
          : { databases, databaseName: `${task}-${attempt}-${operator}` }),
      });
    }
    default:
      return unreachable(config);
  }
}
