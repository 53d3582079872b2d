// The changelog backend over each other one against a plain model and the heap backend: every use of every kind of state,
// materializations that end late or never, snapshots written late, crashes and rescales.

import fc from "fast-check";
import { describe, test } from "vitest";
import { ChangelogKeyedStateBackend } from "../../../../sim/runtime/state/changelog/changelog-keyed-state-backend.ts";
import type { Materialization } from "../../../../sim/runtime/state/changelog/materialization.ts";
import { HeapKeyedStateBackend } from "../../../../sim/runtime/state/heap-keyed-state-backend.ts";
import type { BaseKeyedStateBackend } from "../../../../sim/runtime/state/keyed-state-backend.ts";
import { RocksDBKeyedStateBackend } from "../../../../sim/runtime/state/rocksdb/rocksdb-keyed-state-backend.ts";
import type { RocksDBKeyedStateBackendOptions } from "../../../../sim/runtime/state/rocksdb/rocksdb-keyed-state-backend-options.ts";
import {
  anyClusterCommands,
  type ClusterBackend,
  type ClusterSettings,
  expectAgreement,
  Step,
} from "../rocksdb/cluster.ts";
import { manyRuns } from "../rocksdb/many-runs.ts";

type CreateBase = (options: RocksDBKeyedStateBackendOptions) => BaseKeyedStateBackend;
type CreateBackend = (options: RocksDBKeyedStateBackendOptions) => ClusterBackend;

const heap: CreateBase = (options) => new HeapKeyedStateBackend(options);
const rocksDB: CreateBase = (options) => new RocksDBKeyedStateBackend(options);

const SMALL_FILES = {
  writeBufferSizeBytes: 150,
  level0FileNumCompactionTrigger: 2,
  maxBytesForLevelBase: 400,
  maxBytesForLevelMultiplier: 2,
  targetFileSizeBaseBytes: 200,
};

/** The materializations of a backend that have not ended. */
const underWay = new WeakMap<ClusterBackend, Materialization[]>();

function changelogOver(createBase: CreateBase): CreateBackend {
  return (options) => new ChangelogKeyedStateBackend({ ...options, base: createBase(options) });
}

const materialize = fc.constant(
  new Step("materialize", (_, { banks }) => {
    for (const { backend } of banks) {
      const materialization = (backend as ChangelogKeyedStateBackend).materialize();
      if (materialization === undefined) continue;
      underWay.set(backend, [...(underWay.get(backend) ?? []), materialization]);
    }
  }),
);

const endMaterialization = fc.tuple(fc.nat(), fc.boolean()).map(
  ([at, isDone]) =>
    new Step(isDone ? `materialized(${at})` : `give up(${at})`, (_, { banks }) => {
      for (const { backend } of banks) {
        const all = underWay.get(backend) ?? [];
        const [materialization] = all.splice(at % Math.max(1, all.length), 1);
        if (materialization === undefined) continue;
        if (isDone) {
          materialization.written();
          (backend as ChangelogKeyedStateBackend).materialized(materialization);
        } else {
          materialization.release();
        }
      }
    }),
);

describe("ChangelogKeyedStateBackend agrees with a plain model and with the heap backend", () => {
  test.each<readonly [string, ClusterSettings]>([
    ["over the heap", { tree: {}, isIncremental: false, create: changelogOver(heap) }],
    [
      "over RocksDB, full",
      { tree: SMALL_FILES, isIncremental: false, create: changelogOver(rocksDB) },
    ],
    [
      "over RocksDB, incremental",
      { tree: {}, isIncremental: true, create: changelogOver(rocksDB) },
    ],
    [
      "over RocksDB, incremental, small files",
      { tree: SMALL_FILES, isIncremental: true, create: changelogOver(rocksDB) },
    ],
  ])("%s", (_, settings) => {
    const commands = anyClusterCommands(100, [materialize, endMaterialization]);
    fc.assert(
      fc.property(commands, (steps) => expectAgreement(steps, settings)),
      manyRuns,
    );
  });
});
