// A link says what it was made of: every one comes back as it went in, and nonsense says nothing.
import fc from "fast-check";
import { expect, test } from "vitest";
import { type DeepLink, hashOf, isOfOtherRun, parseHash } from "../../../viz/page/deep-link.ts";
import type { Entity } from "../../../viz/page/entity.ts";

const name = fc.string({ minLength: 1, unit: "grapheme" });
const count = fc.nat();

const entities: fc.Arbitrary<Entity> = fc.oneof(
  fc.record({ kind: fc.constantFrom("subtask", "channel", "host", "log"), name }),
  fc.record({ kind: fc.constant("checkpoint"), id: count }),
  fc.record({ kind: fc.constant("event"), index: count }),
  fc.record({ kind: fc.constant("record"), source: name, partition: count, offset: count }),
);

const perhaps = <Value>(value: fc.Arbitrary<Value>): fc.Arbitrary<Value | undefined> =>
  fc.option(value, { nil: undefined });

const links: fc.Arbitrary<DeepLink> = fc.record({
  lesson: perhaps(name),
  seed: perhaps(fc.oneof(fc.maxSafeNat(), fc.maxSafeInteger())),
  moment: perhaps(
    fc.oneof(
      fc.record({ kind: fc.constant("event"), index: fc.integer({ min: -1 }) }),
      fc.record({
        kind: fc.constant("time"),
        seconds: fc.nat().map((micros) => micros / 1_000_000),
      }),
      fc.record({ kind: fc.constant("stop"), number: count }),
    ),
  ),
  selection: perhaps(entities),
  look: perhaps(
    fc.record({
      mode: fc.constantFrom("explore", "lesson", "present"),
      theme: fc.constantFrom("light", "dark"),
      stepSize: fc.constantFrom("event", "beat", "phase"),
      timeAxis: fc.constantFrom("virtual", "logical"),
      cut: perhaps(count),
      isConeShown: fc.boolean(),
    }),
  ),
  movedEnds: perhaps(
    fc
      .array(fc.tuple(name, fc.integer({ min: -1 })), { minLength: 1 })
      .map((ends): ReadonlyMap<string, number> => new Map(ends)),
  ),
  filter: perhaps(name),
  language: perhaps(fc.constantFrom("en", "zh")),
  digest: perhaps(fc.stringMatching(/^[0-9a-f]{8}$/)),
  branch: perhaps(
    fc.record({ faultCount: count, cursorOn: fc.constantFrom("branch", "original") }),
  ),
  caseText: perhaps(fc.stringMatching(/^[jz][A-Za-z0-9_-]{1,80}$/)),
});

test("parseHash takes hashOf back", () => {
  fc.assert(
    fc.property(links, (link) => {
      expect(parseHash(hashOf(link))).toEqual(link);
    }),
  );
});

test("hashOf needs no escaping where an address stands", () => {
  fc.assert(
    fc.property(links, (link) => {
      const hash = hashOf(link);
      expect(new URL(hash, "file:///page.html").hash).toBe(hash === "#" ? "" : hash);
    }),
  );
});

test("parseHash understands the links that people write", () => {
  const link = parseHash("#s=L3&seed=42&e=t:1.017&sel=subtask:count-1&lang=zh&d=9f3c21aa");
  expect(link).toMatchObject({
    lesson: "L3",
    seed: 42,
    moment: { kind: "time", seconds: 1.017 },
    selection: { kind: "subtask", name: "count-1" },
    language: "zh",
    digest: "9f3c21aa",
  });
  expect(parseHash("#e=stop:2").moment).toEqual({ kind: "stop", number: 2 });
  expect(parseHash("#e=-1").moment).toEqual({ kind: "event", index: -1 });
});

test("parseHash passes over what it does not understand", () => {
  const nonsense =
    "#e=soon&sel=dragon:1&lang=xx&d=WRONG&b=-1&case=%%%&v=Q&m=count-1:1,b:&e&=&seed=1.5";
  for (const value of Object.values(parseHash(nonsense))) expect(value).toBeUndefined();
});

test("isOfOtherRun compares as many digits as the link has", () => {
  expect(isOfOtherRun({ digest: "9f3c" }, "9f3c21aa00")).toBe(false);
  expect(isOfOtherRun({ digest: "9f3d" }, "9f3c21aa00")).toBe(true);
  expect(isOfOtherRun({}, "9f3c21aa00")).toBe(false);
});
