// The witness, on runs told by hand: it explains what is right, and names what is wrong with what is not.
import fc from "fast-check";
import { expect, test } from "vitest";
import { check } from "../../sim/checkers/all-checkers.ts";
import type { TraceEvent } from "../../sim/trace/trace-event.ts";
import { HandRun, sumJob } from "./hand-run.ts";
import { smallJob } from "./random-jobs.ts";
import { graphOf, jobOf, sinkTo, sourceOf } from "./small-jobs.ts";
import { runToy } from "./toy-engine.ts";
import { TraceBuilder, text } from "./trace-builder.ts";

const NAME = "failure-transparency";

/** Three numbers, a checkpoint, a crash after the fifth, and on to the end. */
function crashedRun(): HandRun {
  const run = new HandRun().pass(3);
  const first = run.transaction;
  run.checkpoint(1).pass(2).crash().restore(1).commit(first);
  const second = run.pass(3).transaction;
  return run.checkpoint(2).commit(second).end();
}

test("failure-transparency explains a run without failures", () => {
  const run = new HandRun().pass(6);
  const { transaction } = run;
  run.checkpoint(1).commit(transaction).end();
  expect(run.verdict(NAME)).toEqual({
    kind: "holds",
    checker: NAME,
    sentence: "One failure-free run of 12 steps explains all 6 committed records",
  });
});

test("failure-transparency explains a crash and a restore", () => {
  expect(crashedRun().verdict(NAME).kind).toBe("holds");
});

test("failure-transparency explains a commit whose notification was lost", () => {
  const run = new HandRun().pass(2);
  const first = run.transaction;
  run.checkpoint(1).pass(4);
  const second = run.transaction;
  run.checkpoint(2).commit(first).commit(second).end();
  expect(run.verdict(NAME).kind).toBe("holds");
});

test("failure-transparency explains an aborted checkpoint that a later one covers", () => {
  const run = new HandRun().pass(2);
  const first = run.transaction;
  run.trigger(1).cutSource(1).cutSum(1).abort(1).pass(1);
  const second = run.transaction;
  run.checkpoint(2).pass(1).crash().restore(2).commit(first).commit(second);
  const third = run.pass(3).transaction;
  run.checkpoint(3).commit(third).end();
  expect(run.verdict(NAME).kind).toBe("holds");
});

test("failure-transparency explains every moment of a crash", () => {
  const { events } = crashedRun();
  for (let length = 0; length <= events.length; length++) {
    const verdict = check(sumJob(), events.slice(0, length)).find(
      ({ checker }) => checker === NAME,
    );
    expect(verdict?.kind).toBe("holds");
  }
});

test("failure-transparency names a lost record", () => {
  const run = new HandRun().pass(1).read().read().add(3, 4, 2);
  expect(run.verdict(NAME)).toEqual({
    kind: "violated",
    checker: NAME,
    sentence:
      "Record lost: 2 (number 1 of numbers-1->sum+sink-1/0, attempt 0) is never processed, " +
      "sum+sink-1 goes on with 3 (number 2 of numbers-1->sum+sink-1/0, attempt 0)",
    events: [13, 16],
  });
});

test("failure-transparency names a record lost in the channel of a wrong cut", () => {
  // The barrier overtakes record 2: it is in the source's snapshot, and not in the sum's.
  const run = new HandRun().pass(1).read().trigger(1).cutSource(1).cutSum(1).store(1);
  run.add(2).crash().restore(1).pass(4);
  expect(run.verdict(NAME)).toMatchObject({
    kind: "violated",
    sentence: expect.stringMatching(/^Record lost: 2 .* attempt 0\) is never processed/),
  });
});

test("failure-transparency names a record processed twice", () => {
  const run = new HandRun().pass(2).add(2, 5, 1);
  expect(run.verdict(NAME)).toMatchObject({
    kind: "violated",
    sentence:
      "Record doubled: sum+sink-1 processed 2 (number 1 of numbers-1->sum+sink-1/0, attempt 0) a second time",
  });
});

