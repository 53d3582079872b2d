// One run: what it may be told, and what it says of itself.
import { expect, test } from "vitest";
import type { TraceBlock } from "../../sim/kernel/recorder.ts";
import { instant } from "../../sim/kernel/virtual-time.ts";
import { complaintsOf, runChecked, runner } from "../support/runner.ts";

const WORD_COUNT = { scenario: "word-count", seed: 2 };

test("run ends when nothing is left to happen", () => {
  const run = runner.run(runner.prepare(WORD_COUNT));
  expect([run.end, run.jobStatus, run.brokenInvariant]).toEqual(["idle", "FINISHED", undefined]);
  expect(run.handled).toBeGreaterThan(500);
});

test("run gives up at its bounds, and what was seen by then is the same", () => {
  const job = runner.prepare(WORD_COUNT);
  const whole = runner.runChecked(job);
  const bounds = { until: instant(100_000) };
  const cut = runner.runChecked(job, { bounds });
  expect(cut.run.end).toBe("time-bound");
  expect(cut.events.length).toBeGreaterThan(10);
  expect(whole.events.slice(0, cut.events.length)).toEqual(cut.events);
  expect(cut.verdicts.filter(({ kind }) => kind === "violated")).toEqual([]);
  expect(runner.run(job, { bounds: { maxEvents: 50 } }).end).toBe("event-bound");
});

test("run gives the same digest whether its blocks are kept or streamed out", () => {
  const job = runner.prepare(WORD_COUNT);
  const streamed: TraceBlock[] = [];
  const kept = runner.run(job);
  const streaming = runner.run(job, { onBlock: (block) => void streamed.push(block) });
  expect(streaming.digest).toBe(kept.digest);
  expect(streaming.blocks).toEqual([]);
  expect(streamed).toEqual(kept.blocks);
});

test("run does the same at every recording level", () => {
  const runs = ["off", "protocol", "records", "state", "network"].map((level) => {
    return runChecked({ ...WORD_COUNT, config: { "recording.level": level } });
  });
  expect(new Set(runs.map(({ run }) => run.handled)).size).toBe(1);
  expect(new Set(runs.map(({ run }) => run.virtualTime)).size).toBe(1);
  expect(new Set(runs.map(({ run }) => run.digest)).size).toBe(5);
  const counts = runs.map(({ run }) => run.eventCount);
  expect(counts[0]).toBe(0);
  expect(counts).toEqual([...counts].sort((a, b) => a - b));
});

test("run with recording off is not judged: no checker says that anything holds", () => {
  const { verdicts } = runChecked({ ...WORD_COUNT, config: { "recording.level": "off" } });
  expect(verdicts.filter(({ kind }) => kind !== "not-checked")).toEqual([]);
  expect(verdicts.length).toBeGreaterThan(0);
});

test("run stops when someone who watches it says so", () => {
  const job = runner.prepare(WORD_COUNT);
  const run = runner.run(job, {
    watch: ({ observe, stop }) => observe("checkpoint-completed", stop),
  });
  expect(run.end).toBe("stopped");
  expect(run.jobStatus).toBe("RUNNING");
});

test("run carries any number of workers, slots and buffers", () => {
  const settings = [
    { "world.task-managers": 5 },
    { "taskmanager.numberOfTaskSlots": 2 },
    {
      "taskmanager.network.memory.buffers-per-channel": 1,
      "taskmanager.network.memory.floating-buffers-per-gate": 0,
      "taskmanager.network.memory.max-buffers-per-channel": 1,
    },
    { "world.source.fetch-size": 1 },
    {
      "execution.checkpointing.max-concurrent-checkpoints": 3,
      "execution.checkpointing.interval": "10 ms",
    },
    { "execution.checkpointing.mode": "AT_LEAST_ONCE" },
  ];
  for (const config of settings) {
    const checked = runChecked({ ...WORD_COUNT, config });
    expect(checked.run.jobStatus, JSON.stringify(config)).toBe("FINISHED");
    expect(complaintsOf(checked), JSON.stringify(config)).toEqual([]);
  }
});

/** A storage so slow that no checkpoint is written within its time-out. */
const NEVER_WRITTEN = {
  "world.storage.bandwidth": 500,
  "execution.checkpointing.data-inline-threshold": "0 b",
  "execution.checkpointing.timeout": "150 ms",
};

test("run ends a job that restarts for ever, and its verdict says why", () => {
  const { run, verdicts } = runChecked({ ...WORD_COUNT, config: NEVER_WRITTEN, faults: [] });
  expect([run.end, run.jobStatus]).toEqual(["endless-restarts", "RESTARTING"]);
  expect(run.eventCount).toBeLessThan(100_000);
  expect(verdicts.find(({ checker }) => checker === "liveness")).toMatchObject({
    kind: "violated",
    sentence: expect.stringMatching(
      /no checkpoint completed since: it restarted 100 times, at last because checkpoint \d+ was aborted \(CHECKPOINT_EXPIRED\)$/,
    ),
  });
});

test("a world that goes on after a power loss ends too if its job restarts for ever", () => {
  const job = runner.prepare({ ...WORD_COUNT, config: NEVER_WRITTEN, faults: [] });
  const before = runner.world(job);
  before.run({ until: instant(500_000), maxEvents: 100_000 });
  const after = before.afterPowerLoss();
  expect(after.run()).toBe("endless-restarts");
  expect(after.simulation.handled).toBeLessThan(100_000);
});

test("run lets a job restart as long as its plan has a fault at a later time", () => {
  const canceled = { what: "job-canceled", where: "job-master", when: { at: 300_000_000 } };
  const job = runner.prepare({ ...WORD_COUNT, config: NEVER_WRITTEN, faults: [canceled] });
  expect(runner.run(job)).toMatchObject({ end: "idle", jobStatus: "CANCELED" });
});
