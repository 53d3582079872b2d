// The figures of docs/performance.md: how fast the kernel, the engine and whole runs are, and what a record and an
// event cost. Loaded as a bundle, since that is what runs, and run by its own threads. Each figure is the median of a
// few short repetitions.

import { on } from "node:events";
import { isMainThread, parentPort, Worker, workerData } from "node:worker_threads";
import { wordCount } from "../../scenarios/word-count.ts";
import type { Scenario } from "../api/scenario.ts";
import type { PreparedJob } from "../harness/prepared-job.ts";
import { Runner } from "../harness/runner.ts";
import { invariant } from "../kernel/invariant.ts";
import type { RecordingLevel } from "../kernel/recorder.ts";
import { Keyframes } from "../trace/keyframes.ts";
import { decodeEvents, tracedKinds } from "../trace/trace.ts";
import { TRACE_EVENT_KINDS } from "../trace/trace-event.ts";
import { largeWordCount } from "./bench-job.ts";
import { holdOnBareHeap, holdOnKernel } from "./hold-model.ts";
import { sha256 } from "./sha256.ts";

/** One figure. */
export interface Figure {
  /** With slashes, from the general to the particular, such as `kernel/hold/1000`. */
  readonly name: string;
  readonly value: number;
  readonly unit: string;
}

/**
 * Measures one figure after the other; a caller may stop in between. With `only`, those whose name begins so.
 *
 * Each group has a thread of its own, for V8 keeps what it has learnt: that much lives long in a large run, say, so
 * that it is better allocated among the old. Small runs after a large one then take half as long again.
 *
 * @example for await (const { name, value } of measure("kernel/hold")) console.log(name, value);
 */
export async function* measure(only = ""): AsyncGenerator<Figure, void> {
  for (const group of GROUPS.keys()) {
    if (!group.startsWith(only) && !only.startsWith(group)) continue;
    const thread = new Worker(new URL(import.meta.url), { workerData: group, execArgv: [] });
    try {
      for await (const [message] of on(thread, "message", { close: ["exit"] })) {
        const figure = message as Figure;
        if (figure.name.startsWith(only)) yield { ...figure, value: rounded(figure.value) };
      }
    } finally {
      await thread.terminate();
    }
  }
}

const GROUPS: ReadonlyMap<string, () => Iterable<Figure>> = new Map([
  ["kernel/", kernelFigures],
  ["engine/", engineFigures],
  ["reference-job/", referenceJobFigures],
  ["cost-per-record/", costFigures],
  ["trace/", traceFigures],
  ["seek/", seekFigures],
]);

const HELD_EVENTS = 400_000;
const REPETITIONS = 5;

/** The hold model, each beside a bare heap that does nothing else, measured in turn with it. */
function* kernelFigures(): Generator<Figure, void> {
  for (const recording of [false, true]) {
    for (const pending of [64, 100, 1000, 10_000]) {
      const load = { pending, events: HELD_EVENTS };
      const kernel: number[] = [];
      const bare: number[] = [];
      for (let repetition = 0; repetition < REPETITIONS; repetition++) {
        kernel.push(holdOnKernel({ ...load, recording }));
        bare.push(holdOnBareHeap(load));
      }
      const name = `kernel/${recording ? "hold-recorded" : "hold"}/${pending}`;
      const unit = "million events/s";
      yield { name, value: HELD_EVENTS / median(kernel) / 1000, unit };
      yield { name: `${name}/bare-heap`, value: HELD_EVENTS / median(bare) / 1000, unit };
      yield {
        name: `${name}/ratio`,
        value: median(bare) / median(kernel),
        unit: "of the bare heap's speed",
      };
    }
  }
}

const ENGINE_RECORDS = 50_000;

const ENGINE_WARM_UPS = 4;

/** A large job: operators, channels, alignment, state, transactions. */
function* engineFigures(): Generator<Figure, void> {
  for (const level of ["off", "records", "network"] as const) {
    const { runner, job } = jobOf(largeWordCount(ENGINE_RECORDS), level);
    for (let run = 0; run < ENGINE_WARM_UPS; run++) completeRun(runner, job);
    const { handled } = completeRun(runner, job);
    const took = medianOf(3, () => completeRun(runner, job));
    const name = level === "off" ? "unrecorded" : `recorded-${level}`;
    yield { name: `engine/events/${name}`, value: (handled / took) * 1000, unit: "events/s" };
    yield {
      name: `engine/records/${name}`,
      value: (ENGINE_RECORDS / took) * 1000,
      unit: "records/s",
    };
  }
}

/** Complete runs of word-count in which a machine dies, and what one of them consists of. */
function* referenceJobFigures(): Generator<Figure, void> {
  const plain = jobOf(referenceJob, "off", "crash");
  const { runner, job } = jobOf(referenceJob, "records", "crash");
  const kinds = [
    { name: "unrecorded", run: () => completeRun(plain.runner, plain.job), took: [] as number[] },
    { name: "recorded", run: () => completeRun(runner, job), took: [] as number[] },
    { name: "recorded-and-checked", run: () => runner.runChecked(job), took: [] as number[] },
  ];
  for (const { run } of kinds) for (let batch = 0; batch < WARM_UP_BATCHES; batch++) runBatch(run);
  // In turn, so that a busy moment of the machine is shared.
  for (let repetition = 0; repetition < REPETITIONS; repetition++) {
    for (const { run, took } of kinds) took.push(runBatch(run));
  }
  for (const { name, took } of kinds) {
    const value = (RUNS_PER_BATCH / median(took)) * 1000;
    yield { name: `reference-job/runs/${name}`, value, unit: "runs/s" };
  }
  const full = jobOf(referenceJob, "network", "crash");
  const run = completeRun(full.runner, full.job);
  yield { name: "reference-job/handled", value: run.handled, unit: "events" };
  const counts = new Map<string, number>();
  for (const { kind } of decodeEvents(run.blocks, tracedKinds(TRACE_EVENT_KINDS))) {
    counts.set(kind, (counts.get(kind) ?? 0) + 1);
  }
  for (const [kind, count] of [...counts].sort((one, other) => other[1] - one[1])) {
    yield { name: `reference-job/events/${kind}`, value: count, unit: "events" };
  }
}

