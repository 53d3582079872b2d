// The tree against a plain sorted map: random writes, flushes, merges, walks, held versions and reopenings, at sizes at
// which everything happens often.

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { SerializationError } from "../../../../sim/kernel/serialization-error.ts";
import { instant } from "../../../../sim/kernel/virtual-time.ts";
import { compareBytes, endOfPrefix } from "../../../../sim/runtime/state/rocksdb/byte-order.ts";
import { LsmTree } from "../../../../sim/runtime/state/rocksdb/lsm-tree.ts";
import type { LsmTreeOptions } from "../../../../sim/runtime/state/rocksdb/lsm-tree-options.ts";
import { SortedFile } from "../../../../sim/runtime/state/rocksdb/sorted-file.ts";
import {
  nameOfSortedFile,
  parseSortedFile,
} from "../../../../sim/runtime/state/rocksdb/sorted-file-format.ts";
import type { TreeVersion } from "../../../../sim/runtime/state/rocksdb/tree-version.ts";
import { manyRuns } from "./many-runs.ts";

const SIZES: readonly (readonly [string, Partial<LsmTreeOptions>])[] = [
  ["RocksDB's own", {}],
  ["every write a file", { writeBufferSizeBytes: 1, maxBytesForLevelBase: 1, numLevels: 3 }],
  [
    "small files, many levels",
    {
      writeBufferSizeBytes: 60,
      level0FileNumCompactionTrigger: 2,
      maxBytesForLevelBase: 150,
      maxBytesForLevelMultiplier: 2,
      targetFileSizeBaseBytes: 50,
    },
  ],
  [
    "merges that take their time",
    {
      writeBufferSizeBytes: 60,
      level0FileNumCompactionTrigger: 2,
      maxBytesForLevelBase: 150,
      targetFileSizeBaseBytes: 50,
      compactionBytesPerSecond: 2_000_000,
    },
  ],
  ["two levels", { writeBufferSizeBytes: 100, level0FileNumCompactionTrigger: 1, numLevels: 2 }],
];

type Pair = readonly [Uint8Array, Uint8Array];

/** What a tree should hold, as pairs in order. */
class PlainMap {
  pairs: readonly Pair[] = [];

  put(key: Uint8Array, value: Uint8Array): void {
    this.delete(key);
    const pairs: Pair[] = [...this.pairs, [key, value]];
    this.pairs = pairs.sort(([left], [right]) => compareBytes(left, right));
  }

  delete(key: Uint8Array): void {
    this.pairs = this.pairs.filter(([other]) => compareBytes(other, key) !== 0);
  }
}

interface Model {
  readonly map: PlainMap;
  readonly held: (readonly Pair[])[];
}

interface Real {
  tree: LsmTree;
  readonly options: Partial<LsmTreeOptions>;
  /** The clock that merges go by: ten microseconds a step, in which 20 bytes are merged where that takes time. */
  readonly clock: { now: number };
  readonly held: TreeVersion[];
  /** What each file was when it was first seen. */
  readonly files: Map<string, string>;
}

class Step implements fc.Command<Model, Real> {
  readonly #name: string;
  readonly #run: (model: Model, real: Real) => void;

  constructor(name: string, run: (model: Model, real: Real) => void) {
    this.#name = name;
    this.#run = run;
  }
  check(): boolean {
    return true;
  }
  run(model: Model, real: Real): void {
    real.clock.now += 10;
    this.#run(model, real);
    checkShape(real);
  }
  toString(): string {
    return this.#name;
  }
}

/** Levels below the first are sorted and do not overlap; no name ever means two files. */
function checkShape({ tree, files }: Real): void {
  const { levels } = tree.version();
  for (const [level, inLevel] of levels.entries()) {
    for (const [index, file] of inLevel.entries()) {
      const known = files.get(file.name);
      if (known === undefined) {
        expect(file.number).toBeLessThan(tree.nextFileNumber);
        files.set(file.name, file.hash);
      } else expect(file.hash).toBe(known);
      const before = inLevel[index - 1];
      if (before === undefined) continue;
      if (level === 0) expect(before.number).toBeGreaterThan(file.number);
      else expect(compareBytes(before.largest, file.smallest)).toBeLessThan(0);
    }
  }
}

function pairsOf(
  source: Pick<TreeVersion, "scan">,
  from = new Uint8Array(0),
  to?: Uint8Array,
): readonly Pair[] {
  const pairs: Pair[] = [];
  source.scan(from, to, (key, value) => {
    pairs.push([key.slice(), value.slice()]);
    return true;
  });
  return pairs;
}

function reopened(real: Real): LsmTree {
  const { tree, options, clock } = real;
  tree.flush();
  const files = tree.version().files.map(({ level, file }) => {
    const bytes = file.toBytes();
    expect(bytes.length).toBe(file.sizeBytes);
    return {
      level,
      file: new SortedFile({ number: file.number, ...parseSortedFile(file.name, bytes) }),
    };
  });
  const from = { files, nextFileNumber: tree.nextFileNumber };
  return new LsmTree({ options, from, now: () => instant(clock.now) });
}

