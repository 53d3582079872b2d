// A branch is the same run up to a crash, with the real engine: the case it makes runs anywhere, and both runs are
// one until the fault strikes.
import fc from "fast-check";
import { expect, test } from "vitest";
import type { Case } from "../../../sim/harness/case.ts";
import { parseCase } from "../../../sim/harness/case-schema.ts";
import { canonicalText } from "../../../sim/kernel/canonical-value.ts";
import { decodeEvents, type Trace } from "../../../sim/trace/trace.ts";
import type { TraceEvent } from "../../../sim/trace/trace-event.ts";
import { crashCase, firstDifferentEvent, originalCase } from "../../../viz/lab/branch.ts";
import { isSameCase } from "../../../viz/lab/same-case.ts";
import { runner } from "../../support/runner.ts";
import { traceOf } from "../page/traces.ts";

const original = traceOf({ scenario: "word-count", seed: 7, faults: [] });
const events = eventsOf(original);

test("crashCase crashes a task right after any event, and nothing before it changes", () => {
  const subtasks = ["source-1", "count-1", "count-2", "sink-1"];
  const index = fc.integer({ min: 0, max: events.length - 1 });
  fc.assert(
    fc.property(index, fc.constantFrom(...subtasks), (at, name) => {
      const branch = traceOf(crashCase(original, { kind: "subtask", name }, at));
      expectOnePast(branch, at);
      const strike = eventsOf(branch).find(({ kind }) => kind === "fault-struck");
      if (strike === undefined) return;
      expect(strike.place).toBe(name);
      expect(strike.time).toBe(events[at]?.time);
    }),
    { numRuns: 20 },
  );
});

test("crashCase crashes a task manager with all that runs on it", () => {
  const at = events.findIndex(({ kind }) => kind === "checkpoint-completed");
  const branch = traceOf(crashCase(original, { kind: "host", name: "task-manager-1" }, at));
  expectOnePast(branch, at);
  const after = eventsOf(branch).slice(at);
  expect(after.map(({ kind }) => kind)).toContain("host-crashed");
  expect(after.some((event) => event.kind === "restore-started" && event.checkpoint === 1)).toBe(
    true,
  );
});

test("crashCase before the first event is a crash at time zero", () => {
  const request = crashCase(original, { kind: "subtask", name: "count-1" }, -1);
  expect(request.faults).toEqual([{ what: "task-throws", where: "count-1", when: { at: 0 } }]);
  expect(runner.prepare(request).faults).toHaveLength(1);
});

test("crashCase makes a case that a file can hold, and a branch of a branch keeps both faults", () => {
  const first = crashCase(original, { kind: "subtask", name: "count-1" }, 300);
  expect(parseCase(JSON.parse(canonicalText(first)))).toEqual(first);
  const branch = traceOf(first);
  const second = crashCase(branch, { kind: "subtask", name: "sink-1" }, 600);
  expect(second.faults.slice(0, 1)).toEqual(first.faults);
  expect(firstDifferentEvent(branch, traceOf(second))).toBeGreaterThan(600);
});

test("originalCase takes the branch's fault away again", () => {
  const branch = crashCase(original, { kind: "subtask", name: "count-1" }, 300);
  expect(originalCase(branch, 0)).toEqual(original.header.case);
  expect(originalCase(branch, 1)).toBeUndefined();
});

test("firstDifferentEvent is undefined where nothing came of it", () => {
  expect(firstDifferentEvent(original, traceOf(original.header.case))).toBeUndefined();
});

test("isSameCase knows a case by what it means", () => {
  const short: Case = { scenario: "word-count", seed: 7, faults: [] };
  expect(isSameCase(short, original.header.case)).toBe(true);
  expect(isSameCase({ ...short, seed: 8 }, original.header.case)).toBe(false);
  expect(isSameCase({ ...short, config: { "x.y": 1 } }, original.header.case)).toBe(false);
  const crash = crashCase(original, { kind: "subtask", name: "count-1" }, 300);
  expect(isSameCase(short, crash)).toBe(false);
});

/** The branch differs from the original, if at all, only after event `at`. */
function expectOnePast(branch: Trace, at: number): void {
  const difference = firstDifferentEvent(original, branch);
  if (difference === undefined) return;
  expect(difference).toBeGreaterThan(at);
  const shared = eventsOf(branch).slice(0, difference);
  expect(shared).toEqual(events.slice(0, difference));
}

function eventsOf(trace: Trace): readonly TraceEvent[] {
  return decodeEvents(trace.blocks, trace.header.kinds);
}
