// The RocksDB backend on the real RocksDB, against a plain model and the heap backend: the same commands as on the
// simulated tree. At each snapshot the backend itself compares the two.
import { readdirSync } from "node:fs";
import fc from "fast-check";
import { expect, test } from "vitest";
import { anyClusterCommands, expectAgreement } from "../../runtime/state/rocksdb/cluster.ts";
import { manyRuns } from "../../runtime/state/rocksdb/many-runs.ts";
import { newDatabases } from "./databases.ts";

const isSoak = process.env["CLEANCUT_SOAK"] === "1";

const SMALL_FILES = {
  writeBufferSizeBytes: 150,
  level0FileNumCompactionTrigger: 2,
  maxBytesForLevelBase: 400,
  targetFileSizeBaseBytes: 200,
};

// Opening a real database takes milliseconds, and every restore and every written snapshot opens some.
const commandsMax = isSoak ? 100 : 30;

test("RocksDBKeyedStateBackend on the real RocksDB agrees with a plain model", () => {
  const cases = [anyClusterCommands(commandsMax), fc.boolean()] as const;
  fc.assert(
    fc.property(...cases, (commands, isIncremental) => {
      const databases = newDatabases();
      try {
        expectAgreement(commands, { tree: SMALL_FILES, isIncremental, databases });
        expect(readdirSync(databases.folder)).toEqual([]);
      } finally {
        databases.close();
      }
    }),
    manyRuns,
  );
});
