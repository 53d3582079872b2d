// The RocksDB backend against a plain model and the heap backend: every use of every kind of state, snapshots written
// late, crashes and rescales; what its files are; and what it refuses.

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { anyClusterCommands, type ClusterSettings, expectAgreement } from "./cluster.ts";
import { manyRuns } from "./many-runs.ts";
import { MemoryDatabases } from "./memory-databases.ts";

const RARELY = {};
const OFTEN = {
  writeBufferSizeBytes: 150,
  level0FileNumCompactionTrigger: 2,
  maxBytesForLevelBase: 400,
  maxBytesForLevelMultiplier: 2,
  targetFileSizeBaseBytes: 200,
};
const ALWAYS = {
  writeBufferSizeBytes: 1,
  level0FileNumCompactionTrigger: 4,
  maxBytesForLevelBase: 1,
  numLevels: 3,
};

describe("RocksDBKeyedStateBackend agrees with a plain model and with the heap backend", () => {
  test.each<readonly [string, ClusterSettings]>([
    ["full snapshots, RocksDB's sizes", { tree: RARELY, isIncremental: false }],
    ["full snapshots, small files", { tree: OFTEN, isIncremental: false }],
    ["incremental, RocksDB's sizes", { tree: RARELY, isIncremental: true }],
    ["incremental, small files", { tree: OFTEN, isIncremental: true }],
    ["incremental, every write a file", { tree: ALWAYS, isIncremental: true }],
  ])("%s", (_, settings) => {
    fc.assert(
      fc.property(anyClusterCommands(), (commands) => expectAgreement(commands, settings)),
      manyRuns,
    );
  });

  test.each<readonly [string, ClusterSettings]>([
    ["incremental, a native database", { tree: OFTEN, isIncremental: true }],
    ["full snapshots, a native database", { tree: RARELY, isIncremental: false }],
  ])("%s", (_, settings) => {
    fc.assert(
      fc.property(anyClusterCommands(), (commands) => {
        const databases = new MemoryDatabases();
        expectAgreement(commands, { ...settings, databases });
        expect([...databases.kept.keys(), ...databases.opened]).toEqual([]);
      }),
      manyRuns,
    );
  });
});
