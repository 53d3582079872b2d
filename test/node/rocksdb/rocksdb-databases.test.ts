// What a map does not show: borders of bytes, large values, shared files, nothing left open, and clear errors.
import { readdirSync, readFileSync, statSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import type { RocksDBDatabases } from "../../../sim/node/rocksdb/rocksdb-databases.ts";
import { RocksDBError } from "../../../sim/node/rocksdb/rocksdb-error.ts";
import { newDatabases } from "./databases.ts";

const databases = newDatabases();
afterAll(() => databases.close());

const bytes = (...values: readonly number[]): Uint8Array => Uint8Array.from(values);
const EMPTY = bytes();

describe("keys and values", () => {
  test("are any bytes, in the order of unsigned bytes, with nothing and with borders", () => {
    const database = databases.open();
    const keys = [EMPTY, bytes(0), bytes(0, 0), bytes(0, 255), bytes(127), bytes(128), bytes(255)];
    for (const key of keys.toReversed()) database.put(key, key);
    database.put(bytes(255, 0), EMPTY);
    const all = [...keys.map((key) => [key, key]), [bytes(255, 0), EMPTY]];
    expect(database.entries(EMPTY, undefined)).toEqual(all);
    expect(database.entries(bytes(0), bytes(255))).toEqual(all.slice(1, 6));
    expect(database.entries(bytes(255), undefined)).toEqual(all.slice(6));
    expect(database.entries(EMPTY, EMPTY)).toEqual([]);
    expect(database.entries(bytes(128), bytes(127))).toEqual([]);
    expect(database.get(bytes(255, 0))).toEqual(EMPTY);
    expect(database.get(bytes(254))).toBeUndefined();
    database.close();
  });

  test("may be larger than the buffers shared with RocksDB, and come back as their own", () => {
    const database = databases.open();
    const value = Uint8Array.from({ length: 1 << 20 }, (_, index) => index * 31);
    const key = value.slice(0, 10_000);
    const after = Uint8Array.from([...key, 0]);
    database.put(key, value);
    database.put(bytes(1), bytes(2));
    expect(Buffer.compare(database.get(key) ?? EMPTY, value)).toBe(0);
    expect(database.entries(key, after)).toHaveLength(1);
    expect(database.get(after)).toBeUndefined();
    const short = database.get(bytes(1));
    expect(database.get(key)).toBeDefined();
    expect(short).toEqual(bytes(2));
    expect(short?.constructor).toBe(Uint8Array);
    database.checkpoint("large");
    database.close();
    const restored = databases.open("large");
    const [entry] = restored.entries(EMPTY, bytes(1));
    expect(entry?.map(({ length }) => length)).toEqual([10_000, 1 << 20]);
    expect(Buffer.compare(entry?.[1] ?? EMPTY, value)).toBe(0);
    restored.close();
  });
});

test("A checkpoint stays as it was while its database and what was restored from it go on", () => {
  const database = databases.open();
  database.put(bytes(1), bytes(1));
  database.checkpoint("before");
  database.put(bytes(1), bytes(2));
  const restored = databases.open("before");
  restored.put(bytes(1), bytes(3));
  restored.checkpoint("aside");
  const again = databases.open("before");
  const values = [database, restored, again].map((one) => one.get(bytes(1)));
  expect(values).toEqual([bytes(2), bytes(3), bytes(1)]);
  for (const one of [database, restored, again]) one.close();
});

test("Checkpoints share the files that have not changed between them", () => {
  const own = newDatabases();
  const database = own.open();
  database.put(bytes(1), new Uint8Array(1000));
  // Long enough for a blob file.
  database.put(bytes(2), new Uint8Array(100_000));
  for (const name of ["one", "two", "three"]) {
    database.put(bytes(3), Buffer.from(name));
    database.checkpoint(name);
  }
  const [first, , third] = checkpointFolders(own);
  const shared = linkable(first).map((name) => statSync(join(own.folder, `${first}`, name)).nlink);
  expect(shared).toHaveLength(2);
  // The database itself and three checkpoints.
  expect(shared).toEqual([4, 4]);
  const before = linkable(third);
  own.drop("one");
  own.drop("two");
  database.close();
  expect(linkable(third)).toEqual(before);
  expect(linkable(third).map((name) => statSync(join(own.folder, `${third}`, name)).nlink)).toEqual(
    before.map(() => 1),
  );
  const restored = own.open("three");
  expect(restored.entries(EMPTY, undefined).map(([key, value]) => [key[0], value.length])).toEqual([
    [1, 1000],
    [2, 100_000],
    [3, 5],
  ]);
  own.close();
  expect(() => statSync(own.folder)).toThrow("ENOENT");

  function linkable(folder: string | undefined): readonly string[] {
    return readdirSync(join(own.folder, `${folder}`)).filter((name) => /\.(sst|blob)$/.test(name));
  }
});

test("A hundred cycles of restore, change, checkpoint and close lose nothing and leave nothing open", () => {
  const own = newDatabases();
  const seed = own.open();
  seed.checkpoint("0");
  seed.close();
  const used: Resources[] = [];
  for (let cycle = 1; cycle <= 100; cycle++) {
    const database = own.open(`${cycle - 1}`);
    const lastly = database.entries(EMPTY, undefined).map(([key, value]) => [key[0], value[0]]);
    // Ten keys, each of which holds the last of the cycles that have written it.
    const written = Array.from({ length: Math.min(cycle - 1, 10) }, (_, back) => cycle - 1 - back);
    expect(lastly).toEqual(
      written.map((at) => [at % 10, at]).sort(([one = 0], [two = 0]) => one - two),
    );
    database.put(bytes(cycle % 10), new Uint8Array(3000).fill(cycle));
    database.checkpoint(`${cycle}`);
    database.close();
    own.drop(`${cycle - 1}`);
    used.push(resources());
  }
  const [early, late] = [used[29], used[99]] as [Resources, Resources];
  expect(late.files).toBe(early.files);
  expect(late.threads).toBe(early.threads);
  // A database takes some 350 kB of memory: 70 that stayed would be 24 MB.
  expect(late.residentBytes - early.residentBytes).toBeLessThan(18 << 20);
  expect(readdirSync(own.folder)).toHaveLength(1);
  own.close();
});

interface Resources {
  readonly files: number;
  readonly threads: number;
  readonly residentBytes: number;
}

function resources(): Resources {
  return {
    files: readdirSync("/proc/self/fd").length,
    threads: readdirSync("/proc/self/task").length,
    residentBytes: process.memoryUsage.rss(),
  };
}

describe("a RocksDBError says what failed", () => {
  test("when there is no such checkpoint, or its name is taken", () => {
    expect(() => databases.open("nowhere")).toThrow(
      new RocksDBError("Cannot find the checkpoint nowhere: expected one that is kept"),
    );
    expect(() => databases.drop("nowhere")).toThrow(RocksDBError);
    const database = databases.open();
    database.checkpoint("taken");
    expect(() => database.checkpoint("taken")).toThrow(
      new RocksDBError("Cannot keep a checkpoint under taken: the name is taken"),
    );
    database.close();
  });

  test("when a database is closed", () => {
    const database = databases.open();
    database.close();
    database.close();
    const uses = [
      () => database.get(EMPTY),
      () => database.put(EMPTY, EMPTY),
      () => database.delete(EMPTY),
      () => database.entries(EMPTY, undefined),
      () => database.entries(EMPTY, EMPTY),
      () => database.checkpoint("late"),
    ];
    for (const use of uses) expect(use).toThrow(/^Cannot .*RocksDB.*: .*not open/i);
  });

  test.each([
    ["the manifest is cut", /^MANIFEST/, (path: string) => truncateSync(path, 20)],
    ["a table is cut", /sst$/, (path: string) => truncateSync(path, 100)],
    ["a table is no table", /sst$/, (path: string) => overwrite(path)],
    ["there is no current manifest", /^CURRENT/, (path: string) => writeFileSync(path, "x\n")],
  ])("when a checkpoint is opened of which %s", (_, file, damage) => {
    const own = newDatabases();
    const database = own.open();
    database.put(bytes(1), new Uint8Array(500));
    database.checkpoint("chk");
    database.close();
    const folder = join(own.folder, `${checkpointFolders(own)[0]}`);
    const name = readdirSync(folder).find((one) => file.test(one));
    damage(join(folder, `${name}`));
    expect(() => own.open("chk")).toThrow(RocksDBError);
    expect(() => own.open("chk")).toThrow(/^Cannot (open the checkpoint chk|read the database in)/);
    // What failed to open is gone, and the next one is sound.
    expect(readdirSync(own.folder)).toHaveLength(1);
    own.open().close();
    own.close();
  });
});

test("A RocksDBError says that a table has been changed, be it by a single bit", () => {
  const own = newDatabases();
  const database = own.open();
  for (let index = 0; index < 500; index++) database.put(bytes(index >> 8, index), bytes(index));
  database.checkpoint("chk");
  database.close();
  const folder = join(own.folder, `${checkpointFolders(own)[0]}`);
  const path = join(folder, `${readdirSync(folder).find((name) => name.endsWith("sst"))}`);
  const table = readFileSync(path);
  table.writeUInt8(table.readUInt8(100) ^ 1, 100);
  writeFileSync(path, table);
  // A table's data is checked as it is read.
  expect(() => own.open("chk").entries(EMPTY, undefined)).toThrow(
    /^Cannot read entries from RocksDB: .*checksum mismatch/,
  );
  own.close();
});

function overwrite(path: string): void {
  writeFileSync(path, new Uint8Array(statSync(path).size).fill(0xaa));
}

/** In the order in which they were made. */
function checkpointFolders({ folder }: RocksDBDatabases): readonly string[] {
  const number = (name: string): number => Number(name.split("-")[1]);
  return readdirSync(folder)
    .filter((name) => name.startsWith("checkpoint-"))
    .sort((one, other) => number(one) - number(other));
}
