// Damage to what was stored: the job refuses to go on and says which file and why, or does not need the file any more.
import { describe, expect, test } from "vitest";
import type { Fault, FaultTime } from "../../sim/api/scenario.ts";
import type { CheckedRun } from "../../sim/harness/runner.ts";
import { damageOutcomeOf, isExcused } from "../../sim/search/swarm-refusal.ts";
import type { TraceEvent } from "../../sim/trace/trace-event.ts";
import { runChecked } from "../support/runner.ts";

const CHECKPOINT_2: FaultTime = {
  after: { event: "checkpoint-stored", place: "job-master", checkpoint: 2, nth: 1 },
};

function upon(where: string): FaultTime {
  return { after: { event: "fault-struck", place: where, nth: 1 } };
}

function damage(what: string, where: string): Fault {
  return { what, where, when: CHECKPOINT_2 };
}

function powerLossUpon(where: string): Fault {
  return { what: "power-loss", where: "cluster", when: upon(where) };
}

/** State lies in files, so that they can be damaged. */
function runWith(
  faults: readonly Fault[],
  config: { readonly [key: string]: string } = {},
): CheckedRun {
  const files = { "execution.checkpointing.data-inline-threshold": "0 b", ...config };
  return runChecked({ scenario: "word-count", seed: 1, config: files, faults });
}

function endsOf(events: readonly TraceEvent[]): readonly (TraceEvent & { kind: "job-ended" })[] {
  return events.filter((event) => event.kind === "job-ended");
}

/** What is said besides that the job refused. */
function objectionsTo({ events, verdicts }: CheckedRun): readonly string[] {
  const outcome = damageOutcomeOf(events);
  return verdicts.flatMap((verdict) => {
    const isObjection = verdict.kind === "violated" && !isExcused(verdict, outcome);
    return isObjection ? [`${verdict.checker}: ${verdict.sentence}`] : [];
  });
}

const COUNT_FILE = /checkpoints\/chk-2\/count-1-0-\S+-(keyed|operator)/;
const METADATA = /checkpoints\/chk-2\/_metadata/;

describe("damage to a file", () => {
  test.each([
    ["storage-loses-file", "count-1", "task-throws", COUNT_FILE, /no file at/],
    [
      "storage-corrupts-file",
      "count-1",
      "task-throws",
      COUNT_FILE,
      /the hash of .* is .*, expected/,
    ],
    ["storage-loses-file", "job-master", "power-loss", METADATA, /no file at/],
    ["storage-corrupts-file", "job-master", "power-loss", METADATA, /hash|magic|version/],
  ])("%s of %s, then %s: refused by name", (what, where, crash, file, why) => {
    const crashed = crash === "power-loss" ? "cluster" : "source-1";
    const checked = runWith([
      damage(what, where),
      { what: crash, where: crashed, when: upon(where) },
    ]);
    expect(checked.run.end).toBe("idle");
    const [ended, ...more] = endsOf(checked.events);
    expect(more).toEqual([]);
    expect(ended).toMatchObject({ status: "FAILED" });
    expect(ended?.reason).toMatch(file);
    expect(ended?.reason).toMatch(why);
    const { damaged, refusal } = damageOutcomeOf(checked.events);
    expect(damaged).toHaveLength(1);
    expect(refusal?.path).toBe(damaged[0]);
    expect(objectionsTo(checked)).toEqual([]);
  });

  test("nothing is committed once the job has refused, and what was committed stays", () => {
    const { events } = runWith([
      damage("storage-loses-file", "count-1"),
      { what: "task-throws", where: "source-1", when: upon("count-1") },
    ]);
    const failing = events.findIndex(
      (event) => event.kind === "job-status-changed" && event.status === "FAILING",
    );
    const committed = events.flatMap((event, index) =>
      event.kind === "record-committed" ? [index] : [],
    );
    expect(committed.length).toBeGreaterThan(0);
    expect(Math.max(...committed)).toBeLessThan(failing);
  });

  test("a file that a newer checkpoint has made useless is not missed", () => {
    const checked = runWith([
      damage("storage-loses-file", "count-1"),
      {
        what: "power-loss",
        where: "cluster",
        when: {
          after: { event: "checkpoint-subsumed", place: "job-master", checkpoint: 2, nth: 1 },
        },
      },
    ]);
    expect(checked.run.unstruckFaults).toEqual([]);
    expect(checked.run.jobStatus).toBe("FINISHED");
    expect(objectionsTo(checked)).toEqual([]);
  });

  test("an older retained checkpoint that cannot be read is refused too", () => {
    const checked = runWith(
      [
        damage("storage-loses-file", "job-master"),
        {
          what: "power-loss",
          where: "cluster",
          when: {
            after: { event: "checkpoint-stored", place: "job-master", checkpoint: 3, nth: 1 },
          },
        },
      ],
      { "execution.checkpointing.num-retained": "2" },
    );
    expect(checked.run.jobStatus).toBe("FAILED");
    expect(endsOf(checked.events)[0]?.reason).toMatch(METADATA);
  });

  test("where there is no file there is no damage", () => {
    const early = { what: "storage-loses-file", where: "job-master", when: { at: 0 } };
    const inline = damage("storage-loses-file", "count-1");
    const { run } = runWith([early, inline], {
      "execution.checkpointing.data-inline-threshold": "20 kb",
    });
    expect(run.unstruckFaults).toEqual([early, inline]);
    expect(run.jobStatus).toBe("FINISHED");
  });
});

describe("damage to an entry of the high-availability services", () => {
  test.each(["ha/checkpoint-id-counter", "ha/attempt", "ha/checkpoints"])(
    "storage-corrupts-entry at %s: the next job master refuses by name",
    (entry) => {
      const checked = runWith([damage("storage-corrupts-entry", entry), powerLossUpon(entry)]);
      expect(checked.run.end).toBe("idle");
      const [ended] = endsOf(checked.events);
      expect(ended).toMatchObject({ status: "FAILED" });
      expect(ended?.reason).toMatch(`Cannot recover the job: the hash of ${entry}`);
      expect(objectionsTo(checked)).toEqual([]);
    },
  );

  test("the count of failures is read like the rest", () => {
    const entry = "ha/failures";
    const failure: Fault = { what: "task-throws", where: "count-1", when: { at: 150_000 } };
    const when: FaultTime = {
      after: { event: "checkpoint-stored", place: "job-master", nth: 1 },
    };
    const checked = runWith([
      failure,
      { what: "storage-corrupts-entry", where: entry, when },
      powerLossUpon(entry),
    ]);
    expect(checked.run.unstruckFaults).toEqual([]);
    expect(endsOf(checked.events)[0]?.reason).toMatch(`the hash of ${entry}`);
  });

  test("a job that refused says so again after the power is lost once more", () => {
    const entry = "ha/attempt";
    const again: Fault = { what: "power-loss", where: "cluster", when: { at: 30_000_000 } };
    const { events, run } = runWith([
      damage("storage-corrupts-entry", entry),
      powerLossUpon(entry),
      again,
    ]);
    expect(run.unstruckFaults).toEqual([]);
    const [first, second] = endsOf(events);
    expect(second?.status).toBe("FAILED");
    expect(second?.reason).toBe(first?.reason);
  });
});
