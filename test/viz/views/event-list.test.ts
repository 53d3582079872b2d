// The event list without its list: what filters let through on a real run, how long runs are looked through, which
// rows are drawn.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { TraceEvent } from "../../../sim/trace/trace-event.ts";
import { type Notes, withNote } from "../../../viz/page/run-notes.ts";
import { filterTest, parseFilter, searchTest } from "../../../viz/views/event-list/event-filter.ts";
import { EventScan } from "../../../viz/views/event-list/event-scan.ts";
import { ROW_HEIGHT, rowsIn, scrolledTo } from "../../../viz/views/event-list/event-window.ts";
import { dies, modelOfCase, recorded } from "../model/recorded-model.ts";

const model = modelOfCase(
  recorded({ scenario: "word-count", seed: 7, faults: [dies("task-manager-2", 160_000)] }),
);
const NO_NOTES: Notes = new Map();
const events = Array.from({ length: model.count }, (_, index) => model.event(index));

describe("a filter", () => {
  const isAbout = (event: TraceEvent, id: number): boolean =>
    "checkpoint" in event && event.checkpoint === id;

  test.each<readonly [string, (event: TraceEvent) => boolean]>([
    ["", () => true],
    ["checkpoint=2", (event) => isAbout(event, 2)],
    ["ckpt=2 kind=barrier-*", (event) => isAbout(event, 2) && event.kind.startsWith("barrier-")],
    [
      "kind=*-received -kind=buffer-*",
      ({ kind }) => /-received$/.test(kind) && !/^buffer/.test(kind),
    ],
    ["kind!=buffer-* kind=*sent", ({ kind }) => kind === "message-sent"],
    [
      "place=source-2 kind=record-*",
      ({ kind, place }) => place === "source-2" && /^record-/.test(kind),
    ],
    [
      "attempt=1 place=count-1 kind=record-processed",
      (event) => {
        return (
          event.incarnation === 1 && event.place === "count-1" && event.kind === "record-processed"
        );
      },
    ],
    ["event>=100 event<110", ({ index }) => index >= 100 && index < 110],
    ["time<=0.1 -time<0.09", ({ time }) => time <= 100_000 && time >= 90_000],
    ["-checkpoint=0 kind=snapshot-taken", ({ kind }) => kind === "snapshot-taken"],
    ["back-pressured", ({ kind }) => kind === "output-blocked"],
    ['DURABLY "newest completed"', () => false],
    ['"is complete at the job master"', ({ kind }) => kind === "checkpoint-completed"],
  ])("%s", (text, isMeant) => {
    expect(matching(text)).toEqual(events.filter(isMeant).map(({ index }) => index));
  });

  test("by place takes in the channels that end there", () => {
    const found = matching("place=count-1 kind=channel-blocked");
    expect(found.length).toBeGreaterThan(0);
    for (const index of found) expect(model.event(index).place).toMatch(/->count-1\//);
  });

  test("with a star in it takes other signs as they are", () => {
    expect(matching("place=source-1->count-1/0").length).toBeGreaterThan(0);
    expect(matching("place=source.1")).toEqual([]);
  });

  test("of a field that no event has, or a number that is none, is told", () => {
    expect(parseFilter("plcae=count-1")).toEqual({
      kind: "unknown-field",
      field: "plcae",
      known: ["checkpoint", "place", "kind", "attempt", "event", "time"],
    });
    expect(parseFilter("checkpoint=two")).toEqual({
      kind: "wrong-number",
      field: "checkpoint",
      found: "two",
    });
    expect(parseFilter("checkpoint=")).toMatchObject({ kind: "wrong-number", found: "" });
    expect(parseFilter('"a=b" x')).toMatchObject({ kind: "filter", terms: [{ text: "a=b" }, {}] });
  });

  test("looks through the notes of its run too", () => {
    const note = { digest: model.digest, event: 405, text: "Why here?" };
    const notes = withNote(withNote(NO_NOTES, note), { ...note, digest: "another", event: 3 });
    for (const language of ["en", "zh"] as const) {
      expect(scan(searchTest(" why HERE", model, { language, notes }))).toEqual([405]);
      expect(scan(searchTest("why here", model, { language, notes: NO_NOTES }))).toEqual([]);
    }
  });

  test("in Chinese looks through the Chinese sentences", () => {
    const found = scan((index) =>
      searchTest("反压", model, { language: "zh", notes: NO_NOTES })(index),
    );
    expect(found).toEqual(
      events
        .filter(({ index }) => model.sentence(index, "zh").includes("反压"))
        .map(({ index }) => index),
    );
  });
});

describe("EventScan", () => {
  test("finds the same however often it is interrupted", () => {
    fc.assert(
      fc.property(
        fc.nat(2_000),
        fc.integer({ min: 1, max: 9 }),
        fc.integer({ min: 1, max: 50 }),
        (count, every, patience) => {
          const found = new EventScan(count, (index) => index % every === 0);
          let slices = 0;
          while (!found.isComplete) {
            let asked = 0;
            found.advance(() => ++asked < patience);
            slices++;
          }
          expect(slices).toBeLessThanOrEqual(count / (patience * 64) + 1);
          expect(found.found).toEqual(
            Array.from({ length: count }, (_, index) => index).filter(
              (index) => index % every === 0,
            ),
          );
        },
      ),
    );
  });

  test("tells the last event found at or before another", () => {
    const found = new EventScan(100, (index) => index % 10 === 5);
    found.advance(() => true);
    expect([-1, 4, 5, 6, 15, 99].map((index) => found.positionOf(index))).toEqual([
      -1, -1, 0, 0, 1, 9,
    ]);
  });

  test("looks for a sentence through 100,000 events in slices that hold nobody up", () => {
    const test = searchTest("barrier of checkpoint 1", model, { language: "en", notes: NO_NOTES });
    const found = new EventScan(100_000, (index) => test(index % model.count));
    let slices = 0;
    while (!found.isComplete) {
      let looks = 0;
      found.advance(() => looks++ < 20);
      slices++;
    }
    expect(slices).toBeGreaterThan(1);
    expect(found.found.length).toBeGreaterThan(100);
  });
});

describe("the window", () => {
  const arbitrary = fc.record({
    top: fc.nat(1_000_000),
    height: fc.integer({ min: 3 * ROW_HEIGHT, max: 1_500 }),
    count: fc.integer({ min: 1, max: 100_000 }),
  });

  test("draws every row that is seen, and few that are not", () => {
    fc.assert(
      fc.property(arbitrary, ({ top, height, count }) => {
        const { first, end } = rowsIn({ top, height }, count);
        expect(first).toBeGreaterThanOrEqual(0);
        expect(end).toBeLessThanOrEqual(count);
        expect(end - first).toBeLessThanOrEqual(height / ROW_HEIGHT + 18);
        const last = Math.ceil((top + height) / ROW_HEIGHT);
        for (let row = Math.floor(top / ROW_HEIGHT); row < Math.min(count, last); row++) {
          expect(row).toBeGreaterThanOrEqual(first);
          expect(row).toBeLessThan(end);
        }
      }),
    );
  });

  test("is scrolled so that a row is seen whole, and not at all if it is already", () => {
    fc.assert(
      fc.property(arbitrary, fc.nat(50_000), ({ top, height }, row) => {
        const scrolled = scrolledTo(row, { top, height });
        expect(scrolled).toBeLessThanOrEqual(row * ROW_HEIGHT);
        expect(scrolled + height).toBeGreaterThanOrEqual((row + 1) * ROW_HEIGHT);
        expect(scrolledTo(row, { top: scrolled, height })).toBe(scrolled);
      }),
    );
  });
});

function matching(text: string): readonly number[] {
  const filter = parseFilter(text);
  if (filter.kind !== "filter") throw new Error(`Cannot test: ${text} is no filter`);
  return scan(filterTest(filter.terms, model, { language: "en", notes: NO_NOTES }));
}

function scan(test: (index: number) => boolean): readonly number[] {
  const found = new EventScan(model.count, test);
  found.advance(() => true);
  return found.found;
}
