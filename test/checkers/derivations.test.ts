// Ids of records, and digests of multisets of them.
import fc from "fast-check";
import { expect, test } from "vitest";
import { type Derivation, DerivationBag, Derivations } from "../../sim/checkers/derivations.ts";

const first = { vertex: 0, partition: 0, offset: 0 };

test("Derivations gives equal ways equal ids, and different ways different ones", () => {
  const ids = new Derivations(2);
  const root = ids.root(first);
  const one = ids.firstOutput(root, 0);
  const two = ids.nextOutput(one, 0);
  const other = ids.firstOutput(root, 1);
  const child = ids.firstOutput(one, 0);
  expect(new Set([root, one, two, other, child]).size).toBe(5);
  expect(ids.root(first)).toBe(root);
  expect(ids.nextOutput(ids.firstOutput(root, 0), 0)).toBe(two);
  for (const id of [root, one, two, other, child]) {
    expect(ids.originOf(id)).toEqual({ kind: "source-record", record: first });
  }
});

test("Derivations hashes an id by what it stands for, whoever asked first", () => {
  const forth = new Derivations(1);
  const back = new Derivations(1);
  const names = [0, 1, 2, 3].map((offset) => ({ vertex: 1, partition: 2, offset }));
  const childOf = (ids: Derivations, name: (typeof names)[number]): Derivation =>
    ids.firstOutput(ids.root(name), 0);
  for (const name of names) childOf(forth, name);
  for (const name of names.toReversed()) childOf(back, name);
  for (const name of names) {
    expect(back.hashOf(childOf(back, name))).toBe(forth.hashOf(childOf(forth, name)));
  }
});

test("DerivationBag tells multisets apart whatever the order, pairs included", () => {
  const hashes = fc.array(fc.integer({ min: 0, max: 6 }), { maxLength: 8 });
  fc.assert(
    fc.property(hashes, hashes, (left, right) => {
      const isEqual = String([...left].sort()) === String([...right].sort());
      expect(bagOf(left).equals(bagOf(right))).toBe(isEqual);
    }),
  );
  expect(bagOf([1, 1]).equals(bagOf([]))).toBe(false);
  expect(bagOf([1, 1, 2]).equals(bagOf([2]))).toBe(false);
});

test("DerivationBag forgets what is taken out, and a clone goes its own way", () => {
  const bag = bagOf([1, 2, 2]);
  const copy = bag.clone();
  copy.add(2, -1);
  expect(copy.equals(bagOf([1, 2]))).toBe(true);
  expect(bag.equals(bagOf([1, 2, 2]))).toBe(true);
});

function bagOf(hashes: readonly number[]): DerivationBag {
  const bag = new DerivationBag();
  for (const hash of hashes) bag.add(hash, 1);
  return bag;
}