test("failure-transparency names an orphan: state that knows of a record not sent", () => {
  // The sum's snapshot holds record 2, which the source's position says was not read.
  const run = new HandRun().pass(1).trigger(1).cutSource(1).pass(1).cutSum(1).store(1);
  run.crash().restore(1);
  expect(run.verdict(NAME)).toMatchObject({
    kind: "violated",
    sentence: expect.stringMatching(/^Orphan: the state of sum\+sink-1 holds 2 .*has not sent/),
  });
});

test("failure-transparency names the state of a wrong checkpoint", () => {
  const run = new HandRun()
    .pass(1)
    .checkpoint(1)
    .pass(1)
    .checkpoint(2)
    .crash()
    .restore(2, 1)
    .pass(1);
  expect(run.verdict(NAME)).toMatchObject({
    kind: "violated",
    sentence: "sum+sink-1 wrote 4 to log:sums, but writes 6 in the failure-free run",
  });
});

test("failure-transparency names a source that skips or repeats", () => {
  const skips = new HandRun().pass(1).checkpoint(1).crash().restore(1).read(2);
  expect(skips.verdict(NAME)).toMatchObject({
    sentence: "Record 1 is never read: numbers-1 went on with offset 2 of log:numbers/0",
  });
  const repeats = new HandRun().pass(1).checkpoint(1).crash().restore(1).read(0);
  expect(repeats.verdict(NAME)).toMatchObject({
    sentence: "Record read twice: numbers-1 reads offset 0 of log:numbers/0 again",
  });
});

test("failure-transparency names a restore without a snapshot", () => {
  const run = new HandRun().pass(1).trigger(1).cutSource(1).crash().restore(1);
  expect(run.verdict(NAME)).toMatchObject({
    kind: "violated",
    sentence: "sum+sink-1 goes on from checkpoint 1, for which it never took a snapshot",
  });
});

test("failure-transparency names a record committed twice", () => {
  const run = new HandRun().pass(2);
  const first = run.transaction;
  run.trigger(1).cutSource(1).cutSum(1).commit(first).crash().restore(0);
  const again = run.pass(6).transaction;
  run.checkpoint(2).commit(again).end();
  expect(run.verdict(NAME)).toMatchObject({
    kind: "violated",
    sentence:
      "Record doubled: 1 is visible 2 times in log:sums, but sum+sink-1 writes it once in the failure-free run",
  });
});

test("failure-transparency names a commit of what no failure-free run writes", () => {
  const run = new HandRun().pass(1).show("sink-0-0", "7");
  expect(run.verdict(NAME)).toMatchObject({
    sentence: "7 is visible in log:sums, but sum+sink-1 never writes it in the failure-free run",
  });
});

test("failure-transparency names a gap at once, and what is missing at the end", () => {
  const gap = new HandRun().pass(2).show("sink-0-0", "3");
  expect(gap.verdict(NAME)).toMatchObject({
    sentence: "Gap: 3 is visible in log:sums, but not 1, which sum+sink-1 writes before it",
  });
  const run = new HandRun().pass(5);
  const first = run.transaction;
  run.checkpoint(1).commit(first).pass(1).checkpoint(2);
  expect(run.verdict(NAME).kind).toBe("holds");
  expect(run.end().verdict(NAME)).toMatchObject({
    kind: "violated",
    sentence:
      "Record lost: 21, written by sum+sink-1, is not visible in log:sums, though the job finished",
  });
});

test("failure-transparency names a commit taken back", () => {
  const aborted = new HandRun().pass(1);
  const { transaction } = aborted;
  aborted.checkpoint(1).commit(transaction);
  aborted.outside("transaction-aborted", { transaction, epoch: 0, reason: "fenced" });
  expect(aborted.verdict(NAME)).toMatchObject({
    sentence: "Commit taken back: transaction sink-0-0 was aborted after it was committed",
  });
  const rewritten = new HandRun().pass(2).show("sink-0-0", "1").show("sink-0-0", "3", 0);
  expect(rewritten.verdict(NAME)).toMatchObject({
    sentence:
      "Commit taken back: 3 became visible at offset 0 of sums/0, after readers had seen offset 0",
  });
});

