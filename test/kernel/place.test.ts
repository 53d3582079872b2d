// Places and their lives.
import { expect, test } from "vitest";
import { Incarnation, Place, pairIncarnation } from "../../sim/kernel/place.ts";

test("Place's hash comes from its name alone", () => {
  expect(new Place("count-2").hash).toBe(new Place("count-2").hash);
  const names = Array.from({ length: 10_000 }, (_, index) => `count-${index}`);
  const hashes = names.map((name) => new Place(name).hash);
  expect(new Set(hashes).size).toBeGreaterThan(9_990);
});

test("Incarnation's hash tells lives and places apart", () => {
  const lives = ["a", "b"].flatMap((name) =>
    [0, 1, 2].map((n) => new Incarnation(new Place(name), n)),
  );
  expect(new Set(lives.map(({ hash }) => hash)).size).toBe(6);
});

test("Incarnation ends once, and counts its own ties", () => {
  const life = new Incarnation(new Place("count-1"), 0);
  expect(life.isAlive).toBe(true);
  life.end();
  life.end();
  expect(life.isAlive).toBe(false);
  expect([life.nextTie(), life.nextTie(), life.nextTie()]).toEqual([0, 1, 2]);
});

test("pairIncarnation gives each pair of ends a number of its own, equal ends their own", () => {
  expect(pairIncarnation(3, 3)).toBe(3);
  const pairs = new Set<number>();
  for (let one = 0; one < 30; one++) {
    for (let other = 0; other < 30; other++)
      if (one !== other) pairs.add(pairIncarnation(one, other));
  }
  expect(pairs.size).toBe(30 * 29);
});
