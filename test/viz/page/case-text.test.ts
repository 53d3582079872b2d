// A case in a link comes out as it went in, and a damaged one is noticed.
import fc from "fast-check";
import { afterEach, expect, test, vi } from "vitest";
import type { Case } from "../../../sim/harness/case.ts";
import { caseOfText, caseText } from "../../../viz/page/case-text.ts";

const cases: fc.Arbitrary<Case> = fc.record(
  {
    scenario: fc.string({ unit: "grapheme" }),
    seed: fc.maxSafeInteger(),
    config: fc.dictionary(fc.string(), fc.oneof(fc.string(), fc.integer(), fc.boolean())),
    faults: fc.array(
      fc.record({ what: fc.string(), where: fc.string(), when: fc.record({ at: fc.nat() }) }),
    ),
    edits: fc.array(fc.string()),
  },
  { requiredKeys: ["scenario"] },
);

afterEach(() => vi.unstubAllGlobals());

test("caseOfText takes caseText back", async () => {
  await fc.assert(
    fc.asyncProperty(cases, async (request) => {
      const text = await caseText(request);
      expect(text).toMatch(/^z[\w-]+$/);
      expect(await caseOfText(text)).toEqual(JSON.parse(JSON.stringify(request)));
    }),
  );
});

test("caseText writes plain JSON where nothing can deflate", async () => {
  vi.stubGlobal("CompressionStream", undefined);
  const request: Case = { scenario: "word-count", seed: 7 };
  const text = await caseText(request);
  expect(text.startsWith("j")).toBe(true);
  expect(await caseOfText(text)).toEqual(request);
});

test("caseText is short enough for a message", async () => {
  const request: Case = {
    scenario: "word-count",
    config: { "recording.level": "network" },
    seed: 7,
    faults: [
      {
        what: "task-throws",
        where: "count-1",
        when: { after: { event: "barrier-received", place: "count-1", attempt: 0, nth: 2 } },
      },
    ],
    overrides: [],
    data: [],
    edits: [],
  };
  expect((await caseText(request)).length).toBeLessThan(300);
});

test("caseOfText refuses what was cut off or is no case", async () => {
  const text = await caseText({ scenario: "word-count", seed: 7 });
  expect(await caseOfText(text.slice(0, -6))).toBeUndefined();
  expect(await caseOfText("z!!!")).toBeUndefined();
  expect(await caseOfText(`j${btoa("42")}`)).toBeUndefined();
});
