// The timeline as data and as lines, and the outcome digest.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { sha256 } from "../../sim/node/sha256.ts";
import { outcomeDigest } from "../../sim/trace/outcome-digest.ts";
import { timelineOf } from "../../sim/trace/timeline.ts";
import { shortDuration, timelineLines } from "../../sim/trace/timeline-text.ts";
import { decodeEvents, type Trace } from "../../sim/trace/trace.ts";
import type { TraceEvent } from "../../sim/trace/trace-event.ts";
import { type Happening, HEADER, recordedRun, TraceWriter, writeRun } from "./recorded-run.ts";

const JOB = "job-master#0";

describe("timelineOf", () => {
  test("has a row for each checkpoint, fault, crash, restore and the end", () => {
    expect(timelineOf(eventsOf(recordedRun(6)))).toMatchObject([
      {
        kind: "checkpoint",
        at: 10_000,
        checkpoint: 1,
        startDelayMax: 1_000,
        alignmentMax: 400,
        syncMax: 40,
        asyncMax: 1_500,
        bytes: 510,
        acknowledged: 5,
        outcome: { kind: "completed", duration: 12_500 },
      },
      {
        kind: "checkpoint",
        at: 25_000,
        checkpoint: 2,
        startDelayMax: undefined,
        bytes: 0,
        acknowledged: 0,
        outcome: { kind: "aborted", duration: 5_000, reason: "JOB_FAILOVER_REGION" },
      },
      { kind: "fault", at: 30_000, fault: 0, what: "task-manager-dies", where: "task-manager-2" },
      { kind: "crash", at: 30_000, host: "task-manager-2" },
      { kind: "task-manager-lost", at: 30_000, taskManager: "task-manager-2" },
      { kind: "job-status", at: 30_000, status: "RESTARTING" },
      { kind: "restore", at: 30_000, checkpoint: 1, replayed: 12 },
      { kind: "checkpoint", at: 60_000, checkpoint: 3, outcome: { kind: "completed" } },
      { kind: "job-ended", at: 80_000, status: "FINISHED", reason: "" },
    ]);
  });

  test("counts as replayed what a source operator reads again, whichever subtask does", () => {
    const read = (source: string, partition: number, offset: number) =>
      [`${source}`, "record-read", { source: "log:w", partition, offset, value: 0 }] as const;
    const rows = timelineOf(
      eventsOf(
        new TraceWriter()
          .record(
            [JOB, "restore-started", { checkpoint: 0 }],
            [
              JOB,
              "task-deployed",
              { task: "words-1", attempt: 0, taskManager: "t", checkpoint: 0 },
            ],
            read("words-1#0", 0, 0),
            read("words-1#0", 0, 1),
            read("words-2#0", 1, 0),
            [JOB, "restore-started", { checkpoint: 0 }],
            read("words-1#1", 1, 0),
            read("words-2#1", 0, 1),
            read("words-2#1", 0, 2),
            read("other-1#1", 0, 0),
            [JOB, "restore-started", { checkpoint: 4 }],
            read("words-1#2", 0, 2),
          )
          .finish(),
      ),
    );
    expect(rows).toMatchObject([
      { kind: "restore", checkpoint: 0, replayed: 2 },
      { kind: "restore", checkpoint: 4, replayed: 1 },
    ]);
  });

  test("does not know what was replayed below recording level records", () => {
    const events = eventsOf(writeRun(new TraceWriter("protocol"), 6).finish());
    expect(timelineOf(events).find(({ kind }) => kind === "restore")).toMatchObject({
      checkpoint: 1,
      replayed: undefined,
    });
  });

  test("keeps both rows of a checkpoint id that is used twice", () => {
    const triggered = [JOB, "checkpoint-triggered", { checkpoint: 1, tasks: 1 }] as const;
    const completed = { checkpoint: 1, bytes: 9, fullBytes: 9, duration: 5 };
    const rows = timelineOf(
      eventsOf(
        new TraceWriter()
          .record(triggered, triggered, [JOB, "checkpoint-completed", completed])
          .finish(),
      ),
    );
    expect(rows).toMatchObject([
      { checkpoint: 1, outcome: { kind: "unfinished" } },
      { checkpoint: 1, outcome: { kind: "completed" } },
    ]);
  });

  test("is in the order of events at every prefix", () => {
    const events = eventsOf(recordedRun(6));
    fc.assert(
      fc.property(fc.nat(events.length), (end) => {
        const indices = timelineOf(events.slice(0, end)).map(({ index }) => index);
        expect(indices).toEqual([...indices].sort((one, other) => one - other));
      }),
    );
  });
});

