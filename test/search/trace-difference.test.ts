// Where two real traces part.
import { describe, expect, test } from "vitest";
import type { Case } from "../../sim/harness/case.ts";
import { traceOf } from "../../sim/node/trace-recording.ts";
import { differenceOf } from "../../sim/search/trace-difference.ts";
import { decodeEvents, type Trace } from "../../sim/trace/trace.ts";
import { runner } from "../support/runner.ts";

function traced(change: Partial<Case> = {}): Trace {
  const request = { scenario: "word-count", seed: 7, config: NETWORK, ...change };
  const trace = traceOf(runner.run(runner.prepare(request)));
  if (trace === undefined) throw new Error("Cannot test: nothing was recorded");
  return trace;
}

const NETWORK = { "recording.level": "network" };
const THROWS = {
  what: "task-throws",
  where: "count-1",
  when: { after: { event: "completion-received", place: "count-1", checkpoint: 1, nth: 1 } },
};

const calm = traced();

test("differenceOf finds nothing between a run and itself", () => {
  expect(differenceOf(calm, traced())).toEqual({
    cases: [],
    events: { one: calm.footer.events, other: calm.footer.events },
    common: calm.footer.events,
    first: undefined,
    firstInContent: undefined,
  });
});

describe("between a calm run and one with a fault", () => {
  const struck = traced({ faults: [THROWS] });
  const difference = differenceOf(calm, struck);

  test("differenceOf names the fault as the difference of the cases", () => {
    expect(difference.cases).toEqual([
      {
        part: "faults",
        one: [],
        other: ["task-throws at count-1, after its 1st completion-received of checkpoint 1"],
      },
    ]);
  });

  test("differenceOf finds all before the strike equal, and the strike first", () => {
    const events = decodeEvents(struck.blocks, struck.header.kinds);
    const failed = events.find(({ kind }) => kind === "task-failed");
    expect(difference.common).toBe(failed?.index);
    expect(difference.first).toMatchObject({
      kind: "event",
      other: {
        index: failed?.index,
        identity: "count-1#0 task-failed 1",
        causes: [{ identity: "count-1#0 completion-received 1" }],
      },
    });
  });

  test("differenceOf is the same from the other side", () => {
    const mirrored = differenceOf(struck, calm);
    expect(mirrored.common).toBe(difference.common);
    expect(mirrored.first?.one).toEqual(difference.first?.other);
    expect(mirrored.first?.other).toEqual(difference.first?.one);
    expect(mirrored.firstInContent?.one).toEqual(difference.firstInContent?.other);
  });
});

test("differenceOf tells a mere shift in time", () => {
  const slower = traced({ config: { ...NETWORK, "world.task.async-cost": "3 ms" } });
  const { cases, first, firstInContent } = differenceOf(calm, slower);
  expect(cases).toEqual([{ part: "config: world.task.async-cost", one: [], other: ["3 ms"] }]);
  expect(first?.kind).toBe("time");
  expect(first?.one?.identity).toBe(first?.other?.identity);
  expect(first?.one?.time).toBeLessThan(first?.other?.time ?? 0);
  expect(firstInContent).toBeUndefined();
});

test("differenceOf leads from another thing back to what both have, over what is shifted in time", () => {
  const other = traced({ seed: 21 });
  const { firstInContent, common } = differenceOf(calm, other);
  expect(firstInContent?.kind).toBe("contents");
  expect(firstInContent?.one?.identity).toBe(firstInContent?.other?.identity);
  const sides = [
    { side: firstInContent?.one, events: decodeEvents(calm.blocks, calm.header.kinds) },
    { side: firstInContent?.other, events: decodeEvents(other.blocks, other.header.kinds) },
  ];
  for (const { side, events } of sides) {
    const chain = [side?.index ?? -1, ...(side?.causes.map(({ index }) => index) ?? [])];
    expect(chain.length).toBeGreaterThan(2);
    for (const [at, index] of chain.slice(0, -1).entries()) {
      expect(events[index]?.cause).toBe(chain[at + 1]);
    }
    expect(chain.at(-1)).toBeLessThan(common);
    expect(chain.at(-2)).toBeGreaterThanOrEqual(common);
  }
});

test("differenceOf lists what differs of the cases, and only that", () => {
  const other = traced({
    seed: 8,
    faults: [THROWS],
    data: [{ source: "words", partition: 0, offset: 2, drop: true }],
    overrides: [{ key: "tie@source-1#0:3", value: 7 }],
  });
  expect(differenceOf(calm, other).cases.map(({ part }) => part)).toEqual([
    "seed",
    "faults",
    "overrides",
    "data",
  ]);
});

test("differenceOf compares at the lower level of the two", () => {
  const low = traced({ config: { "recording.level": "protocol" } });
  const { first, common, cases } = differenceOf(calm, low);
  expect(first).toBeUndefined();
  expect(common).toBe(low.footer.events);
  expect(cases.map(({ part }) => part)).toEqual(["config: recording.level"]);
});

test("differenceOf says where one has nothing more", () => {
  const start = runner.run(runner.prepare({ scenario: "word-count", seed: 7, config: NETWORK }), {
    watch: (world) => world.observe("checkpoint-completed", () => world.stop()),
  });
  const beginning = traceOf(start);
  if (beginning === undefined) throw new Error("Cannot test: nothing was recorded");
  const { first, common } = differenceOf(calm, beginning);
  expect(common).toBe(beginning.footer.events);
  expect(first).toMatchObject({ kind: "event", one: { index: common } });
  expect(first?.other).toBeUndefined();
});
