// The real RocksDB does what a sorted map does, whatever is asked of it and in whatever order.
// Where the binding exists, these tests fail without it: CI must notice that npm has left it out.
import fc from "fast-check";
import { afterAll, expect, test } from "vitest";
import type { NativeDatabase } from "../../../sim/runtime/state/rocksdb/native-database.ts";
import { newDatabases } from "./databases.ts";

const databases = newDatabases();
afterAll(() => databases.close());

const isSoak = process.env["CLEANCUT_SOAK"] === "1";

/** Pairs in the order of their keys, which are written in hexadecimal: its order is that of the bytes. */
class SortedMap {
  readonly #values = new Map<string, Uint8Array>();

  constructor(values: Iterable<readonly [string, Uint8Array]> = []) {
    this.#values = new Map(values);
  }

  get(key: Uint8Array): Uint8Array | undefined {
    return this.#values.get(hex(key));
  }

  put(key: Uint8Array, value: Uint8Array): void {
    this.#values.set(hex(key), value);
  }

  delete(key: Uint8Array): void {
    this.#values.delete(hex(key));
  }

  entries(from: Uint8Array, to: Uint8Array | undefined): [string, string][] {
    return [...this.#values]
      .filter(([key]) => key >= hex(from) && (to === undefined || key < hex(to)))
      .sort(([one], [other]) => (one < other ? -1 : 1))
      .map(([key, value]) => [key, hex(value)]);
  }

  copy(): SortedMap {
    return new SortedMap(this.#values);
  }
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("hex");
}

interface Model {
  open: SortedMap;
  readonly kept: Map<string, SortedMap>;
}

interface Real {
  open: NativeDatabase;
}

/** Names are used once by all runs of the property together. */
let checkpoints = 0;

type Step = fc.Command<Model, Real>;

const step = (text: string, run: (model: Model, real: Real) => void): Step => ({
  check: () => true,
  run,
  toString: () => text,
});

/** Few bytes, so that keys meet; the borders of a byte among them. */
const key = fc
  .array(fc.constantFrom(0x00, 0x01, 0x7f, 0x80, 0xfe, 0xff), { maxLength: 3 })
  .map((bytes) => Uint8Array.from(bytes));
const value = fc.oneof(
  fc.uint8Array({ maxLength: 8 }),
  // Around the sizes from which a value lies in a blob file, and no longer fits into the shared buffer.
  fc
    .tuple(fc.constantFrom(2047, 2048, 65_535, 65_536, 65_537), fc.nat(255))
    .map(([length, byte]) => new Uint8Array(length).fill(byte)),
);

const put = fc.tuple(key, value).map(([at, bytes]) =>
  step(`put ${hex(at)} ${bytes.length} bytes`, (model, real) => {
    model.open.put(at, bytes);
    real.open.put(at, bytes);
  }),
);

const steps = [
  put,
  put,
  key.map((at) =>
    step(`delete ${hex(at)}`, (model, real) => {
      model.open.delete(at);
      real.open.delete(at);
    }),
  ),
  key.map((at) =>
    step(`get ${hex(at)}`, (model, real) => {
      expect(real.open.get(at)).toEqual(model.open.get(at));
    }),
  ),
  fc.tuple(key, fc.option(key, { nil: undefined })).map(([from, to]) =>
    step(`entries ${hex(from)} ${to && hex(to)}`, (model, real) => {
      expectEntries(real.open, model.open, from, to);
    }),
  ),
  fc.constant(
    step("checkpoint", (model, real) => {
      const name = `chk/${checkpoints++}`;
      real.open.checkpoint(name);
      model.kept.set(name, model.open.copy());
    }),
  ),
  fc.nat().map((choice) =>
    step(`restore ${choice}`, (model, real) => {
      const [name, kept] = [...model.kept][choice % Math.max(model.kept.size, 1)] ?? [];
      real.open.close();
      real.open = databases.open(name);
      model.open = kept?.copy() ?? new SortedMap();
      expectEntries(real.open, model.open, new Uint8Array(), undefined);
    }),
  ),
  fc.nat().map((choice) =>
    step(`drop ${choice}`, (model) => {
      const name = [...model.kept.keys()][choice % Math.max(model.kept.size, 1)];
      if (name === undefined) return;
      databases.drop(name);
      model.kept.delete(name);
    }),
  ),
];

function expectEntries(
  real: NativeDatabase,
  model: SortedMap,
  from: Uint8Array,
  to: Uint8Array | undefined,
): void {
  const found = real.entries(from, to).map(([at, bytes]) => [hex(at), hex(bytes)]);
  expect(found).toEqual(model.entries(from, to));
}

test("RocksDBDatabases agree with a sorted map", () => {
  fc.assert(
    fc.property(fc.commands(steps, { maxCommands: 40 }), (commands) => {
      const model: Model = { open: new SortedMap(), kept: new Map() };
      const real: Real = { open: databases.open() };
      try {
        fc.modelRun(() => ({ model, real }), commands);
        expectEntries(real.open, model.open, new Uint8Array(), undefined);
      } finally {
        for (const name of model.kept.keys()) databases.drop(name);
        real.open.close();
      }
    }),
    { numRuns: isSoak ? 5_000 : 200 },
  );
});
