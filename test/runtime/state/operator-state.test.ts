// Operator lists: copies at the snapshot, and Flink's redistribution.

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { InvariantViolation } from "../../../sim/kernel/invariant.ts";
import { SerializationError } from "../../../sim/kernel/serialization-error.ts";
import { operatorStateMetasOf } from "../../../sim/runtime/state/operator-snapshot-format.ts";
import { OperatorStateBackend } from "../../../sim/runtime/state/operator-state.ts";
import {
  type OperatorStateMeta,
  redistributeOperatorState,
} from "../../../sim/runtime/state/operator-state-redistribution.ts";
import {
  ListStateDescriptor,
  MapStateDescriptor,
} from "../../../sim/runtime/state/state-descriptor.ts";
import { StateMigrationError } from "../../../sim/runtime/state/state-errors.ts";
import { Types } from "../../../sim/runtime/state/type-information.ts";
import type { TypeSerializer } from "../../../sim/runtime/state/type-serializer.ts";

const offsets = new ListStateDescriptor("offsets", Types.LIST(Types.INT));
const rules = new MapStateDescriptor("rules", Types.INT, Types.STRING);
const seen = new ListStateDescriptor("seen", Types.STRING);

function restored(
  snapshots: readonly Uint8Array[],
  parallelism: number,
): readonly OperatorStateBackend[] {
  return redistributeOperatorState(snapshots.map(operatorStateMetasOf), parallelism).map(
    (shares) => {
      const backend = new OperatorStateBackend();
      backend.restore(snapshots, shares);
      return backend;
    },
  );
}

describe("OperatorStateBackend", () => {
  test("a snapshot is a copy of its moment", () => {
    const backend = new OperatorStateBackend();
    const list = backend.getListState(offsets);
    list.add([1, 2]);
    const bytes = backend.snapshot();
    list.get()[0]?.push(3);
    list.add([4]);
    const [again] = restored([bytes], 1);
    expect(again?.snapshot()).toEqual(bytes);
    expect(again?.getListState(offsets).get()).toEqual([[1, 2]]);
    expect(again?.snapshot()).toEqual(bytes);
  });

  test("behaves like arrays", () => {
    const anyList = fc.array(fc.string());
    fc.assert(
      fc.property(anyList, anyList, anyList, (first, second, third) => {
        const list = new OperatorStateBackend().getListState(seen);
        list.update(first);
        list.addAll(second);
        for (const text of third) list.add(text);
        expect(list.get()).toEqual([...first, ...second, ...third]);
        list.addAll(list.get());
        expect(list.get().length).toBe(2 * (first.length + second.length + third.length));
        list.clear();
        expect(list.get()).toEqual([]);
      }),
    );
  });

  test("redistribution keeps every element of a split list once, and gives all of a union list to all", () => {
    const anyOld = fc.array(fc.array(fc.string()), { minLength: 1, maxLength: 5 });
    fc.assert(
      fc.property(anyOld, fc.integer({ min: 1, max: 6 }), (old, parallelism) => {
        const snapshots = old.map((texts) => {
          const backend = new OperatorStateBackend();
          backend.getListState(seen).update(texts);
          backend.getUnionListState(offsets).update(texts.map((text) => [text.length]));
          return backend.snapshot();
        });
        const lists = restored(snapshots, parallelism).map((backend) => ({
          split: backend.getListState(seen).get(),
          union: backend.getUnionListState(offsets).get(),
        }));
        const pooled = old.flat();
        expect(lists.flatMap(({ split }) => split)).toEqual(pooled);
        for (const { union } of lists) expect(union).toEqual(pooled.map((text) => [text.length]));
        if (parallelism === old.length) expect(lists.map(({ split }) => split)).toEqual(old);
      }),
    );
  });

  test("entries shows the lists by name, also those restored and not yet claimed", () => {
    const backend = new OperatorStateBackend();
    backend.getUnionListState(seen).add("a");
    backend.getListState(offsets).add([1]);
    const entries = [
      { state: "offsets", mode: "split-distribute", elements: [[1]] },
      { state: "seen", mode: "union", elements: ["a"] },
    ];
    expect(backend.entries()).toEqual(entries);
    expect(restored([backend.snapshot()], 1)[0]?.entries()).toEqual(entries);
  });

  test("without a list a snapshot has no bytes", () => {
    expect(new OperatorStateBackend().snapshot()).toEqual(new Uint8Array(0));
    expect(operatorStateMetasOf(new Uint8Array(0))).toEqual([]);
  });

  test("broadcast state behaves like a Map, whose copies come back equal whatever their history", () => {
    const anyStep = fc.tuple(fc.constantFrom("put", "remove", "clear"), fc.integer(), fc.string());
    fc.assert(
      fc.property(fc.array(anyStep), (steps) => {
        const backend = new OperatorStateBackend();
        const state = backend.getBroadcastState(rules);
        const model = new Map<number, string>();
        for (const [what, key, value] of steps) {
          if (what === "put") {
            state.put(key, value);
            model.set(key, value);
          } else if (what === "remove") {
            state.remove(key);
            model.delete(key);
          } else if (key % 8 === 0) {
            state.clear();
            model.clear();
          }
          expect(state.get(key)).toBe(model.get(key));
          expect(state.contains(key)).toBe(model.has(key));
        }
        expect(new Map(state.entries())).toEqual(model);
        const bytes = backend.snapshot();
        for (const again of restored([bytes, bytes], 3)) {
          expect(new Map(again.getBroadcastState(rules).entries())).toEqual(model);
          expect(again.snapshot()).toEqual(bytes);
        }
        const other = new OperatorStateBackend();
        other.getBroadcastState(rules).putAll([...model].reverse());
        expect(other.snapshot()).toEqual(bytes);
      }),
    );
  });

  test("refuses one name for two modes or types, and restoring into what is in use", () => {
    const backend = new OperatorStateBackend();
    const list = backend.getListState(seen);
    expect(backend.getListState(seen)).toBe(list);
    list.add("a");
    expect(() => backend.getUnionListState(seen)).toThrow(
      'Cannot use operator state "seen": it is declared as union of string/1, expected split-distribute of string/1 as before',
    );
    const bytes = backend.snapshot();
    const [again] = restored([bytes], 1);
    const other: TypeSerializer<number> = Types.INT;
    expect(() => again?.getListState(new ListStateDescriptor("seen", other))).toThrow(
      StateMigrationError,
    );
    const asMap = new MapStateDescriptor("seen", Types.STRING, Types.INT);
    expect(() => again?.getBroadcastState(asMap)).toThrow(
      'Cannot use operator state "seen": it is declared as broadcast of ',
    );
    expect(() => backend.restore([bytes], [])).toThrow(InvariantViolation);
  });

  test("refuses broken bytes by name", () => {
    const backend = new OperatorStateBackend();
    backend.getListState(seen).addAll(["a", "bc"]);
    const bytes = backend.snapshot();
    for (let at = 0; at < bytes.length; at++) {
      for (const byte of [0, 1, 0x7f, 0x80, 0xff]) {
        const rotten = bytes.with(at, byte);
        try {
          new OperatorStateBackend().restore(
            [rotten],
            [{ oldSubtask: 0, state: "seen", start: 0, end: 2 }],
          );
        } catch (error) {
          const isNamed =
            error instanceof SerializationError || String(error).includes("operator state");
          expect(isNamed).toBe(true);
        }
      }
      if (at > 0)
        expect(() => operatorStateMetasOf(bytes.slice(0, at))).toThrow(SerializationError);
    }
  });
});

