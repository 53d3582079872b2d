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

const notes = fc
  .array(
    fc.tuple(
      count,
      fc.oneof(name, fc.string({ minLength: 1, unit: fc.constantFrom(..."~01,:=&") })),
    ),
    {
      minLength: 1,
    },
  )
  .map((written): ReadonlyMap<number, string> => new Map(written));

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
  notes: perhaps(notes),
  notesBeside: perhaps(notes),
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
    "#e=soon&sel=dragon:1&lang=xx&d=WRONG&b=-1&case=%%%&v=Q&m=count-1:1,b:&e&=&seed=1.5&n=3:here,4&nb=-1:x";
  for (const value of Object.values(parseHash(nonsense))) expect(value).toBeUndefined();
});

test("a note reads as it was written but for what would part two notes", () => {
  const notes = new Map([
    [3, "why here, and not ~before?"],
    [12, "注"],
  ]);
  const hash = hashOf({ notes });
  expect(hash).toBe("#n=3:why%20here~1%20and%20not%20~0before%3F,12:%E6%B3%A8");
  expect(parseHash(hash).notes).toEqual(notes);
  for (const text of ["3:", "3", "x:here", "3:~2", "3:here,", "-1:x"]) {
    expect(parseHash(`#n=${text}`).notes, text).toBeUndefined();
  }
});

test("isOfOtherRun compares as many digits as the link has", () => {
  expect(isOfOtherRun({ digest: "9f3c" }, "9f3c21aa00")).toBe(false);
  expect(isOfOtherRun({ digest: "9f3d" }, "9f3c21aa00")).toBe(true);
  expect(isOfOtherRun({}, "9f3c21aa00")).toBe(false);
});
