// The binding is here where it can be, and where it cannot one sentence says so.
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { loadRocksDB } from "../../../sim/node/rocksdb/rocksdb-binding.ts";
import { loadedBinding } from "./databases.ts";

test("loadRocksDB loads what npm has installed", () => {
  expect(loadedBinding().version).toMatch(/^\d+\.\d+\.\d+$/);
});

// It runs on Node 20, but its package says ^22.18.0 || >=24.0.0, and npm leaves out an optional package whose "engines"
// do not fit, without a word. It goes by the lock file: there the entry has been taken out by hand.
test("package-lock.json has npm install the binding on every Node that we run on", () => {
  const { packages } = JSON.parse(readFileSync("package-lock.json", "utf8"));
  const { version, optional, engines } =
    packages["node_modules/@harperfast/rocksdb-js-linux-x64-glibc"];
  expect({ version, optional, engines }).toEqual({
    version: packages[""].optionalDependencies["@harperfast/rocksdb-js-linux-x64-glibc"],
    optional: true,
    engines: undefined,
  });
});

test.each(["darwin-arm64", "linux-arm64-glibc", "linux-x64-musl", "win32-x64"])(
  "loadRocksDB says in one sentence what is missing on %s",
  (platform) => {
    expect(loadRocksDB({ platform })).toEqual({
      kind: "missing",
      reason: `Cannot load RocksDB: found ${platform}, its binding is made for linux-x64-glibc only; the simulated LSM tree needs no binding`,
    });
  },
);

test("loadRocksDB says which package is not installed", () => {
  const name = "@harperfast/rocksdb-js-darwin-arm64";
  expect(loadRocksDB({ platform: "linux-x64-glibc", package: name })).toEqual({
    kind: "missing",
    reason: `Cannot load RocksDB: the package ${name} is not installed, expected it from "npm install ${name}"; the simulated LSM tree needs no binding`,
  });
});