test("failure-transparency lets at-least-once sinks repeat, but not lose", () => {
  const job = jobOf(
    () => [
      { uid: "in", operator: sourceOf("log:in") },
      { uid: "print", operator: sinkTo("stdout", "at-least-once") },
    ],
    { logs: new Map([["log:in", [[1, 2]]]]) },
  );
  const tell = (...lines: readonly number[]): readonly TraceEvent[] => {
    const trace = new TraceBuilder();
    trace.add("task-restored", "in+print-1", { checkpoint: 0 });
    for (const offset of [0, 1]) {
      const value = text(offset + 1);
      trace.add("record-read", "in+print-1", { source: "log:in", partition: 0, offset, value });
      trace.add("record-written", "in+print-1", { sink: "print", target: "stdout", value });
    }
    for (const line of lines) {
      trace.add("line-printed", "stdout", { line: text(text(line)), by: "in+print-1", attempt: 0 });
    }
    trace.add("job-ended", "job-master", { status: "FINISHED", reason: "" });
    return trace.events;
  };
  expect(check(job, tell(1, 1, 2))[0]).toMatchObject({
    kind: "holds",
    sentence:
      "One failure-free run of 2 steps explains what happened; nothing is committed; " +
      "checked only for loss at the end, as at-least-once: stdout (1 surplus record of 3)",
  });
  expect(check(job, tell(1))[0]).toMatchObject({
    kind: "violated",
    sentence:
      "Record lost: 2, written by in+print-1, never reached stdout, though the job finished",
  });
  expect(check(job, tell())[0]?.kind).toBe("violated");
});

test("failure-transparency does not check AT_LEAST_ONCE checkpointing", () => {
  const verdict = crashedRun().verdict(NAME, sumJob({ checkpointingMode: "AT_LEAST_ONCE" }));
  expect(verdict.kind).toBe("not-checked");
  expect(verdict.sentence).toMatch(/^Not checked: under AT_LEAST_ONCE/);
});

test("failure-transparency takes a step that fails its task for the last one", () => {
  const build = () => [
    { uid: "in", operator: sourceOf("log:in") },
    {
      uid: "check",
      operator: {
        kind: "map" as const,
        function: (value: unknown) => {
          if (value === 2) throw new Error("poison");
          return value;
        },
      },
    },
    { uid: "sink", operator: sinkTo("log:out") },
  ];
  expect(graphOf(build()).nodes.length).toBe(3);
  const job = jobOf(build, { logs: new Map([["log:in", [[1, 2]]]]), endsIn: "FAILED" });
  const at = "in+check+sink-1";
  const trace = new TraceBuilder();
  trace.add("task-restored", at, { checkpoint: 0 });
  trace.add("record-read", at, { source: "log:in", partition: 0, offset: 0, value: "1" });
  trace.add("record-written", at, { sink: "sink", target: "log:out", value: "1" });
  trace.add("record-read", at, { source: "log:in", partition: 0, offset: 1, value: "2" });
  trace.add("task-failed", at, { reason: "poison" });
  expect(check(job, trace.events)[0]?.kind).toBe("holds");
  trace.add("record-written", at, { sink: "sink", target: "log:out", value: "2" });
  expect(check(job, trace.events)[0]).toMatchObject({
    sentence: `${at} wrote 2 to log:out, but writes nothing more in the failure-free run`,
  });
});

test("failure-transparency speaks whatever is done to one committed record of a finished run", () => {
  const toy = fc.record({
    seed: fc.nat(),
    crashRate: fc.integer({ min: 0, max: 25 }),
    crashesMax: fc.integer({ min: 0, max: 3 }),
  });
  const change = fc.constantFrom("drop", "double", "rewrite");
  let changed = 0;
  fc.assert(
    fc.property(smallJob, toy, change, fc.nat(), (job, run, how, pick) => {
      const events = [...runToy(job, run)];
      const commits = events.filter(({ kind }) => kind === "record-committed");
      const victim = commits[pick % commits.length];
      if (victim?.kind !== "record-committed") return;
      const at = events.indexOf(victim);
      const other = { ...victim, offset: victim.offset + 1000, value: "null" };
      if (how === "drop") events.splice(at, 1);
      else if (how === "double") events.push({ ...victim, offset: victim.offset + 1000 });
      else events[at] = other;
      changed++;
      expect(check(job, events)[0]?.kind).toBe("violated");
    }),
  );
  expect(changed).toBeGreaterThan(20);
});