const anyKey = fc
  .uint8Array({ maxLength: 3, max: 3 })
  .map((key) => key.map((byte) => [0, 1, 127, 255][byte] ?? 0));
const anyValue = fc.uint8Array({ maxLength: 12 });

const anyStep = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.tuple(anyKey, anyValue).map(
      ([key, value]) =>
        new Step(`put([${key}], [${value}])`, ({ map }, { tree }) => {
          map.put(key, value);
          tree.put(key, value);
        }),
    ),
  },
  {
    weight: 3,
    arbitrary: anyKey.map(
      (key) =>
        new Step(`delete([${key}])`, ({ map }, { tree }) => {
          map.delete(key);
          tree.delete(key);
        }),
    ),
  },
  {
    weight: 3,
    arbitrary: anyKey.map(
      (key) =>
        new Step(`get([${key}])`, ({ map }, { tree }) => {
          const [, expected] = map.pairs.find(([other]) => compareBytes(other, key) === 0) ?? [];
          expect(tree.get(key)?.slice()).toEqual(expected);
        }),
    ),
  },
  {
    weight: 2,
    arbitrary: fc.tuple(anyKey, fc.option(anyKey, { nil: undefined })).map(
      ([from, to]) =>
        new Step(`scan([${from}], [${to}])`, ({ map }, { tree }) => {
          const expected = map.pairs.filter(
            ([key]) =>
              compareBytes(from, key) <= 0 && (to === undefined || compareBytes(key, to) < 0),
          );
          expect(pairsOf(tree, from, to)).toEqual(expected);
        }),
    ),
  },
  fc.constant(new Step("flush", (_, { tree }) => tree.flush())),
  fc.constant(new Step("compact", (_, { tree }) => tree.compact())),
  fc.constant(
    new Step("hold", (model, { tree, held }) => {
      model.held.push(model.map.pairs);
      held.push(tree.version());
    }),
  ),
  fc.constant(
    new Step("read what is held", (model, { held }) => {
      const expected = model.held.shift();
      const version = held.shift();
      if (version !== undefined) expect(pairsOf(version)).toEqual(expected);
    }),
  ),
  fc.constant(
    new Step("reopen", (_, real) => {
      real.tree = reopened(real);
    }),
  ),
);

test("a merge shows its files when it is over, and what is flushed meanwhile stays outside it", () => {
  const clock = { now: 0 };
  const tree = new LsmTree({
    options: { level0FileNumCompactionTrigger: 2, compactionBytesPerSecond: 1_000_000 },
    now: () => instant(clock.now),
  });
  const write = (key: number): void => {
    tree.put(Uint8Array.of(key), Uint8Array.of(key));
    tree.flush();
  };
  const namesOf = (): readonly string[] => tree.version().files.map(({ file }) => file.name);
  write(1);
  write(2);
  tree.compact();
  write(3);
  expect(namesOf()).toEqual(["000003.sst", "000002.sst", "000001.sst"]);
  clock.now = 1_000;
  tree.flush();
  expect(namesOf()).toEqual(["000003.sst", "000004.sst"]);
  expect(pairsOf(tree).map(([key]) => key[0])).toEqual([1, 2, 3]);
});

describe("LsmTree agrees with a plain sorted map", () => {
  test.each(SIZES)("at sizes: %s", (_, options) => {
    fc.assert(
      fc.property(fc.commands([anyStep], { maxCommands: 120, size: "+1" }), (commands) => {
        const model: Model = { map: new PlainMap(), held: [] };
        const clock = { now: 0 };
        const tree = new LsmTree({ options, now: () => instant(clock.now) });
        const real: Real = { tree, options, clock, held: [], files: new Map() };
        fc.modelRun(() => ({ model, real }), commands);
        expect(pairsOf(real.tree)).toEqual(model.map.pairs);
        for (const [index, version] of real.held.entries()) {
          expect(pairsOf(version)).toEqual(model.held[index]);
        }
      }),
      manyRuns,
    );
  });
});

