// A run on the real RocksDB is the same run, and is refused where it cannot be one.
import { expect, test } from "vitest";
import { cleancut, cleancutAfter, workFolder } from "./command-line.ts";

const folder = workFolder();
const RUN = ["run", "word-count", "--seed", "3", "--set", "state.backend.type=rocksdb"] as const;

test.concurrent("cleancut run --real-rocksdb gives the run that it gives without, and says how to repeat it", async () => {
  const [simulated, real] = await Promise.all([
    cleancut(folder, ...RUN, "--trace", "simulated.jsonl", "--json"),
    cleancut(folder, ...RUN, "--trace", "real.jsonl", "--real-rocksdb", "--json"),
  ]);
  expect(real.errors).toBe("");
  expect(real.exitCode).toBe(0);
  const command = `npx cleancut ${RUN.join(" ")}`;
  const [without, withIt] = [JSON.parse(simulated.output), JSON.parse(real.output)];
  expect(withIt).toEqual({ ...without, trace: "real.jsonl", repeat: `${command} --real-rocksdb` });
  expect(without.repeat).toBe(command);
});

test.concurrent("cleancut run --real-rocksdb is refused where state is on the heap", async () => {
  expect(await cleancut(folder, "run", "word-count", "--real-rocksdb")).toEqual({
    exitCode: 2,
    output: "",
    errors: "Cannot use the real RocksDB: found state.backend.type hashmap, expected rocksdb\n",
  });
});

test.concurrent("cleancut run --real-rocksdb is refused where there is no binding", async () => {
  const withoutGlibc = "process.report.getReport = () => ({ header: {} });";
  expect(await cleancutAfter(withoutGlibc, folder, ...RUN, "--real-rocksdb")).toEqual({
    exitCode: 2,
    output: "",
    errors:
      "Cannot load RocksDB: found linux-x64-musl, its binding is made for linux-x64-glibc only; the simulated LSM tree needs no binding\n",
  });
});

const DISK_FULL = `
  import fs from "node:fs";
  import { syncBuiltinESMExports } from "node:module";
  const { mkdtempSync } = fs;
  fs.mkdtempSync = (path) => {
    if (path.includes("rocksdb")) throw new Error("ENOSPC: no space left on device");
    return mkdtempSync(path);
  };
  syncBuiltinESMExports();`;

test.concurrent("cleancut run --real-rocksdb says what RocksDB could not do", async () => {
  expect(await cleancutAfter(DISK_FULL, folder, ...RUN, "--real-rocksdb")).toEqual({
    exitCode: 2,
    output: "",
    errors: "Cannot make a folder for RocksDB: ENOSPC: no space left on device\n",
  });
});
