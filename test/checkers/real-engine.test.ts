// The checkers on traces of the real engine, at the level that shows state: silent whatever fails, and not idle.
import { expect, test } from "vitest";
import { CHECKERS } from "../../sim/checkers/all-checkers.ts";
import { drawFaults } from "../../sim/faults/fault-generator.ts";
import type { Case } from "../../sim/harness/case.ts";
import type { CheckedRun } from "../../sim/harness/runner.ts";
import type { ConfigValues } from "../../sim/runtime/configuration.ts";
import { faultSpaceOf } from "../../sim/search/fault-space.ts";
import { complaintsOf, replayLine, runner } from "../support/runner.ts";

/** State shows, and every piece of it is a file. */
const CONFIG: ConfigValues = {
  "recording.level": "state",
  "execution.checkpointing.data-inline-threshold": "0 b",
};

const SHAPES = ["chain", "two-inputs", "diamond", "fan-out", "two-sinks", "two-stages"].concat([
  "broadcast",
  "rebalance",
  "append-list",
  "state-kinds",
  "union",
]);

function generatedShape(seed: number): Case["scenario"] {
  const keys = (length: number): readonly number[] =>
    Array.from({ length }, (_, index) => (index * index + seed) % 5);
  const params = {
    shape: SHAPES[seed % SHAPES.length] ?? "chain",
    parallelism: 1 + (seed % 3),
    sources: 1 + (seed % 2),
    sinks: 1 + (seed % 2),
    left: [keys(40), keys(30)],
    right: [keys(20)],
  };
  return { name: "generated", params };
}

function checkedUnderFaults(scenario: Case["scenario"], seed: number): CheckedRun {
  const request = { scenario, seed, config: CONFIG };
  const space = faultSpaceOf(runner.prepare({ ...request, faults: [] }));
  const faulty = { ...request, faults: drawFaults(space, seed) };
  const checked = runner.runChecked(runner.prepare(faulty));
  expect(complaintsOf(checked), replayLine(faulty)).toEqual([]);
  return checked;
}

/** Of how many runs each checker said that its claim holds. */
function holdsIn(runs: readonly CheckedRun[]): ReadonlyMap<string, number> {
  const holds = new Map(CHECKERS.map(({ name }) => [name, 0]));
  for (const { verdicts } of runs) {
    for (const { kind, checker } of verdicts) {
      if (kind === "holds") holds.set(checker, (holds.get(checker) ?? 0) + 1);
    }
  }
  return holds;
}

/** Runs whose verdict of a checker is other than what it says of a run in which nothing of the sort happened. */
function runsThatSay(runs: readonly CheckedRun[], checker: string, idle: RegExp): number {
  return runs.filter(({ verdicts }) => {
    const verdict = verdicts.find((one) => one.checker === checker);
    return verdict?.kind === "holds" && !idle.test(verdict.sentence);
  }).length;
}

const SEEDS = Array.from({ length: 50 }, (_, index) => index + 1);

test.each(["word-count", "listing", "bank", "tokens"])("no checker accuses %s", (scenario) => {
  const runs = SEEDS.slice(0, scenario === "tokens" ? 15 : 50).map((seed) =>
    checkedUnderFaults(scenario, seed),
  );
  const holds = holdsIn(runs);
  for (const { name } of CHECKERS) {
    const hasQuantity = scenario === "bank" || scenario === "tokens";
    if (name !== "conservation" || hasQuantity) expect(holds.get(name)).toBe(runs.length);
    else expect(holds.get(name)).toBe(0);
  }
  expect(runsThatSay(runs, "restored-state", /^Nothing/)).toBeGreaterThan(2);
  expect(runsThatSay(runs, "reachable-snapshot", /^0 /)).toBe(runs.length);
});

test("no checker accuses generated jobs", () => {
  const runs = SEEDS.concat([51, 52, 53, 54, 55]).map((seed) =>
    checkedUnderFaults(generatedShape(seed), seed),
  );
  expect(runsThatSay(runs, "restored-state", /^Nothing/)).toBeGreaterThan(5);
  expect(runsThatSay(runs, "storage-integrity", /nothing is left behind$/)).toBeGreaterThan(0);
});

test("clones of folds agree with their originals on real traces", () => {
  const { run, events } = checkedUnderFaults("word-count", 4);
  const job = runner.checkedJob(run.job, { hasCome: run.end === "idle", at: run.virtualTime });
  const straight = CHECKERS.map((checker) => checker.start(job));
  const forks = new Map<number, typeof straight>();
  for (const event of events) {
    for (const fold of straight) fold.step(event);
    if (event.index % 250 === 0) {
      forks.set(
        event.index,
        straight.map((fold) => fold.clone()),
      );
    }
  }
  const expected = straight.map((fold) => fold.finish());
  for (const [index, folds] of forks) {
    for (const event of events.slice(index + 1)) for (const fold of folds) fold.step(event);
    expect(folds.map((fold) => fold.finish())).toEqual(expected);
  }
});
