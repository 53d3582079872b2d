// The shadow of the shared storage: what is retained is whole, and at the end nothing is left.
import { expect, test } from "vitest";
import type { Verdict } from "../../sim/checkers/checker.ts";
import { storageIntegrity } from "../../sim/checkers/storage-integrity.ts";
import { sumJob } from "./hand-run.ts";
import { TraceBuilder } from "./trace-builder.ts";
import { verdictOf } from "./verdict-of.ts";

/** Tells what happens to the files of checkpoints. */
class StoredRun {
  readonly #trace = new TraceBuilder();

  write(path: string, hash = `hash of ${path}`, writer = "numbers-1"): this {
    this.#trace.add("write-completed", "storage", { path, bytes: 9, hash, writer });
    return this;
  }

  drop(path: string): this {
    this.#trace.add("file-deleted", "storage", { path });
    return this;
  }

  /** Two files of tasks, `_metadata`, the pointer. */
  checkpoint(id: number): this {
    this.write(stateOf(id, "numbers-1")).write(stateOf(id, "sum+sink-1"));
    return this.complete(id);
  }

  complete(id: number): this {
    this.write(metadataOf(id)).write(pointerOf(id));
    this.#trace.add("checkpoint-stored", "job-master", { checkpoint: id, path: metadataOf(id) });
    return this;
  }

  /** The files that the metadata of a checkpoint refers to. */
  refer(checkpoint: number, ...paths: readonly string[]): this {
    const files = JSON.stringify(paths.map((path) => [path, 9]));
    this.#trace.add("shared-files-referenced", "job-master", { checkpoint, files });
    return this;
  }

  discard(id: number): this {
    this.drop(pointerOf(id)).drop(stateOf(id, "numbers-1")).drop(stateOf(id, "sum+sink-1"));
    return this.drop(metadataOf(id));
  }

  fault(): this {
    this.#trace.add("fault-struck", "cluster", { fault: 0, what: "power-loss" });
    return this;
  }

  fail(path: string): this {
    const fields = { path, writer: "numbers-1", reason: "full" };
    this.#trace.add("write-failed", "storage", fields);
    return this;
  }

  lead(newestCheckpoint: number): this {
    this.#trace.add("leadership-granted", ["job-master", 1], { newestCheckpoint });
    return this;
  }

  begin(transaction: string): this {
    const fields = { transaction, epoch: 0, by: "sum+sink-1", attempt: 0 };
    this.#trace.add("transaction-begun", "log:sums", fields);
    return this;
  }

  commit(transaction: string): this {
    const fields = { transaction, epoch: 0, records: 0 };
    this.#trace.add("transaction-committed", "log:sums", fields);
    return this;
  }

  end(status: "FINISHED" | "FAILED" = "FINISHED"): this {
    this.#trace.add("job-ended", "job-master", { status, reason: "" });
    return this;
  }