describe("LsmTree", () => {
  const bytes = (text: string): Uint8Array => Uint8Array.from(text, (char) => char.charCodeAt(0));

  test("numbers its files across every border of digits, and the newest is the newest", () => {
    for (const nextFileNumber of [1, 95, 999_998]) {
      const options = { level0FileNumCompactionTrigger: 100, writeBufferSizeBytes: 1 };
      const tree = new LsmTree({ options, from: { files: [], nextFileNumber } });
      for (let index = 0; index < 12; index++) tree.put(bytes("key"), bytes(`value ${index}`));
      const { files } = tree.version();
      expect(files.map(({ file }) => file.number)).toEqual(
        Array.from({ length: 12 }, (_, index) => nextFileNumber + 11 - index),
      );
      expect(tree.get(bytes("key"))?.slice()).toEqual(bytes("value 11"));
      const shuffled = files.toSorted((left, right) => (left.file.name < right.file.name ? -1 : 1));
      const again = new LsmTree({
        options,
        from: { files: shuffled, nextFileNumber: tree.nextFileNumber },
      });
      expect(again.get(bytes("key"))?.slice()).toEqual(bytes("value 11"));
    }
    expect([nameOfSortedFile(9), nameOfSortedFile(1_000_000)]).toEqual([
      "000009.sst",
      "1000000.sst",
    ]);
  });

  test("keeps a tombstone until nothing below can hold its key", () => {
    const tree = new LsmTree({
      options: { level0FileNumCompactionTrigger: 1, maxBytesForLevelBase: 1, numLevels: 4 },
    });
    tree.put(bytes("a"), bytes("1"));
    tree.flush();
    tree.compact();
    const levelsOf = () => tree.version().levels.map((files) => files.map(({ name }) => name));
    expect(levelsOf()).toEqual([[], [], [], ["000001.sst"]]);
    tree.delete(bytes("a"));
    tree.flush();
    expect(levelsOf()).toEqual([["000002.sst"], [], [], ["000001.sst"]]);
    tree.compact();
    expect(tree.version().files).toEqual([]);
    expect(tree.work).toMatchObject({ flushes: 2, compactions: 1, filesMoved: 5 });
  });

  test("counts what it writes and looks into", () => {
    const tree = new LsmTree({ options: { level0FileNumCompactionTrigger: 2 } });
    for (const key of ["a", "b"]) {
      tree.put(bytes("x"), bytes(key));
      tree.put(bytes(key), bytes("1"));
      tree.flush();
    }
    tree.get(bytes("x"));
    tree.get(bytes("a"));
    const flushed = tree.version().files.reduce((size, { file }) => size + file.sizeBytes, 0);
    expect(tree.work).toMatchObject({ gets: 2, filesProbed: 2, bytesFlushed: flushed });
    tree.compact();
    const [merged] = tree.version().files;
    expect(tree.work).toMatchObject({
      compactions: 1,
      bytesReadByCompaction: flushed,
      bytesWrittenByCompaction: merged?.file.sizeBytes,
    });
  });

  test("a version holds what it held while the memtable goes on", () => {
    const tree = new LsmTree();
    tree.put(bytes("a"), bytes("1"));
    const version = tree.version();
    tree.put(bytes("a"), bytes("2"));
    tree.put(bytes("b"), bytes("3"));
    expect(pairsOf(version)).toEqual([[bytes("a"), bytes("1")]]);
  });

  test("a filter's removal does not bring an older value to light", () => {
    const seen: string[] = [];
    const tree = new LsmTree({
      options: { level0FileNumCompactionTrigger: 2, numLevels: 3, maxBytesForLevelBase: 1 },
      startFilter: () => (_, value) => (value[0] === 50 ? undefined : value),
      filtered: (key) => void seen.push(String(key)),
    });
    for (const value of ["1", "1", "2", "2"]) {
      tree.put(bytes("a"), bytes(value));
      tree.put(bytes("b"), bytes("1"));
      tree.flush();
      tree.compact();
    }
    expect(pairsOf(tree)).toEqual([[bytes("b"), bytes("1")]]);
    expect(seen).toEqual(["97"]);
  });

  test("refuses sizes that cannot be", () => {
    expect(() => new LsmTree({ options: { numLevels: 1 } })).toThrow(
      "Cannot make a tree: numLevels is 1, expected a whole number from 2",
    );
  });
});

test("A sorted file that has changed in any byte, or is cut off, is refused by name", () => {
  const anyEntries = fc.array(fc.tuple(anyKey, anyValue), { minLength: 1, maxLength: 8 });
  fc.assert(
    fc.property(anyEntries, fc.nat(), fc.integer({ min: 1, max: 255 }), (entries, at, change) => {
      const tree = new LsmTree();
      for (const [key, value] of entries) tree.put(key, value);
      tree.flush();
      const [flushed] = tree.version().files;
      const whole = flushed?.file.toBytes() ?? new Uint8Array(0);
      const rotten = whole.slice();
      rotten[at % rotten.length] = (rotten[at % rotten.length] ?? 0) ^ change;
      for (const broken of [rotten, whole.slice(0, at % whole.length)]) {
        expect(() => parseSortedFile("000001.sst", broken)).toThrow(SerializationError);
        expect(() => parseSortedFile("000001.sst", broken)).toThrow(
          "Cannot read the sorted file 000001.sst",
        );
      }
    }),
    manyRuns,
  );
});

test("endOfPrefix is the first key after all that begin with it", () => {
  fc.assert(
    fc.property(anyKey, anyKey, (prefix, key) => {
      const end = endOfPrefix(prefix);
      const isPrefix = prefix.every((byte, index) => key[index] === byte);
      const isWithin =
        compareBytes(prefix, key) <= 0 && (end === undefined || compareBytes(key, end) < 0);
      expect(isWithin).toBe(isPrefix);
    }),
    manyRuns,
  );
});
