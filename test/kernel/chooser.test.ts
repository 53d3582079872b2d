// Choices: addressed, stateless, roughly even, and overridden one by one.
import fc from "fast-check";
import { expect, test } from "vitest";
import {
  ChoiceError,
  type ChoiceOverride,
  choiceKey,
  choiceKind,
  FirstChooser,
  OverriddenChooser,
  SeededChooser,
} from "../../sim/kernel/chooser.ts";
import { Incarnation, Place } from "../../sim/kernel/place.ts";

const DELAY = choiceKind("delay");
const at = (name: string, number = 0): Incarnation => new Incarnation(new Place(name), number);

test("SeededChooser answers the same question the same way, whatever it was asked in between", () => {
  const address = fc.record({
    kind: fc.string().map(choiceKind),
    at: fc.tuple(fc.string(), fc.nat(3)).map(([name, number]) => at(name, number)),
    ordinal: fc.nat(),
  });
  const property = fc.property(fc.array(address), fc.nat(), (addresses, seed) => {
    const forwards = new SeededChooser(seed);
    const backwards = new SeededChooser(seed);
    const first = addresses.map((one) => forwards.choose(one, 1000));
    const second = [...addresses].reverse().map((one) => backwards.choose(one, 1000));
    expect(second.reverse()).toEqual(first);
  });
  fc.assert(property);
});

test("SeededChooser's answers differ by each part of the address, and by the seed", () => {
  const base = { kind: DELAY, at: at("map-1", 1), ordinal: 5 };
  const others = [
    { ...base, kind: choiceKind("jitter") },
    { ...base, at: at("map-2", 1) },
    { ...base, at: at("map-1", 2) },
    { ...base, ordinal: 6 },
  ];
  const chooser = new SeededChooser(7);
  const bound = 2 ** 32;
  const answers = [base, ...others].map((address) => chooser.choose(address, bound));
  answers.push(new SeededChooser(8).choose(base, bound));
  expect(new Set(answers).size).toBe(answers.length);
});

test.each([2, 3, 10, 1000])("SeededChooser is even over %i values, roughly", (bound) => {
  const chooser = new SeededChooser(1);
  const place = at("map-1");
  const draws = 200 * bound;
  const counts = Array.from({ length: bound }, () => 0);
  for (let ordinal = 0; ordinal < draws; ordinal++) {
    const value = chooser.choose({ kind: DELAY, at: place, ordinal }, bound);
    counts[value] = (counts[value] ?? 0) + 1;
  }
  const chiSquare = counts.reduce((sum, count) => sum + (count - 200) ** 2 / 200, 0);
  // Its mean is bound - 1, its variance twice that; six standard deviations.
  expect(Math.abs(chiSquare - (bound - 1))).toBeLessThan(6 * Math.sqrt(2 * bound));
});

test("SeededChooser keeps to any bound from 1 to 2^32", () => {
  const chooser = new SeededChooser(3);
  const property = fc.property(fc.integer({ min: 1, max: 2 ** 32 }), fc.nat(), (bound, ordinal) => {
    const value = chooser.choose({ kind: DELAY, at: at("map-1"), ordinal }, bound);
    expect(Number.isInteger(value) && value >= 0 && value < bound).toBe(true);
  });
  fc.assert(property);
});

test("SeededChooser's ties have 31 bits and count their own ordinals by incarnation", () => {
  const chooser = new SeededChooser(3);
  const place = at("map-1");
  const ties = Array.from({ length: 100 }, () => chooser.tie(place));
  expect(new Set(ties).size).toBe(100);
  expect(ties.every((tie) => tie >= 0 && tie < 2 ** 31)).toBe(true);
  const again = at("map-1");
  expect(Array.from({ length: 100 }, () => chooser.tie(again))).toEqual(ties);
});

test("FirstChooser answers 0", () => {
  const chooser = new FirstChooser();
  expect([chooser.choose(), chooser.tie()]).toEqual([0, 0]);
});

test("choiceKey writes an address", () => {
  expect(choiceKey({ kind: DELAY, at: at("source-1->count-2/0", 3), ordinal: 4 })).toBe(
    "delay@source-1->count-2/0#3:4",
  );
});

test("OverriddenChooser answers the named choices as told, and all others as its base", () => {
  const base = new SeededChooser(9);
  const used: ChoiceOverride[] = [];
  const overrides = [
    { key: "delay@map-1#0:1", value: 42 },
    { key: "delay@map-9#0:0", value: 1 },
  ];
  const chooser = new OverriddenChooser(base, overrides, (override) => used.push(override));
  const answers = [0, 1, 2].map((ordinal) =>
    chooser.choose({ kind: DELAY, at: at("map-1"), ordinal }, 100),
  );
  const plain = [0, 1, 2].map((ordinal) =>
    base.choose({ kind: DELAY, at: at("map-1"), ordinal }, 100),
  );
  expect(answers).toEqual([plain[0], 42, plain[2]]);
  expect(used).toEqual([overrides[0]]);
  expect(chooser.unused).toEqual(["delay@map-9#0:0"]);
});

test("OverriddenChooser overrides single ties and shifts no other", () => {
  const key = "tie@map-1#0:1";
  const plain = new SeededChooser(9);
  const chooser = new OverriddenChooser(plain, [{ key, value: 5 }], () => {});
  const [one, other] = [at("map-1"), at("map-1")];
  const expected = [0, 1, 2].map(() => plain.tie(one));
  expect([0, 1, 2].map(() => chooser.tie(other))).toEqual([expected[0], 5, expected[2]]);
});

test.each([-1, 10, 1.5, Number.NaN])("OverriddenChooser refuses the value %d", (value) => {
  const overrides = [{ key: "delay@map-1#0:0", value }];
  const chooser = new OverriddenChooser(new FirstChooser(), overrides, () => {});
  const choose = (): number => chooser.choose({ kind: DELAY, at: at("map-1"), ordinal: 0 }, 10);
  expect(choose).toThrow(ChoiceError);
  expect(choose).toThrow(/"delay@map-1#0:0": found .*, allowed are whole numbers from 0 to 9$/);
});