  verdict(cameToRest = true): Verdict {
    return verdictOf(storageIntegrity, sumJob({ cameToRest }), this.#trace.events);
  }
}

function stateOf(id: number, task: string): string {
  return `checkpoints/chk-${id}/${task}-0-keyed`;
}

function metadataOf(id: number): string {
  return `checkpoints/chk-${id}/_metadata`;
}

function pointerOf(id: number): string {
  return `ha/checkpoints/${id}`;
}

test("storage-integrity holds when files go after their pointer and nothing stays", () => {
  const run = new StoredRun().begin("sink-0-0").checkpoint(1).checkpoint(2).discard(1);
  run.commit("sink-0-0").end().discard(2);
  expect(run.verdict()).toMatchObject({
    kind: "holds",
    sentence: "All that is retained is whole after 16 changes; nothing is left behind",
  });
});

test("storage-integrity names a file that goes before its pointer", () => {
  const run = new StoredRun().checkpoint(1).checkpoint(2).drop(stateOf(1, "numbers-1"));
  expect(run.verdict()).toMatchObject({
    kind: "violated",
    sentence:
      "checkpoints/chk-1/numbers-1-0-keyed was deleted, but the pointer to checkpoint 1, " +
      "which may refer to it, is still there",
    events: [3, 10],
  });
});

test("storage-integrity names a file that is gone before its checkpoint completes", () => {
  const run = new StoredRun().write(stateOf(1, "numbers-1")).drop(stateOf(1, "numbers-1"));
  expect(run.complete(1).verdict().sentence).toBe(
    "checkpoints/chk-1/numbers-1-0-keyed was deleted, but checkpoint 1 has become one to restore from",
  );
});

test("storage-integrity names a file that could not be written", () => {
  const run = new StoredRun().fail(stateOf(1, "numbers-1")).complete(1);
  expect(run.verdict().sentence).toBe(
    "checkpoints/chk-1/numbers-1-0-keyed was not written, but checkpoint 1 has become one to restore from",
  );
  const again = new StoredRun().fail(metadataOf(1)).checkpoint(1);
  expect(again.verdict().kind).toBe("holds");
});

test("storage-integrity names a file that comes too late, and one that changes", () => {
  const late = new StoredRun().complete(1).write(stateOf(1, "numbers-1"));
  expect(late.verdict().sentence).toBe(
    "checkpoints/chk-1/numbers-1-0-keyed was written only after checkpoint 1 had become one to restore from",
  );
  const changed = new StoredRun().checkpoint(1).write(stateOf(1, "numbers-1"), "other");
  expect(changed.verdict().sentence).toBe(
    "checkpoints/chk-1/numbers-1-0-keyed has another content now, but the pointer to checkpoint 1 is still there",
  );
  const same = new StoredRun().checkpoint(1).write(stateOf(1, "numbers-1"));
  expect(same.verdict().kind).toBe("holds");
});

test("storage-integrity names a checkpoint without _metadata", () => {
  const run = new StoredRun().write(stateOf(1, "numbers-1")).write(pointerOf(1));
  expect(run.verdict().sentence).toBe(
    "Checkpoint 1 has become one to restore from, but there is no _metadata file of it",
  );
});

test("storage-integrity names a leader that does not find the newest checkpoint", () => {
  expect(new StoredRun().checkpoint(9).checkpoint(10).lead(10).verdict().kind).toBe("holds");
  expect(new StoredRun().checkpoint(9).checkpoint(10).lead(9).verdict().sentence).toBe(
    "A new leader takes checkpoint 9 for the newest, but there is a pointer to checkpoint 10",
  );
});

test("storage-integrity names what is left behind, once all is at rest", () => {
  const run = new StoredRun().checkpoint(1).checkpoint(2).drop(pointerOf(1)).end().discard(2);
  expect(run.verdict(false).kind).toBe("holds");
  expect(run.verdict()).toMatchObject({
    kind: "violated",
    sentence:
      "Left behind: checkpoints/chk-1/numbers-1-0-keyed of checkpoint 1, which no trouble came near, " +
      "though the job ended FINISHED",
  });
});

test("storage-integrity excuses what trouble came near, and no more", () => {
  const near = new StoredRun().checkpoint(1).fault().drop(pointerOf(1)).end();
  expect(near.verdict()).toMatchObject({
    kind: "holds",
    sentence:
      "All that is retained is whole after 5 changes; 3 files of checkpoints in trouble left behind",
  });
  const far = new StoredRun().checkpoint(1).drop(pointerOf(1));
  for (const id of [2, 3, 4]) far.checkpoint(id).discard(id);
  expect(far.fault().end().verdict().kind).toBe("violated");
});

test("storage-integrity excuses a shared file that trouble kept from going with its last checkpoint", () => {
  const file = "checkpoints/shared/mat-1-sum+sink-1-0-sum-materialized-1";
  const referred = (): StoredRun =>
    new StoredRun().write(file).refer(1, file).checkpoint(1).checkpoint(2).checkpoint(3);
  const near = referred().fault().drop(pointerOf(1)).discard(2).discard(3).end();
  expect(near.verdict().kind).toBe("holds");
  const far = referred().discard(1).discard(2).discard(3);
  for (const id of [4, 5, 6]) far.checkpoint(id).discard(id);
  expect(far.fault().end().verdict()).toMatchObject({
    kind: "violated",
    sentence: expect.stringContaining(`Left behind: ${file} of materialization 1`),
  });
});

test("storage-integrity lets a failed job keep what it can be restored from, a finished one nothing", () => {
  expect(new StoredRun().checkpoint(1).end("FAILED").drop(pointerOf(1)).verdict().kind).toBe(
    "holds",
  );
  expect(new StoredRun().checkpoint(1).end("FINISHED").drop(pointerOf(1)).verdict().kind).toBe(
    "violated",
  );
});

test("storage-integrity names a transaction that is still open when the job has finished", () => {
  expect(new StoredRun().begin("sink-0-3").end().verdict().sentence).toBe(
    "Left behind: transaction sink-0-3, begun by sum+sink-1 in attempt 0, is still open, though the job finished",
  );
  expect(new StoredRun().begin("sink-0-3").end("FAILED").verdict().kind).toBe("holds");
});
