// One attempt of a subtask at a time, one leader of a job at a time.
import { expect, test } from "vitest";
import { singleWriter } from "../../sim/checkers/single-writer.ts";
import { HandRun, sumJob } from "./hand-run.ts";
import { TraceBuilder } from "./trace-builder.ts";
import { verdictOf } from "./verdict-of.ts";

const NAME = "single-writer";

test("single-writer holds when attempts follow each other, though a new one commits for the old", () => {
  const run = new HandRun().pass(2);
  const first = run.transaction;
  run.checkpoint(1).crash().restore(1).commit(first).pass(2);
  const second = run.transaction;
  expect(run.checkpoint(2).commit(second).verdict(NAME)).toEqual({
    kind: "holds",
    checker: NAME,
    sentence: "4 attempts and 0 leaders, one at a time",
  });
});

test("single-writer names a write of an old attempt that is committed", () => {
  const run = new ZombieRun().restored(0).begin("sink-0-0", 0).write(0, "1").restored(1);
  run.write(0, "2").flush("sink-0-0", 2);
  expect(run.verdict().kind).toBe("holds");
  expect(run.commit("sink-0-0", 2).verdict()).toMatchObject({
    kind: "violated",
    sentence:
      "Two writers: sum+sink-1 wrote 2 in attempt 0, after attempt 1 was restored, and transaction sink-0-0 committed it",
  });
});

test("single-writer lets an old attempt write what is never committed", () => {
  const run = new ZombieRun().restored(0).begin("sink-0-0", 0).write(0, "1").flush("sink-0-0", 1);
  run.begin("sink-0-1", 0).restored(1).write(0, "2").flush("sink-0-1", 1).commit("sink-0-0", 1);
  expect(run.verdict().kind).toBe("holds");
});

test("single-writer names an attempt that begins again", () => {
  const run = new ZombieRun().restored(0).restored(1).restored(0);
  expect(run.verdict().sentence).toBe("Attempt 0 of sum+sink-1 begins a second time");
});

test("single-writer names an acknowledgement of an old attempt that counts", () => {
  const late = new ZombieRun().restored(0).restored(1).acknowledge(0, "discarded");
  expect(late.verdict().kind).toBe("holds");
  expect(late.acknowledge(0, "success").verdict().sentence).toBe(
    "The acknowledgement of checkpoint 1 by attempt 0 of sum+sink-1 counts, but attempt 1 was restored before",
  );
});

test("single-writer names two leaders", () => {
  expect(new ZombieRun().lead(0).lead(1).verdict().sentence).toBe(
    "Two leaders: leadership 1 was granted, but leadership 0 is not over",
  );
  expect(new ZombieRun().lead(0).crashLeader(0).lead(1).verdict()).toMatchObject({
    kind: "holds",
    sentence: "0 attempts and 2 leaders, one at a time",
  });
});

test("single-writer names a leader that acts after it was deposed", () => {
  const run = new ZombieRun().lead(0).crashLeader(0).lead(1);
  expect(run.lose(0).verdict().kind).toBe("holds");
  expect(run.trigger(0).verdict().sentence).toBe(
    "Two leaders: leadership 0 still has a say (checkpoint-triggered) after leadership 1 was granted",
  );
});

/** Tells what attempts of one subtask and leaders do. */
class ZombieRun {
  readonly #trace = new TraceBuilder();

  restored(attempt: number): this {
    this.#trace.add("task-restored", ["sum+sink-1", attempt], { checkpoint: 0 });
    return this;
  }

  write(attempt: number, value: string): this {
    const fields = { sink: "sink", target: "log:sums", value };
    this.#trace.add("record-written", ["sum+sink-1", attempt], fields);
    return this;
  }

  begin(transaction: string, attempt: number): this {
    const fields = { transaction, epoch: 0, by: "sum+sink-1", attempt };
    this.#trace.add("transaction-begun", "log:sums", fields);
    return this;
  }

  flush(transaction: string, records: number): this {
    this.#trace.add("transaction-flushed", "log:sums", { transaction, epoch: 0, records });
    return this;
  }

  commit(transaction: string, records: number): this {
    this.#trace.add("transaction-committed", "log:sums", { transaction, epoch: 0, records });
    return this;
  }

  acknowledge(attempt: number, outcome: string): this {
    const fields = { checkpoint: 1, task: "sum+sink-1", attempt, outcome, bytes: 1 };
    this.#trace.add("acknowledgement-received", "job-master", fields);
    return this;
  }

  lead(leadership: number): this {
    const at = ["job-master", leadership] as const;
    this.#trace.add("leadership-granted", at, { newestCheckpoint: 0 });
    return this;
  }

  crashLeader(boot: number): this {
    this.#trace.add("host-crashed", ["job-manager", boot], { disk: "kept" });
    return this;
  }

  trigger(leadership: number): this {
    const at = ["job-master", leadership] as const;
    this.#trace.add("checkpoint-triggered", at, { checkpoint: 1, tasks: 1 });
    return this;
  }

  /** A message of a leader is lost: not its doing. */
  lose(leadership: number): this {
    const fields = { message: "heartbeat", to: "task-manager-1", about: "task-manager-1" };
    this.#trace.add("message-lost", ["job-master", leadership], fields);
    return this;
  }

  verdict(): ReturnType<typeof verdictOf> {
    return verdictOf(singleWriter, sumJob(), this.#trace.events);
  }
}
