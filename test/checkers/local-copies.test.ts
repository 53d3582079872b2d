// The copies that task managers keep, told by hand: each may go, be used or be left only as local recovery says.
import { expect, test } from "vitest";
import type { Verdict } from "../../sim/checkers/checker.ts";
import { storageIntegrity } from "../../sim/checkers/storage-integrity.ts";
import { sumJob } from "./hand-run.ts";
import { TraceBuilder } from "./trace-builder.ts";
import { verdictOf } from "./verdict-of.ts";

const TASK = "sum+sink-1";

/** Tells what happens to the copies of one subtask. */
class CopiedRun {
  readonly #trace = new TraceBuilder();
  #attempt = 0;
  #leadership = 0;

  register(...taskManagers: readonly string[]): this {
    for (const taskManager of taskManagers) {
      const fields = { taskManager, slots: 1, resource: taskManager };
      this.#trace.add("task-manager-registered", this.#jobMaster, fields);
    }
    return this;
  }

  miss(taskManager: string): this {
    this.#trace.add("task-manager-lost", this.#jobMaster, { taskManager, reason: "no heartbeat" });
    return this;
  }

  deploy(taskManager: string, checkpoint = 0): this {
    this.#trace.add("restore-started", this.#jobMaster, { checkpoint });
    const fields = { task: TASK, attempt: this.#attempt++, taskManager, checkpoint };
    this.#trace.add("task-deployed", this.#jobMaster, fields);
    return this;
  }

  keep(taskManager: string, checkpoint: number): this {
    const fields = { task: TASK, checkpoint, files: 1, bytes: 9 };
    this.#trace.add("local-state-stored", taskManager, fields);
    return this;
  }

  drop(taskManager: string, checkpoint: number): this {
    this.#trace.add("local-state-discarded", taskManager, { task: TASK, checkpoint });
    return this;
  }

  complete(checkpoint: number): this {
    const path = `checkpoints/chk-${checkpoint}/_metadata`;
    const written = { bytes: 9, hash: "hash", writer: "job-master" };
    this.#trace.add("write-completed", "storage", { path, ...written });
    const pointer = `ha/checkpoints/${checkpoint}`;
    this.#trace.add("write-completed", "storage", { path: pointer, ...written });
    this.#trace.add("checkpoint-stored", this.#jobMaster, { checkpoint, path });
    return this;
  }

  abort(checkpoint: number): this {
    this.#trace.add("checkpoint-aborted", this.#jobMaster, { checkpoint, reason: "" });
    return this;
  }

  crash(taskManager: string, disk: "kept" | "lost"): this {
    this.#trace.add("host-crashed", taskManager, { disk });
    return this;
  }

  lead(): this {
    this.#leadership++;
    return this;
  }

  choose(taskManager: string, checkpoint: number, alternative: "local" | "remote"): this {
    const reason = alternative === "local" ? "" : "no file";
    const fields = { task: TASK, operator: "sum", checkpoint, alternative, reason };
    this.#trace.add("restore-alternative-chosen", taskManager, fields);
    return this;
  }

  end(): this {
    this.#trace.add("job-ended", this.#jobMaster, { status: "FAILED", reason: "" });
    return this;
  }

  verdict(): Verdict {
    return verdictOf(storageIntegrity, sumJob({ cameToRest: true }), this.#trace.events);
  }

  get #jobMaster(): readonly [string, number] {
    return ["job-master", this.#leadership];
  }
}

/** Two machines, and a copy of the complete checkpoint 1 on the first. */
function begun(): CopiedRun {
  return new CopiedRun().register("a", "b").deploy("a").keep("a", 1).complete(1);
}

test.each([
  ["of the newest complete checkpoint", begun().drop("a", 1)],
  ["of one that may yet complete", begun().keep("a", 2).drop("a", 2)],
  ["that a restore has just used", begun().deploy("a", 1).choose("a", 1, "local").drop("a", 1)],
])("storage-integrity names the deletion of a copy %s", (_, run) => {
  expect(run.verdict().kind).toBe("violated");
  expect(run.verdict().sentence).toMatch(/^a deletes the copy .* which may still be the one/);
});

test.each([
  ["a later checkpoint is complete", begun().keep("a", 2).complete(2).drop("a", 1)],
  ["its checkpoint was aborted", begun().keep("a", 2).abort(2).drop("a", 2)],
  ["the job is over", begun().end().drop("a", 1)],
  ["it was lost with its disk", begun().crash("a", "lost").deploy("a", 1).choose("a", 1, "remote")],
])("storage-integrity lets a copy go when %s", (_, run) => {
  expect(run.verdict()).toMatchObject({ kind: "holds" });
});

test("storage-integrity names a restore without the copy that is there, and from one that is not", () => {
  const unused = begun().crash("a", "kept").deploy("a", 1).choose("a", 1, "remote");
  expect(unused.verdict().sentence).toMatch(/is restored without the copy .* on the disk of a/);
  const invented = begun().crash("a", "lost").deploy("a", 1).choose("a", 1, "local");
  expect(invented.verdict().sentence).toMatch(/but there is none on the disk of a$/);
  const other = begun().deploy("a", 2).choose("a", 2, "local");
  expect(other.verdict().kind).toBe("violated");
});

test("storage-integrity names a task that is moved away from its copy, unless its machine is gone", () => {
  const moved = begun().deploy("b", 1).choose("b", 1, "remote");
  expect(moved.verdict().sentence).toMatch(/^sum\+sink-1 is restored on b, but it ran on a, which/);
  const missed = begun().miss("a").deploy("b", 1).choose("b", 1, "remote");
  expect(missed.verdict().kind).toBe("holds");
  // A new job master does not know where its predecessor had tasks run.
  const led = begun().lead().register("a", "b").deploy("b", 1).choose("b", 1, "remote");
  expect(led.verdict().kind).toBe("holds");
});

test("storage-integrity names a copy that is left when the job has ended", () => {
  expect(begun().end().verdict().sentence).toMatch(
    /^Left behind: the copy .* on the disk of a, though the job ended FAILED$/,
  );
});
