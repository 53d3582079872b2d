// Whatever ends a process, its databases' folder goes with it.
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { expect, test } from "vitest";
import { bundle } from "../../../sim/node/bundler.ts";

const PROGRAM = `
  import { loadRocksDB } from "./sim/node/rocksdb/rocksdb-binding.ts";
  import { RocksDBDatabases } from "./sim/node/rocksdb/rocksdb-databases.ts";
  const rocksDB = loadRocksDB();
  if (rocksDB.kind === "missing") throw new Error(rocksDB.reason);
  const databases = new RocksDBDatabases(rocksDB.binding);
  const database = databases.open();
  database.put(Uint8Array.of(1), Uint8Array.of(2));
  database.checkpoint("kept");
  console.log(databases.folder);
  const end = process.argv[2];
  if (end === "throw") throw new Error("on purpose");
  if (end === "exit") process.exit(3);
  if (end === "spin") for (;;);
`;

test.each([
  ["comes to its end", "", undefined],
  ["exits", "exit", undefined],
  ["throws", "throw", undefined],
  ["is interrupted in the middle of a run", "spin", "SIGINT"],
  ["is killed", "spin", "SIGKILL"],
] as const)("The folder is gone after a process that %s", async (_, end, signal) => {
  const script = await bundle({ entry: PROGRAM, platform: "node" });
  const child = spawn(process.execPath, [script, end], { stdio: ["ignore", "pipe", "ignore"] });
  const folder = await new Promise<string>((resolve) => {
    child.stdout.once("data", (line) => resolve(String(line).trim()));
    child.stdout.once("end", () => resolve("none: it ended before it had one"));
  });
  expect(folder).toMatch(/cleancut-rocksdb-\w+\/0$/);
  if (signal !== undefined) child.kill(signal);
  const how = await new Promise((resolve) => {
    child.once("exit", (code, killedBy) => resolve(killedBy ?? code));
  });
  expect(how).toBe(signal ?? { "": 0, exit: 3, throw: 1, spin: undefined }[end]);
  await expect.poll(() => existsSync(folder), { timeout: 20_000 }).toBe(false);
});
