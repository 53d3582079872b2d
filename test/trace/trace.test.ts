// Rows turned back into events.
import { describe, expect, test } from "vitest";
import type { TraceBlock } from "../../sim/kernel/recorder.ts";
import { decodeEvents, EventDecoder } from "../../sim/trace/trace.ts";
import { HEADER, recordedRun, TraceWriter } from "./recorded-run.ts";

describe("decodeEvents", () => {
  test("gives back what was recorded, values as canonical texts", () => {
    const trace = new TraceWriter()
      .at(1_500)
      .record(["count-2#1", "task-running", {}])
      .record([
        "count-2#1",
        "state-updated",
        { state: "count", key: "a", value: new Map([[1, -0]]) },
      ])
      .finish();
    expect(decodeEvents(trace.blocks, trace.header.kinds)).toEqual([
      {
        kind: "task-running",
        index: 0,
        time: 1_500,
        place: "count-2",
        incarnation: 1,
        cause: -1,
      },
      {
        kind: "state-updated",
        index: 1,
        time: 1_500,
        place: "count-2",
        incarnation: 1,
        cause: 0,
        state: "count",
        key: '"a"',
        value: "Map{1:-0}",
      },
    ]);
  });

  test("numbers events and texts through all blocks", () => {
    const trace = recordedRun(400);
    expect(trace.blocks.length).toBeGreaterThan(2);
    const events = decodeEvents(trace.blocks, trace.header.kinds);
    expect(events).toHaveLength(trace.footer.events);
    expect(events.map(({ index }) => index)).toEqual(events.map((_, index) => index));
    expect(events.at(-1)).toMatchObject({ kind: "job-ended", place: "job-master" });
  });

  test("is the same block by block", () => {
    const trace = recordedRun(400);
    const decoder = new EventDecoder(HEADER.kinds);
    const events: ReturnType<typeof decodeEvents> = [];
    for (const block of trace.blocks) decoder.decodeInto(block, events);
    expect(events).toEqual(decodeEvents(trace.blocks, HEADER.kinds));
  });

  test("refuses a block whose forerunners were left out", () => {
    const [, second] = recordedRun(400).blocks;
    expect(() => decodeEvents([second as TraceBlock], HEADER.kinds)).toThrow("Missing text");
  });
});
