// Jobs that are stopped, canceled and started again: what each entry of a plan does, whose the snapshot then is, and what
// is refused.
import { expect, test } from "vitest";
import type { Fault, ResumeOptions } from "../../../sim/api/scenario.ts";
import type { Case } from "../../../sim/harness/case.ts";
import type { CheckedRun } from "../../../sim/harness/runner.ts";
import { complaintsOf, runChecked, runner } from "../../support/runner.ts";

const RETENTION = "execution.checkpointing.externalized-checkpoint-retention";
const FILES = {
  "recording.level": "state",
  "execution.checkpointing.data-inline-threshold": "0 b",
};
const SEEDS = [1, 2, 3];

function stored(nth: number): Fault["when"] {
  return { after: { event: "checkpoint-stored", place: "job-master", nth } };
}

function act(what: string, when: Fault["when"], more: Partial<Fault> = {}): Fault {
  return { what, where: "job-master", when, ...more };
}

function resumed(nth: number, resume: ResumeOptions): Fault {
  const when = { after: { event: "job-ended", place: "job-master", nth } };
  return act("job-resumed", when, { resume });
}

function run(faults: readonly Fault[], more: Partial<Case> = {}): CheckedRun {
  return runChecked({ scenario: "rescaling", config: FILES, ...more, faults });
}

function endsOf({ events }: CheckedRun): readonly (readonly [string, string])[] {
  return events.flatMap((event) =>
    event.kind === "job-ended" ? [[event.status, event.reason] as const] : [],
  );
}

function refusalsOf({ events }: CheckedRun): readonly string[] {
  return events.flatMap((event) => (event.kind === "submission-refused" ? [event.reason] : []));
}

/** The files that are there at the end of a run. */
function filesLeft(request: Case): readonly string[] {
  let files: ReadonlyMap<string, Uint8Array> = new Map();
  runner.run(runner.prepare(request), {
    watch: (world) => {
      files = world.files;
    },
  });
  return [...files.keys()];
}

