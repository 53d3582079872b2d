// Source records and their effects, counted.
import { expect, test } from "vitest";
import { provenance } from "../../sim/checkers/provenance.ts";
import { HandRun, sumJob } from "./hand-run.ts";
import { hashBy, jobOf, sinkTo, sourceOf } from "./small-jobs.ts";
import { TraceBuilder } from "./trace-builder.ts";
import { verdictOf } from "./verdict-of.ts";

const NAME = "provenance";

test("provenance holds when each source record has its effect once, whatever was done twice", () => {
  const run = new HandRun().pass(2);
  const first = run.transaction;
  run.checkpoint(1).pass(3).crash().restore(1).commit(first).pass(2).crash().restore(1).pass(4);
  const last = run.transaction;
  run.checkpoint(2).commit(last).end();
  expect(run.verdict(NAME)).toEqual({
    kind: "holds",
    checker: NAME,
    sentence: "6 source records behind 6 records of sums, each once",
  });
});

test("provenance names a source record with two committed effects at once", () => {
  const run = new HandRun().pass(2);
  const first = run.transaction;
  run.checkpoint(1).commit(first).crash().restore(1).read(1).add(2);
  const second = run.transaction;
  run.checkpoint(2);
  expect(run.verdict(NAME).kind).toBe("holds");
  expect(run.commit(second).verdict(NAME)).toMatchObject({
    kind: "violated",
    sentence:
      "Record doubled: record 1 of log:numbers/0 is behind 3 at offset 1 of sums/0 and again behind 5 at offset 2",
  });
});

test("provenance names what was never read, once the job has finished", () => {
  const run = new HandRun().pass(2).read(3).add(4).read(4).add(5).read(5).add(6);
  const transaction = run.transaction;
  run.checkpoint(1).commit(transaction);
  expect(run.verdict(NAME).kind).toBe("holds");
  expect(run.end().verdict(NAME)).toMatchObject({
    kind: "violated",
    sentence: "Record lost: record 2 of log:numbers/0 is never read, though the job finished",
  });
});

test("provenance names what was read twice in the history that counts", () => {
  const run = new HandRun().pass(6).read(5).add(6);
  const transaction = run.transaction;
  run.checkpoint(1).commit(transaction).end();
  expect(run.verdict(NAME).kind).toBe("violated");
});

test("provenance names what was sent and never worked on", () => {
  const run = new HandRun().pass(5).read();
  const transaction = run.transaction;
  run.checkpoint(1).commit(transaction).end();
  expect(run.verdict(NAME)).toMatchObject({
    sentence:
      "Record lost: 6 of record 5 of log:numbers/0 is never worked on, though the job finished",
  });
});

test("provenance names what a task worked on twice, though nothing is wrong with it outside", () => {
  const run = new HandRun().pass(6);
  const transaction = run.transaction;
  const fields = { channel: "numbers-1->sum+sink-1/0", sequence: 5, value: "6" };
  run.at("sum+sink-1", "record-processed", fields).checkpoint(1).commit(transaction).end();
  expect(run.verdict(NAME)).toMatchObject({
    sentence:
      "Record doubled: 6 of record 5 of log:numbers/0 is worked on 2 times in the history that counts",
  });
});

test("provenance names what was written and never committed", () => {
  const run = new HandRun().pass(4);
  const first = run.transaction;
  run.checkpoint(1).commit(first).pass(2).checkpoint(2).end();
  expect(run.verdict(NAME)).toMatchObject({
    sentence:
      "Record lost: 15 of record 4 of log:numbers/0 never comes to log:sums, though the job finished",
  });
});

test("provenance names an effect of steps that a restore threw away", () => {
  const run = new HandRun().pass(2).checkpoint(1).commit("sink-0-0").pass(1);
  const dead = run.transaction;
  run.trigger(2).cutSource(2).cutSum(2).abort(2).crash().restore(1).commit(dead);
  expect(run.verdict(NAME).kind).toBe("holds");
  for (const offset of [2, 3, 4, 5]) run.read(offset).add(offset + 1);
  const alive = run.transaction;
  run.checkpoint(3);
  expect(run.commit(alive).end().verdict(NAME).sentence).toMatch(
    /^Record doubled: record 2 of log:numbers\/0 is behind 6 at offset 2/,
  );
});

test("provenance names a visible record that its transaction does not hold", () => {
  const run = new HandRun().pass(2);
  const transaction = run.transaction;
  run.checkpoint(1).outside("transaction-committed", { transaction, epoch: 0, records: 2 });
  expect(run.show(transaction, "7").verdict(NAME)).toMatchObject({
    sentence:
      "No source record is behind 7 at offset 0 of sums/0: transaction sink-0-0 does not hold it",
  });
});

test("provenance counts a record worked on three times, which an exclusive or would take for once", () => {
  const run = new HandRun().pass(6);
  const transaction = run.transaction;
  for (const sequence of [5, 5]) {
    const fields = { channel: "numbers-1->sum+sink-1/0", sequence, value: "6" };
    run.at("sum+sink-1", "record-processed", fields);
  }
  run.checkpoint(1).commit(transaction).end();
  expect(run.verdict(NAME).sentence).toContain("is worked on 3 times");
});

test("provenance tells the outputs of one step apart", () => {
  const job = jobOf(
    () => [
      { uid: "lines", operator: sourceOf("log:lines") },
      {
        uid: "split",
        operator: { kind: "flat-map", function: () => {} },
        ...hashBy(String),
      },
      { uid: "sink", operator: sinkTo("log:words") },
    ],
    { logs: new Map([["log:lines", [["a a"]]]]) },
  );
  const trace = new TraceBuilder();
  const value = '"a"';
  const line = '"a a"';
  const task = "split+sink-1";
  const channel = `lines-1->${task}/0`;
  trace.add("record-read", "lines-1", {
    source: "log:lines",
    partition: 0,
    offset: 0,
    value: line,
  });
  trace.add("record-emitted", "lines-1", { channel, sequence: 0, value: line });
  const transaction = "sink-0-0";
  trace.add("transaction-begun", "log:words", { transaction, epoch: 0, by: task, attempt: 0 });
  trace.add("record-processed", task, { channel, sequence: 0, value: line });
  for (const _ of [1, 2]) {
    trace.add("record-written", task, { sink: "sink", target: "log:words", value });
  }
  trace.add("transaction-flushed", "log:words", { transaction, epoch: 0, records: 2 });
  trace.add("transaction-committed", "log:words", { transaction, epoch: 0, records: 2 });
  for (const offset of [0, 1]) {
    const fields = { log: "words", partition: 0, offset, transaction, value };
    trace.add("record-committed", "log:words", fields);
  }
  trace.add("job-ended", "job-master", { status: "FINISHED", reason: "" });
  expect(verdictOf(provenance, job, trace.events)).toMatchObject({
    kind: "holds",
    sentence: "1 source record behind 2 records of words, each once",
  });
});

test("provenance is not checked under AT_LEAST_ONCE", () => {
  const job = sumJob({ checkpointingMode: "AT_LEAST_ONCE" });
  expect(new HandRun().verdict(NAME, job).kind).toBe("not-checked");
});