describe("redistributeOperatorState", () => {
  const split = (name: string, elementCount: number): OperatorStateMeta => {
    return { name, mode: "split-distribute", elementCount };
  };
  const countsOf = (
    old: readonly (readonly OperatorStateMeta[])[],
    parallelism: number,
    state: string,
  ) =>
    redistributeOperatorState(old, parallelism).map((shares) =>
      shares.reduce((sum, share) => sum + (share.state === state ? share.end - share.start : 0), 0),
    );

  test("cuts the pooled elements into contiguous shares, the first ones larger", () => {
    expect(redistributeOperatorState([[split("s", 3)], [split("s", 2)]], 3)).toEqual([
      [{ oldSubtask: 0, state: "s", start: 0, end: 2 }],
      [
        { oldSubtask: 0, state: "s", start: 2, end: 3 },
        { oldSubtask: 1, state: "s", start: 0, end: 1 },
      ],
      [{ oldSubtask: 1, state: "s", start: 1, end: 2 }],
    ]);
  });

  test("begins the next state's larger shares where the last one's ended", () => {
    const old = [[split("a", 4), split("b", 2), split("c", 4)]];
    expect(countsOf(old, 3, "a")).toEqual([2, 1, 1]);
    expect(countsOf(old, 3, "b")).toEqual([0, 1, 1]);
    expect(countsOf(old, 3, "c")).toEqual([2, 1, 1]);
  });

  test("two new subtasks never differ by more than one element over all split states", () => {
    const anyMetas = fc
      .dictionary(fc.constantFrom("a", "b", "c", "d"), fc.nat(9), { noNullPrototype: true })
      .map((counts) => Object.entries(counts).map(([name, count]) => split(name, count)));
    fc.assert(
      fc.property(
        fc.array(anyMetas, { minLength: 1, maxLength: 9 }),
        fc.integer({ min: 1, max: 9 }),
        (old, parallelism) => {
          fc.pre(old.length !== parallelism);
          const totals = redistributeOperatorState(old, parallelism).map((shares) =>
            shares.reduce((sum, { start, end }) => sum + end - start, 0),
          );
          expect(Math.max(...totals) - Math.min(...totals)).toBeLessThanOrEqual(1);
          const count = old.flat().reduce((sum, { elementCount }) => sum + elementCount, 0);
          expect(totals.reduce((sum, total) => sum + total, 0)).toBe(count);
        },
      ),
    );
  });
});
