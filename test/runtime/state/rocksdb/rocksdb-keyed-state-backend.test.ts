// The RocksDB backend against a plain model and the heap backend: every use of every kind of state, snapshots written
// late, crashes and rescales; what its files are; and what it refuses.

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  anyClusterCommands,
  Cluster,
  type ClusterModel,
  type ClusterSettings,
  expectEqual,
} from "./cluster.ts";
import { manyRuns } from "./many-runs.ts";

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
    ["full snapshots, RocksDB's sizes", { tree: RARELY, isIncremental: false, isNative: false }],
    ["full snapshots, small files", { tree: OFTEN, isIncremental: false, isNative: false }],
    ["incremental, RocksDB's sizes", { tree: RARELY, isIncremental: true, isNative: false }],
    ["incremental, small files", { tree: OFTEN, isIncremental: true, isNative: false }],
    ["incremental, every write a file", { tree: ALWAYS, isIncremental: true, isNative: false }],
    ["incremental, a real database", { tree: OFTEN, isIncremental: true, isNative: true }],
    ["full snapshots, a real database", { tree: RARELY, isIncremental: false, isNative: true }],
  ])("%s", (_, settings) => {
    fc.assert(
      fc.property(anyClusterCommands, (commands) => {
        const model: ClusterModel = { keys: new Map(), taken: [], written: [] };
        const real = new Cluster(settings);
        fc.modelRun(() => ({ model, real }), commands);
        expectEqual(model.keys, real);
        real.stop();
        expect([...real.databases.kept.keys(), ...real.databases.opened]).toEqual([]);
      }),
      manyRuns,
    );
  });
});
