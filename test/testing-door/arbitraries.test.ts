// The arbitraries draw what can be run, and what fails shrinks to the little that it takes.
import fc from "fast-check";
import { expect, test } from "vitest";
import { prepareJob } from "../../sim/harness/prepared-job.ts";
import { arbitraries, type Fault, holds, type JobOperator } from "../../sim/testing.ts";
import { balances, EarlySink, soundBalances } from "./own-pipelines.ts";

const { faultPlans, inputs, jobs, trials } = arbitraries(fc);

test("jobs under the faults of trials hold", () => {
  const shapes = new Set<string>();
  const property = fc.property(trials(jobs()), (trial) => {
    for (const { name } of trial.pipeline.build().streamGraph(1).nodes) shapes.add(name);
    holds(trial.pipeline, trial);
  });
  fc.assert(property, { numRuns: 40, includeErrorInReport: true });
  expect(shapes.size).toBeGreaterThan(12);
});

test("trials of jobs with a sink that commits too early shrink to one record and no operator", () => {
  const sink = (log: string): EarlySink<unknown> => new EarlySink(log);
  const property = fc.property(trials(jobs({ sink })), (trial) => holds(trial.pipeline, trial));
  const { failed, counterexample } = fc.check(property, { endOnFailure: false });
  expect(failed).toBe(true);
  const [trial] = counterexample ?? [];
  expect(trial?.faults).toEqual([]);
  expect(trial?.pipeline.logs?.["input"]?.flat()).toEqual([["key-0", 0]]);
  expect(trial?.pipeline.description).toMatch(
    /^input \(\d partitions?, 1 records\) x1 -> output x1$/,
  );
  expect(fc.stringify(trial)).toContain(trial?.pipeline.description);
});

test("jobs have one of the operators that are handed in, under the names of their steps", () => {
  const own: JobOperator = {
    name: "negate",
    isConfluent: true,
    apply: (items, { name, parallelism }) =>
      items
        .map(([key, value]): readonly [string, number] => [key, -value])
        .name(name)
        .setParallelism(parallelism),
  };
  const property = fc.property(jobs({ operators: [own], parallelismMax: 1 }), (job) => {
    const names = job
      .build()
      .streamGraph(1)
      .nodes.map(({ name }) => name);
    expect(names.filter((name) => name.startsWith("negate-")).length).toBeGreaterThan(0);
    expect(prepareJob(job, { scenario: job.name }).job.nodes.size).toBe(names.length);
  });
  fc.assert(property, { numRuns: 50 });
});

test("faultPlans draws plans that fit the pipeline, of every kind and at every kind of place", () => {
  const kinds = new Set<string>();
  const property = fc.property(faultPlans(soundBalances, { faultsMax: 5 }), (faults) => {
    for (const { what } of faults) kinds.add(what);
    expect(faults.length).toBeLessThanOrEqual(5);
    const scenario = { ...soundBalances, ...defaults, name: "balances" };
    expect(prepareJob(scenario, { scenario: "balances", faults }).faults).toEqual(faults);
  });
  fc.assert(property, { numRuns: 300 });
  expect(kinds.size).toBeGreaterThanOrEqual(10);
});

test("faultPlans shrinks a plan fault by fault", () => {
  const isPowerLoss = ({ what }: Fault): boolean => what === "power-loss";
  const property = fc.property(faultPlans(soundBalances), (faults) => !faults.some(isPowerLoss));
  const { counterexample } = fc.check(property, { numRuns: 1000 });
  expect(counterexample?.[0]).toEqual([
    {
      what: "power-loss",
      where: "cluster",
      when: { after: { event: "record-processed", place: "payments-1", nth: 1 } },
    },
  ]);
});

test("faultPlans find the fault that an early commit needs to be seen in the output", () => {
  const early = balances(() => new EarlySink("balances"));
  const isSeen = (faults: readonly Fault[]): boolean => {
    try {
      // A sink that cannot abort what it has committed restarts for ever; it need not be watched for long.
      holds(early, { faults, runs: 1, shrinkRuns: 0, eventsMax: 3000 });
      return false;
    } catch (error) {
      return String(error).includes("by failure-transparency");
    }
  };
  const property = fc.property(faultPlans(early), (faults) => !isSeen(faults));
  const { counterexample } = fc.check(property, { numRuns: 100 });
  expect(counterexample?.[0]).toHaveLength(1);
});

test("inputs draws contents of logs, and shrinks them record by record", () => {
  const payment = fc.tuple(fc.constantFrom("ann", "bob"), fc.nat(9));
  const arbitrary = inputs({ payments: payment, refunds: payment }, { partitionsMax: 2 });
  const total = (logs: { readonly [log: string]: readonly (readonly unknown[])[] }): number =>
    (logs["payments"] ?? [])
      .flat()
      .reduce((sum: number, record) => sum + Number((record as [string, number])[1]), 0);
  const { counterexample } = fc.check(fc.property(arbitrary, (logs) => total(logs) < 5));
  expect(counterexample?.[0]).toEqual({ payments: [[["ann", 5]]], refunds: [[]] });
});

const defaults = {
  title: "",
  group: "",
  description: "",
  config: {},
  logs: soundBalances.logs ?? {},
  faults: [],
  plans: {},
  isConfluent: false,
  endsIn: "FINISHED",
  sometimes: [],
} as const;
