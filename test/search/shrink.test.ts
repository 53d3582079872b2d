// Shrinking real failures of the zoo: what is left still fails, and nothing of it can go.
import fc from "fast-check";
import { beforeAll, describe, expect, test } from "vitest";
import type { Case } from "../../sim/harness/case.ts";
import { isSmaller, measureOf } from "../../sim/search/case-measure.ts";
import { type CaseSearch, searchNow } from "../../sim/search/case-search.ts";
import { editsKeeping, keptRecords } from "../../sim/search/input-records.ts";
import { type ShrinkReport, shrink } from "../../sim/search/shrink.ts";
import { addressText } from "../../sim/trace/record-address.ts";
import { type ZooFailure, zooFailure } from "./zoo-failures.ts";

/** Plans with more in them than is needed. */
const PLANS: readonly (readonly [string, Partial<Case>])[] = [
  [
    "T02",
    {
      seed: 100,
      faults: [
        {
          what: "message-delayed",
          where: "source-2",
          when: {
            after: { event: "checkpoint-triggered", place: "job-master", checkpoint: 2, nth: 1 },
          },
          message: "trigger-checkpoint",
          duration: 12_450,
        },
        { what: "task-throws", where: "count-2", when: { at: 362_760 } },
        { what: "message-lost", where: "count-1", when: { at: 100_000 }, message: "heartbeat" },
      ],
    },
  ],
  [
    "T08",
    {
      faults: [
        { what: "storage-slow", where: "storage", when: { at: 0 }, duration: 1000 },
        { what: "task-throws", where: "count-1", when: { at: 250_000 } },
        { what: "power-loss", where: "cluster", when: { at: 2_000_000 } },
      ],
    },
  ],
  [
    "T19",
    {
      seed: 21,
      faults: [
        {
          what: "message-delayed",
          where: "sink-1",
          when: { after: { event: "transaction-begun", place: "log:counts", nth: 2 } },
          message: "notify-checkpoint-complete",
          duration: 115_827,
        },
        {
          what: "task-manager-dies",
          where: "task-manager-2",
          when: {
            after: {
              event: "acknowledgement-received",
              place: "job-master",
              checkpoint: 2,
              nth: 4,
            },
          },
        },
      ],
    },
  ],
];

function shrunk(failure: ZooFailure): ShrinkReport {
  const report = searchNow(shrink(failure), failure.run);
  if (report === undefined) throw new Error(`Cannot shrink: ${failure.checker} is silent`);
  return report;
}

/** The case without one thing, for each thing that can be left out. */
function* removalsOf(
  { case: smallest }: ShrinkReport,
  { records }: ZooFailure,
): Generator<Required<Case>, void> {
  const { faults, overrides, data } = smallest;
  for (const index of faults.keys()) yield { ...smallest, faults: faults.toSpliced(index, 1) };
  for (const index of overrides.keys()) {
    yield { ...smallest, overrides: overrides.toSpliced(index, 1) };
  }
  const kept = keptRecords(records, data);
  for (const index of kept.keys()) {
    yield { ...smallest, data: editsKeeping(kept.toSpliced(index, 1), records, []) };
  }
}

describe.each(PLANS)("shrinking a failure of %s", (ticket, change) => {
  let failure: ZooFailure;
  let report: ShrinkReport;

  beforeAll(async () => {
    failure = await zooFailure(ticket, change);
    report = shrunk(failure);
  });

  test("leaves a case that fails, and of which nothing can go", () => {
    expect(failure.fails(failure.case)).toBe(true);
    expect(report.isMinimal).toBe(true);
    expect(failure.fails(report.case)).toBe(true);
    for (const smaller of removalsOf(report, failure)) expect(failure.fails(smaller)).toBe(false);
    expect(report.runs).toBeLessThan(250);
  });

  test("falls with every step, and ends where its last step is", () => {
    const measures = [report.before, ...report.steps.map(({ measure }) => measure)];
    for (const [index, measure] of measures.slice(1).entries()) {
      expect(isSmaller(measure, measures[index] as typeof measure)).toBe(true);
    }
    expect(report.after).toEqual(measures.at(-1));
  });

  test("tells instants as moments of the run", () => {
    const late = report.case.faults.filter(({ when }) => "at" in when && when.at > 0);
    expect(late).toEqual([]);
  });
});

