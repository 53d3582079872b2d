// Each *sometimes* on a real run whose plan brings it about, and what does not count as it.
import { describe, expect, test } from "vitest";
import type { Fault, Sometimes } from "../../sim/api/scenario.ts";
import { type Coverage, coverageOf, SOMETIMES } from "../../sim/search/coverage.ts";
import { runChecked } from "../support/runner.ts";

const NOTIFY = "notify-checkpoint-complete";

function coverageUnder(faults: readonly Fault[]): Coverage {
  return coverageOf(runChecked({ scenario: "word-count", seed: 1, faults }).events);
}

function onceAt(event: string, place: string, more: object = {}): Fault["when"] {
  return { after: { event, place, nth: 1, ...more } };
}

const CASES: readonly { readonly name: Sometimes; readonly faults: readonly Fault[] }[] = [
  {
    name: "crash-while-pending",
    faults: [
      {
        what: "task-throws",
        where: "count-1",
        when: onceAt("barrier-received", "count-1", { checkpoint: 1 }),
      },
    ],
  },
  {
    name: "crash-between-store-and-notify",
    faults: [
      {
        what: "task-throws",
        where: "count-1",
        when: onceAt("checkpoint-stored", "job-master", { checkpoint: 1 }),
      },
    ],
  },
  {
    name: "crash-between-notify-and-commit",
    faults: [
      {
        what: "task-throws",
        where: "sink-1",
        when: onceAt("completion-received", "sink-1", { checkpoint: 1 }),
      },
    ],
  },
  {
    name: "crash-during-restore",
    faults: [
      { what: "task-throws", where: "count-1", when: onceAt("snapshot-taken", "count-1") },
      {
        what: "task-throws",
        where: "source-1",
        when: onceAt("task-restored", "source-1", { attempt: 1 }),
      },
    ],
  },
  {
    name: "second-crash-before-next-checkpoint",
    faults: [
      { what: "task-throws", where: "count-1", when: onceAt("snapshot-taken", "count-1") },
      {
        what: "power-loss",
        where: "cluster",
        when: onceAt("record-processed", "count-2", { attempt: 1 }),
      },
    ],
  },
  {
    name: "lost-notification",
    faults: [{ what: "message-lost", where: "sink-1", when: { at: 0 }, message: NOTIFY }],
  },
  {
    name: "late-acknowledgement",
    faults: [
      {
        what: "message-doubled",
        where: "count-1",
        when: { at: 0 },
        message: "acknowledge-checkpoint",
      },
    ],
  },
];

describe("coverageOf", () => {
  test("coverageOf knows every name a scenario may ask for", () => {
    expect(CASES.map(({ name }) => name)).toEqual(SOMETIMES.map(({ name }) => name));
  });

  test("coverageOf finds nothing in a run without faults", () => {
    expect(coverageUnder([])).toEqual({ sometimes: {}, phases: {}, faults: {} });
  });

  test.each(CASES)("coverageOf finds $name", ({ name, faults }) => {
    expect(coverageUnder(faults).sometimes[name]).toBe(1);
  });

  test("coverageOf counts a crash after the commit as neither unheard nor uncommitted", () => {
    const { sometimes, faults } = coverageUnder([
      {
        what: "task-throws",
        where: "count-1",
        when: onceAt("transaction-committed", "log:counts"),
      },
    ]);
    expect(faults).toEqual({ "task-throws": 1 });
    expect(sometimes).toEqual({});
  });

  test("coverageOf takes no first start for a restore", () => {
    const { sometimes } = coverageUnder([
      { what: "task-throws", where: "source-1", when: onceAt("task-restored", "source-1") },
    ]);
    expect(sometimes["crash-during-restore"]).toBeUndefined();
  });

  test("coverageOf tells in which phase a fault met its tasks", () => {
    const aligning = onceAt("barrier-received", "count-1", { checkpoint: 1 });
    expect(
      coverageUnder([{ what: "task-throws", where: "count-1", when: aligning }]).phases,
    ).toEqual({ "aligning x task-throws": 1 });
    const { phases } = coverageUnder([
      { what: "power-loss", where: "cluster", when: onceAt("snapshot-taken", "sink-1") },
    ]);
    const met = Object.values(phases).reduce((sum, count) => sum + count, 0);
    expect(met).toBe(5);
    expect(phases["snapshotting x power-loss"]).toBeGreaterThanOrEqual(1);
  });

  test("coverageOf counts no crash of a job that has ended", () => {
    const { sometimes, faults } = coverageUnder([
      { what: "power-loss", where: "cluster", when: onceAt("job-ended", "job-master") },
      { what: "power-loss", where: "cluster", when: { at: 60_000_000 } },
    ]);
    expect(faults).toEqual({ "power-loss": 2 });
    expect(sometimes).toEqual({});
  });
});