test("a savepoint lets the job go on, and stays when the job has ended", () => {
  const faults = [
    act("savepoint-requested", stored(1), { format: "CANONICAL" }),
    act("savepoint-requested", stored(2), { format: "NATIVE" }),
  ];
  for (const seed of SEEDS) {
    const checked = run(faults, { seed });
    expect(complaintsOf(checked)).toEqual([]);
    expect(endsOf(checked)).toEqual([["FINISHED", ""]]);
    const left = filesLeft({ scenario: "rescaling", config: FILES, seed, faults });
    const folders = new Set(
      left.flatMap((path) => /^savepoints\/savepoint-\d+\//.exec(path) ?? []),
    );
    expect(folders.size).toBe(2);
    // The native one has its sorted files in its own folder; nothing of it is shared.
    expect(left.some((path) => /^savepoints\/.*\.sst$/.test(path))).toBe(true);
    expect(left.filter((path) => path.startsWith("checkpoints/"))).toEqual([]);
  }
});

test("a stopped job has committed all that its savepoint holds, and ends FINISHED", () => {
  for (const seed of SEEDS) {
    const checked = run([act("job-stopped", stored(1))], { seed });
    expect(complaintsOf(checked)).toEqual([]);
    expect(endsOf(checked)[0]?.[1]).toMatch(/^Stopped with savepoint \d+$/);
    const written = checked.events.filter(({ kind }) => kind === "record-written").length;
    expect(checked.events.filter(({ kind }) => kind === "record-committed")).toHaveLength(written);
    expect(written).toBeLessThan(96);
  }
});

test.each([
  ["NO_EXTERNALIZED_CHECKPOINTS", 0],
  ["DELETE_ON_CANCELLATION", 0],
  ["RETAIN_ON_CANCELLATION", 1],
])("a canceled job under %s leaves %i checkpoints", (retention, count) => {
  const config = { ...FILES, [RETENTION]: retention };
  const faults = [act("job-canceled", stored(2))];
  const checked = run(faults, { config, seed: 1 });
  expect(complaintsOf(checked)).toEqual([]);
  expect(endsOf(checked)).toEqual([["CANCELED", ""]]);
  const left = filesLeft({ scenario: "rescaling", config, seed: 1, faults });
  expect(left.filter((path) => path.endsWith("/_metadata"))).toHaveLength(count);
});

test.each([
  ["CLAIM", false],
  ["NO_CLAIM", true],
  ["LEGACY", true],
] as const)("under %s the checkpoint that a job was started from stays: %s", (claimMode, stays) => {
  const faults = [act("job-canceled", stored(2)), resumed(1, { claimMode })];
  for (const seed of SEEDS) {
    const checked = run(faults, { seed });
    expect(complaintsOf(checked)).toEqual([]);
    expect(endsOf(checked).map(([status]) => status)).toEqual(["CANCELED", "FINISHED"]);
    const left = filesLeft({ scenario: "rescaling", config: FILES, seed, faults });
    expect(left.some((path) => /\/chk-2\/_metadata$/.test(path))).toBe(stays);
  }
});

test("a stop outlasts a power loss, as does the wish to start again", () => {
  for (const event of ["snapshot-taken", "transaction-committed", "task-finished"]) {
    const power: Fault = {
      what: "power-loss",
      where: "cluster",
      when: {
        after:
          event === "transaction-committed"
            ? { event, place: "log:counts", nth: 3 }
            : { event, place: "source-1", nth: event === "snapshot-taken" ? 2 : 1 },
      },
    };
    const again = resumed(1, { config: { "parallelism.default": 3 } });
    const checked = run([act("job-stopped", stored(1)), again, power], { seed: 1 });
    expect(complaintsOf(checked)).toEqual([]);
    expect(checked.run.unstruckFaults).toEqual([]);
    expect(endsOf(checked).at(-1)).toEqual(["FINISHED", ""]);
    expect(checked.events.some(({ kind }) => kind === "job-submitted")).toBe(true);
  }
});

test("no power loss comes between the write that starts a job again and the event that says so", () => {
  const again = resumed(1, { config: { "parallelism.default": 3 } });
  const plan = [act("job-stopped", stored(1)), again];
  const { events } = run(plan, { seed: 1 });
  const writes = events.filter(({ kind }) => kind === "write-completed");
  const nth = writes.findIndex((event) => "path" in event && event.path === "ha/submission") + 1;
  expect(nth).toBeGreaterThan(0);
  const when = { after: { event: "write-completed", place: "storage", nth } };
  const checked = run([...plan, { what: "power-loss", where: "cluster", when }], { seed: 1 });
  expect(complaintsOf(checked)).toEqual([]);
  expect(endsOf(checked).at(-1)).toEqual(["FINISHED", ""]);
  const told = checked.events.filter(({ kind }) => {
    return kind === "job-submitted" || kind === "host-crashed" || kind === "leadership-granted";
  });
  // The first leader of the submission says it, and dies; the one that takes over leads it without a word.
  expect(told.slice(0, 3).map(({ kind }) => kind)).toEqual([
    "leadership-granted",
    "job-submitted",
    "host-crashed",
  ]);
  expect(told.filter(({ kind }) => kind === "job-submitted")).toHaveLength(1);
  const tasks = checked.events.flatMap((event) => {
    return event.kind === "task-deployed" && event.attempt > 0 ? [event.task] : [];
  });
  expect(tasks).toContain("count+sink-3");
});

test("another backend reads a canonical savepoint, and not a native one", () => {
  const config = { "state.backend.type": "hashmap" };
  for (const format of ["CANONICAL", "NATIVE"] as const) {
    const checked = run([act("job-stopped", stored(1), { format }), resumed(1, { config })]);
    const [status, reason] = endsOf(checked).at(-1) ?? [];
    expect(status).toBe(format === "CANONICAL" ? "FINISHED" : "FAILED");
    if (format === "NATIVE")
      expect(reason).toMatch(/a canonical savepoint changes the state backend/);
  }
});

test("a job is not started again from nothing, nor when it has done all its work", () => {
  const config = { ...FILES, [RETENTION]: "NO_EXTERNALIZED_CHECKPOINTS" };
  const canceled = run([act("job-canceled", stored(1)), resumed(1, {})], { config });
  expect(refusalsOf(canceled)).toEqual(["there is no savepoint, and no checkpoint was retained"]);
  const unsaved = run([act("job-canceled", stored(1)), resumed(1, { from: "savepoint" })]);
  expect(refusalsOf(unsaved)).toEqual(["there is no savepoint"]);
  const done = run([resumed(1, {})]);
  expect(refusalsOf(done)).toEqual(["the job has worked off all its input"]);
});

test("entries of a plan are refused where they make no sense", () => {
  const when: Fault["when"] = { at: 1 };
  const refusal = (fault: Fault) => () => run([fault]);
  expect(refusal(act("job-canceled", when, { format: "NATIVE" }))).toThrow(
    'Cannot plan job-canceled: found a "format", which only savepoint-requested and job-stopped take',
  );
  expect(refusal(act("job-stopped", when, { resume: {} }))).toThrow(
    'Cannot plan job-stopped: found "resume", which only job-resumed takes',
  );
  expect(refusal(resumed(1, { config: { "paralelism.default": 2 } }))).toThrow(
    'Cannot set "paralelism.default": no such configuration key, the nearest is "parallelism.default"',
  );
  expect(refusal(resumed(1, { config: { "parallelism.default": 129 } }))).toThrow(
    /^Cannot start the job again: with the configuration of "job-resumed" its tasks are /,
  );
});