describe("timelineLines", () => {
  test("is a table to be read at a glance", () => {
    expect(timelineLines(timelineOf(eventsOf(recordedRun(6))))).toMatchInlineSnapshot(`
      [
        "        time                    delay    align     sync    async      bytes  outcome",
        "  0.010000 s  checkpoint 1       1 ms   400 µs    40 µs   1.5 ms        510  completed in 12.5 ms",
        "  0.025000 s  checkpoint 2          -        -        -        -          0  aborted after 5 ms",
        "                              because tasks are being restored from an earlier checkpoint",
        "                              (JOB_FAILOVER_REGION)",
        "  0.030000 s  fault 0         task-manager-dies at task-manager-2",
        "  0.030000 s  crash           task-manager-2",
        "  0.030000 s  host lost       task-manager-2: connection refused",
        "  0.030000 s  job             RESTARTING",
        "  0.030000 s  restore         from checkpoint 1, 12 records replayed",
        "  0.060000 s  checkpoint 3       1 ms   400 µs    40 µs   1.5 ms        510  completed in 12.5 ms",
        "  0.080000 s  job ended       FINISHED",
      ]
    `);
  });

  test("stays within 100 columns, whatever the texts", () => {
    const names = fc.stringMatching(/^[a-z ]{0,150}$/);
    fc.assert(
      fc.property(names, fc.nat(), fc.nat(), (text, at, duration) => {
        const events = eventsOf(
          new TraceWriter()
            .at(at)
            .record(
              ["count-1#0", "task-failed", { reason: text }],
              [JOB, "checkpoint-triggered", { checkpoint: 999, tasks: 1 }],
              [
                JOB,
                "checkpoint-completed",
                { checkpoint: 999, bytes: 999_999_999, fullBytes: 999_999_999, duration },
              ],
              [JOB, "checkpoint-triggered", { checkpoint: 1, tasks: 1 }],
              [
                JOB,
                "checkpoint-aborted",
                { checkpoint: 1, reason: "CHECKPOINT_DECLINED_ON_CANCELLATION_BARRIER" },
              ],
              [JOB, "job-ended", { status: "FAILED", reason: text }],
            )
            .finish(),
        );
        const lines = timelineLines(timelineOf(events));
        for (const line of lines) expect(line.length).toBeLessThanOrEqual(100);
        const told = lines.join("").replaceAll(/\s/g, "");
        expect(told).toContain(text.replaceAll(/\s/g, ""));
      }),
    );
  });

  test.each([
    [0, "0 µs"],
    [999, "999 µs"],
    [1_234, "1.23 ms"],
    [12_345, "12.3 ms"],
    [123_456, "123 ms"],
    [1_234_567, "1.23 s"],
    [123_456_789, "123 s"],
  ])("writes %i microseconds as %s", (micros, text) => {
    expect(shortDuration(micros)).toBe(text);
  });
});

describe("outcomeDigest", () => {
  const digest = outcomeDigest(eventsOf(recordedRun(6)), sha256);

  test("does not change with times, sizes and recording level", () => {
    const later = writeRun(new TraceWriter("records").at(3_000), 9).finish();
    expect(outcomeDigest(eventsOf(later), sha256)).toBe(digest);
    expect(digest).toMatch(/^[0-9a-f]{64}$/);
  });

  test("changes with committed output and with a checkpoint's outcome", () => {
    const record = { log: "counts", partition: 0, offset: 9, transaction: "t", value: 1 };
    const committed = writeRun(new TraceWriter(), 6)
      .record(["log:counts#0", "record-committed", record])
      .finish();
    const triggered = writeRun(new TraceWriter(), 6)
      .record([JOB, "checkpoint-triggered", { checkpoint: 4, tasks: 2 }])
      .finish();
    const aborted = writeRun(new TraceWriter(), 6)
      .record([JOB, "checkpoint-triggered", { checkpoint: 4, tasks: 2 }])
      .record([JOB, "checkpoint-aborted", { checkpoint: 4, reason: "CHECKPOINT_EXPIRED" }])
      .finish();
    const digests = [committed, triggered, aborted].map((trace) =>
      outcomeDigest(eventsOf(trace), sha256),
    );
    expect(new Set([digest, ...digests]).size).toBe(4);
  });

  test("tells an order within a partition, not between partitions", () => {
    const commit = (partition: number, value: number) =>
      [
        "log:counts#0",
        "record-committed",
        { log: "counts", partition, offset: 0, transaction: "t", value },
      ] as const;
    const digestOf = (...happenings: readonly Happening[]): string =>
      outcomeDigest(eventsOf(new TraceWriter().record(...happenings).finish()), sha256);
    expect(digestOf(commit(0, 1), commit(1, 2))).toBe(digestOf(commit(1, 2), commit(0, 1)));
    expect(digestOf(commit(0, 1), commit(0, 2))).not.toBe(digestOf(commit(0, 2), commit(0, 1)));
  });
});

function eventsOf(trace: Trace): TraceEvent[] {
  return decodeEvents(trace.blocks, HEADER.kinds);
}