/** The reference job: `word-count` whose text is all there at once, read by tasks that take their time. */
const referenceJob: Scenario = {
  ...wordCount,
  config: {
    "world.source.arrival-interval": "0 ms",
    "world.task.record-cost": "4 ms",
    "execution.checkpointing.interval": "60 ms",
  },
};

const RUNS_PER_BATCH = 50;

/** A run goes through so much code that it takes thousands of them until all of it is compiled well. */
const WARM_UP_BATCHES = 60;

function runBatch(run: () => void): number {
  return medianOf(1, () => {
    for (let index = 0; index < RUNS_PER_BATCH; index++) run();
  });
}

/** Small runs, and many: what is done once a run is to be compiled as well as what is done once a record. */
const COST_WARM_UPS = 500;
const COST_WARM_UP_RECORDS = 500;

/** What a record costs in small and in large runs: it should be the same. */
function* costFigures(): Generator<Figure, void> {
  const sizes = [1000, 10_000, 100_000, 1_000_000];
  const warmUp = jobOf(largeWordCount(COST_WARM_UP_RECORDS), "off");
  for (let run = 0; run < COST_WARM_UPS; run++) completeRun(warmUp.runner, warmUp.job);
  const costs = sizes.map((records) => {
    const { runner, job } = jobOf(largeWordCount(records), "off");
    const repetitions = Math.min(20, Math.max(1, 200_000 / records));
    if (records < 1_000_000) completeRun(runner, job);
    const took = medianOf(repetitions, () => completeRun(runner, job));
    return { records, micros: (took * 1000) / records };
  });
  for (const { records, micros } of costs) {
    yield { name: `cost-per-record/${records}`, value: micros, unit: "µs" };
  }
  const [smallest, largest] = [costs[0]?.micros ?? 0, costs.at(-1)?.micros ?? 0];
  yield {
    name: "cost-per-record/ratio",
    value: largest / smallest,
    unit: "of the cost in the smallest run",
  };
}

/** How large an event is in memory: its row and the texts it brings, without the user's values. */
function* traceFigures(): Generator<Figure, void> {
  for (const level of ["protocol", "records", "network"] as const) {
    const { runner, job } = jobOf(largeWordCount(ENGINE_RECORDS), level);
    const { blocks, eventCount } = completeRun(runner, job);
    let bytes = 0;
    for (const { words, texts } of blocks) {
      bytes += words.byteLength;
      for (const text of texts) bytes += 2 * text.length;
    }
    yield { name: `trace/bytes-per-event/${level}`, value: bytes / eventCount, unit: "bytes" };
  }
}

const SEEK_RECORDS = 8_000;
const SEEKS = 1_000;

/** What it takes to jump to any event of a trace of more than 100,000, of which nothing but keyframes is kept. */
function* seekFigures(): Generator<Figure, void> {
  const { runner, job } = jobOf(largeWordCount(SEEK_RECORDS), "network");
  const { blocks, eventCount } = completeRun(runner, job);
  const events = decodeEvents(blocks, tracedKinds(TRACE_EVENT_KINDS));
  const keyframes = new Keyframes(job.description, events);
  yield { name: "seek/events", value: eventCount, unit: "events" };
  const prepared = medianOf(1, () => {
    while (keyframes.prepare());
  });
  yield { name: "seek/all-keyframes", value: prepared, unit: "ms" };
  // Multiples of the golden section are spread as evenly as can be, in an order that nothing could guess.
  const took = Array.from({ length: SEEKS }, (_, seek) => {
    const index = Math.floor((((seek + 1) * 0.618033988749895) % 1) * eventCount);
    return medianOf(1, () => keyframes.at(index));
  }).sort((one, other) => one - other);
  yield { name: "seek/median", value: median(took), unit: "ms" };
  yield { name: "seek/p99", value: took[Math.floor(SEEKS * 0.99)] ?? 0, unit: "ms" };
}

interface ReadyJob {
  readonly runner: Runner;
  readonly job: PreparedJob;
}

function jobOf(scenario: Scenario, level: RecordingLevel, plan?: string): ReadyJob {
  const runner = new Runner([scenario], sha256);
  const job = runner.prepare({
    scenario: scenario.name,
    config: { "recording.level": level },
    faults: plan === undefined ? [] : (scenario.plans[plan] ?? []),
  });
  return { runner, job };
}

const BOUNDS = { maxEvents: 100_000_000 };

function completeRun(runner: Runner, job: PreparedJob): ReturnType<Runner["run"]> {
  const run = runner.run(job, { bounds: BOUNDS });
  invariant(run.jobStatus === "FINISHED", `Cannot measure: the job ended ${run.jobStatus}`);
  return run;
}

/** The median of the milliseconds that `work` takes. */
function medianOf(repetitions: number, work: () => void): number {
  return median(
    Array.from({ length: repetitions }, () => {
      const start = performance.now();
      work();
      return performance.now() - start;
    }),
  );
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((one, other) => one - other);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}

/** To four digits: more are not repeatable. */
function rounded(value: number): number {
  return Number(value.toPrecision(4));
}

if (!isMainThread) {
  for (const figure of GROUPS.get(workerData as string)?.() ?? []) parentPort?.postMessage(figure);
}
