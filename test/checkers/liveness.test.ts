// A job comes to its end, or the verdict tells who waits for whom.
import { expect, test } from "vitest";
import { check } from "../../sim/checkers/all-checkers.ts";
import { liveness, QUIET_TIME } from "../../sim/checkers/liveness.ts";
import { HandRun, sumJob } from "./hand-run.ts";

const NAME = "liveness";

test("liveness holds for a job that ends as it is meant to", () => {
  const run = new HandRun().pass(3).checkpoint(1).crash().restore(1).pass(3).checkpoint(2).end();
  expect(run.verdict(NAME)).toMatchObject({
    kind: "holds",
    sentence: expect.stringMatching(
      /^The job ended FINISHED, [\d.]+ s after the last fault, every source record read$/,
    ),
  });
  const failed = new HandRun().pass(1).end("FAILED", "poison record");
  expect(failed.verdict(NAME, sumJob({ endsIn: "FAILED" })).kind).toBe("holds");
});

test("liveness lets a job end FAILED when faults have used its restarts up, and for nothing else", () => {
  const usedUp = new HandRun()
    .crash()
    .end("FAILED", "No restart is left: sum+sink-1 failed: poison");
  expect(usedUp.verdict(NAME).kind).toBe("holds");
  const byItself = new HandRun().end("FAILED", "No restart is left: sum+sink-1 failed: poison");
  expect(byItself.verdict(NAME).kind).toBe("violated");
  const named = new HandRun().crash().end("FAILED", "sum+sink-1 failed: cannot restart");
  expect(named.verdict(NAME).kind).toBe("violated");
  const other = new HandRun().crash().end("FAILED", "no idea");
  expect(other.verdict(NAME)).toMatchObject({
    kind: "violated",
    sentence: "The job ended FAILED (no idea), but is meant to end FINISHED",
  });
});

test("liveness names records that a finished job never read", () => {
  const run = new HandRun().pass(6).checkpoint(1).crash().restore(0).pass(4).end();
  expect(run.verdict(NAME)).toMatchObject({
    kind: "violated",
    sentence: "The job finished, but numbers has read 4 of the 6 records of log:numbers/0",
  });
});

test("liveness tells who waits for whom when a run comes to rest", () => {
  const run = new HandRun().pass(1).crash().restore(0).pass(1).trigger(1).cutSource(1);
  expect(run.verdict(NAME)).toMatchObject({
    kind: "violated",
    sentence:
      "The job is RUNNING and never ended, nothing more can happen, no checkpoint completed since: " +
      "checkpoint 1 waits for the acknowledgement of sum+sink-1; " +
      "sum+sink-1 waits for the barrier of channel numbers-1->sum+sink-1/0; " +
      "numbers-1 took its snapshot, but its acknowledgement did not arrive",
  });
});

test("liveness tells of hooks that wait outside, of tasks and of task managers that are gone", () => {
  const hook = new HandRun().trigger(1).cutSource(1);
  hook.at("sum+sink-1", "hook-started", { hook: "snapshotState" });
  hook.at("sum+sink-1", "hook-waiting", { hook: "snapshotState", request: "flush of log:sums" });
  expect(hook.verdict(NAME).sentence).toContain(
    "sum+sink-1 waits in snapshotState for flush of log:sums",
  );
  const gone = new HandRun();
  gone.at("sum+sink-1", "task-canceled", {});
  gone.master("task-manager-lost", { taskManager: "task-manager-1", reason: "no heartbeat" });
  expect(gone.verdict(NAME).sentence).toContain(
    "sum+sink-1 is not running (task-canceled); task-manager-1 is down",
  );
});

test("liveness tells of what a job comes back to time and again", () => {
  const run = new HandRun().pass(1).trigger(1);
  for (let failures = 1; failures <= 3; failures++) {
    const reason = failures === 3 ? "poison" : "pest";
    run.master("failure-reported", { task: "sum+sink-1", attempt: failures, reason });
    run.master("checkpoint-aborted", { checkpoint: 1, reason: "CHECKPOINT_COORDINATOR_SUSPEND" });
    run.master("restart-scheduled", { failures, delay: 1 });
  }
  expect(run.verdict(NAME)).toMatchObject({
    kind: "violated",
    sentence: expect.stringMatching(
      /no checkpoint completed since: it restarted 3 times, at last because sum\+sink-1 failed \(poison\)$/,
    ),
  });
});

test("liveness claims nothing of a run stopped soon after a fault", () => {
  const run = new HandRun().crash().restore(0).pass(1);
  const bounded = sumJob({ cameToRest: false });
  expect(run.verdict(NAME, bounded)).toMatchObject({
    kind: "not-checked",
    sentence: expect.stringMatching(
      /^Not checked: the run was stopped within [\d.]+ s of the last/,
    ),
  });
  const last = run.events.at(-1);
  if (last === undefined) throw new Error("Cannot find the last event");
  // Nothing need be recorded while nothing happens.
  const long = sumJob({ cameToRest: false, ranUntil: last.time + QUIET_TIME });
  expect(run.verdict(NAME, long)).toMatchObject({ kind: "violated", checker: NAME });
  const later = [...run.events, { ...last, index: last.index + 1, time: last.time + QUIET_TIME }];
  expect(check(bounded, later, [liveness])[0]).toMatchObject({ kind: "violated", checker: NAME });
});

test("liveness says at every prefix that the job goes on, until it has ended", () => {
  const { events } = new HandRun().pass(6).checkpoint(1).end();
  const fold = liveness.start(sumJob());
  const sentences = new Set<string>();
  for (const event of events) {
    fold.step(event);
    expect(fold.verdict().kind).toBe("holds");
    sentences.add(fold.verdict().sentence);
  }
  expect([...sentences]).toEqual([
    "The job is RUNNING and goes on",
    "The job ended FINISHED, without faults, every source record read",
  ]);
});
