// Where two traces first differ.
import { describe, expect, test } from "vitest";
import { decodeEvents, type Trace } from "../../sim/trace/trace.ts";
import { compareTraces, firstDifference } from "../../sim/trace/trace-comparison.ts";
import { HEADER, recordedRun, TraceWriter, writeRun } from "./recorded-run.ts";

const trace = recordedRun(400);

describe("compareTraces", () => {
  test("finds nothing between equal traces, wherever they ran", () => {
    const elsewhere: Trace = { ...recordedRun(400), header: { ...HEADER, runtime: "browser" } };
    expect(compareTraces(trace, elsewhere)).toEqual({ header: [], difference: undefined });
  });

  test("names what differs in the header", () => {
    const header = { ...HEADER, engine: "0.2.0", case: { ...HEADER.case, seed: 8 } };
    expect(compareTraces(trace, { ...trace, header })).toEqual({
      header: ["engine", "case"],
      difference: undefined,
    });
  });

  test("names the first differing block and event of both", () => {
    const other = writeRun(new TraceWriter(), 400)
      .record(["count-2#1", "task-failed", { reason: "poison" }])
      .finish();
    const longer = writeRun(new TraceWriter(), 400)
      .record(["count-2#1", "task-finished", {}])
      .finish();
    const index = trace.footer.events;
    expect(compareTraces(other, longer)).toEqual({
      header: [],
      difference: {
        kind: "event",
        block: Math.floor(index / 1024),
        index,
        recorded: {
          event: expect.objectContaining({ index, kind: "task-failed" }),
          identity: "count-2#1 task-failed 1",
          sentence: "count-2 (attempt 1) fails and loses what it held in memory: poison.",
        },
        repeated: {
          event: expect.objectContaining({ index, kind: "task-finished" }),
          identity: "count-2#1 task-finished 1",
          sentence: "count-2 (attempt 1) finishes: its work is done and committed.",
        },
      },
    });
  });

  test("counts ordinals from the first block on", () => {
    const later = new TraceWriter().record(["task-manager-1#0", "host-booted", { disk: "kept" }]);
    const { difference } = compareTraces(trace, writeRun(later, 400).finish());
    expect(difference).toMatchObject({
      block: 0,
      index: 1,
      repeated: { identity: "task-manager-1#0 host-booted 2" },
    });
  });

  test("says where one trace has ended", () => {
    const longer = writeRun(new TraceWriter(), 400)
      .record(["count-2#1", "task-finished", {}])
      .finish();
    expect(compareTraces(trace, longer).difference).toMatchObject({
      kind: "event",
      index: trace.footer.events,
      recorded: undefined,
      repeated: { identity: "count-2#1 task-finished 1" },
    });
  });

  test("tells overridden choices from events", () => {
    const chosen = new TraceWriter().choose({ key: "tie@words-1#0:0", value: 3 });
    expect(compareTraces(trace, writeRun(chosen, 400).finish()).difference).toEqual({
      kind: "choices",
      block: 0,
    });
  });
});

test("firstDifference tells -0 from 0 and a shorter list from a longer", () => {
  const events = decodeEvents(trace.blocks, trace.header.kinds);
  expect(firstDifference(events, events)).toBeUndefined();
  expect(firstDifference(events, events.slice(0, 9))).toBe(9);
  const [first, ...rest] = events;
  if (first === undefined) throw new Error("The trace is empty");
  expect(firstDifference(events, [{ ...first, time: -0 }, ...rest])).toBe(0);
});
