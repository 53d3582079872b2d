// Which keyed state backend an operator gets (Flink: StateBackend.createKeyedStateBackend).

import { unreachable } from "../../kernel/invariant.ts";
import type { Duration, Instant } from "../../kernel/virtual-time.ts";
import { ChangelogKeyedStateBackend } from "./changelog/changelog-keyed-state-backend.ts";
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

/** What a keyed operator asks of its backend. */
export interface KeyedStateDemand {
  readonly maxParallelism: number;
  readonly keyGroupRange: KeyGroupRange;
  /** The task's clock. */
  readonly now: () => Instant;
  /** The operator's uid. */
  readonly operator: string;
  /** Tells this backend from all others of the job: task, attempt and operator. */
  readonly name: string;
  /** Is told what accesses to the state, and its restore, cost the task. */
  readonly charge: (cost: Duration) => void;
}

/** A backend without any state yet. */
export function createKeyedStateBackend(
  config: StateBackendConfig,
  demand: KeyedStateDemand,
): KeyedStateBackend {
  if (config.kind !== "changelog") return createBaseBackend(config, demand);
  return new ChangelogKeyedStateBackend({
    ...demand,
    base: createBaseBackend(config.base, demand),
  });
}

function createBaseBackend(
  config: BaseStateBackendConfig,
  demand: KeyedStateDemand,
): BaseKeyedStateBackend {
  const { snapshotCosts = {} } = config;
  switch (config.kind) {
    case "hashmap":
      return new HeapKeyedStateBackend({ ...demand, snapshotCosts });
    case "rocksdb": {
      const { isIncremental, tree, databases } = config;
      return new RocksDBKeyedStateBackend({
        ...demand,
        snapshotCosts,
        isIncremental,
        tree,
        ...(databases === undefined ? {} : { databases, databaseName: demand.name }),
      });
    }
    default:
      return unreachable(config);
  }
}