test("shrink finds the one fault and the one record behind T08", async () => {
  const failure = await zooFailure("T08");
  const report = shrunk(failure);
  expect(report.after).toMatchObject({ faults: 1, overrides: 0, records: 1 });
  expect(report.before).toEqual(measureOf(failure.case, failure.records.length));
  expect(report.sentence).toContain("Record read twice");
});

test("shrink keeps a choice that is needed and drops the others", async () => {
  const failure = await zooFailure("T02", OVERRIDDEN);
  const { case: smallest, after } = shrunk(failure);
  expect(after).toMatchObject({ faults: 1, overrides: 1 });
  expect(failure.fails({ ...smallest, overrides: [] })).toBe(false);
});

/** One task throws; that one source hears of the checkpoint early or the other late is chosen. */
const OVERRIDDEN: Partial<Case> = {
  seed: 10,
  config: { "world.network.jitter": "12 ms" },
  faults: [
    {
      what: "task-throws",
      where: "count-1",
      when: { after: { event: "completion-received", place: "count-1", checkpoint: 1, nth: 1 } },
    },
  ],
  overrides: [
    { key: "delay:trigger-checkpoint@source-2#0:1", value: 12_000 },
    { key: "delay:trigger-checkpoint@source-1#0:1", value: 0 },
    { key: "delay:trigger-checkpoint@source-1#0:2", value: 0 },
  ],
};

test("shrink drops overrides that nothing hangs on before anything else", async () => {
  const failure = await zooFailure("T08", { overrides: [{ key: "tie@source-1#0:3", value: 7 }] });
  const { steps, case: smallest } = shrunk(failure);
  expect(steps[0]?.what).toBe("no overrides at all");
  expect(smallest.overrides).toEqual([]);
});

test("shrink gives edited values back where they do not matter", async () => {
  const value = { source: "words", partition: 0, offset: 3, value: "zebra" };
  const failure = await zooFailure("T08", { data: [value] });
  const report = shrunk(failure);
  expect(report.before.values).toBe(1);
  expect(report.after).toMatchObject({ values: 0, records: 1 });
});

test("shrink says nothing of a case that holds", async () => {
  const failure = await zooFailure("T08", { faults: [] });
  expect(searchNow(shrink(failure), failure.run)).toBeUndefined();
});

test("shrink gives what it has when there are no more runs", async () => {
  const failure = await zooFailure("T19", PLANS[2]?.[1]);
  for (const limit of [1, 2, 5, 9]) {
    let left = limit;
    const steps: CaseSearch<ShrinkReport | undefined> = shrink(failure);
    const report = searchNow(steps, (request) => (left-- > 0 ? failure.run(request) : undefined));
    expect(report).toMatchObject({ isMinimal: false, runs: limit });
    expect(failure.fails(report?.case ?? failure.case)).toBe(true);
  }
});

test("shrink never makes a case larger, and it still fails", async () => {
  const failure = await zooFailure("T08");
  const records = failure.records.map(addressText);
  fc.assert(
    fc.property(fc.subarray(records), fc.nat(300_000), fc.nat(3), (left, at, extra) => {
      const kept = failure.records.filter((record) => left.includes(addressText(record)));
      const faults = [
        { what: "task-throws", where: "count-1", when: { at } },
        ...Array.from({ length: extra }, (_, index) => ({
          what: "message-delayed",
          where: "count-2",
          when: { at: at + index },
          duration: 5000,
        })),
      ];
      const data = editsKeeping(kept, failure.records, []);
      const request = { ...failure, case: { ...failure.case, faults, data } };
      const report = searchNow(shrink(request), failure.run);
      fc.pre(report !== undefined);
      if (report === undefined) return;
      expect(failure.fails(report.case)).toBe(true);
      expect(isSmaller(report.before, report.after)).toBe(false);
    }),
    { numRuns: 6 },
  );
});
