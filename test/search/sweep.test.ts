// Sweeps on the bundled engine, as everything but development runs it.
import { beforeAll, describe, expect, test } from "vitest";
import { wordCount } from "../../scenarios/word-count.ts";
import { loadEngine } from "../../sim/node/engine-bundle.ts";
import type { LoadedEngine } from "../../sim/node/loaded-engine.ts";
import { mergeOutcomes, type SeedOutcome } from "../../sim/search/sweep.ts";

const SEEDS = Array.from({ length: 60 }, (_, index) => index + 1);

describe("sweeping word-count", () => {
  let engine: LoadedEngine;
  let outcomes: readonly SeedOutcome[];

  beforeAll(async () => {
    engine = await loadEngine();
    outcomes = SEEDS.map((seed) =>
      engine.sweepSeed(engine.runner, { scenario: "word-count", seed }),
    );
  });

  test("sweepSeed finds nothing wrong with the engine", () => {
    const report = mergeOutcomes(wordCount, outcomes);
    expect(report.failures).toEqual([]);
    expect(report).toMatchObject({
      scenario: "word-count",
      runs: 60,
      failedRuns: 0,
      violations: {},
    });
    expect(report.claim).toBe(
      "With 60 runs and no failure, the chance of a failure per run is below 0.050 (3/60) with 95 % confidence",
    );
  });

  test("sweepSeed gives plain JSON, equal for equal seeds", () => {
    expect(JSON.parse(JSON.stringify(outcomes))).toEqual(
      outcomes.map(({ breakdown: _, ...outcome }) => outcome),
    );
    const again = engine.sweepSeed(engine.runner, { scenario: "word-count", seed: 7 });
    expect(again).toEqual(outcomes[6]);
  });

  test("sweepSeed gives a case that repeats the run to the digest", () => {
    const outcome = outcomes.find(({ faults }) => faults.length > 1);
    const prepared = engine.runner.prepare(outcome?.case ?? { scenario: "none" });
    expect(engine.runner.run(prepared).digest).toBe(outcome?.digest);
  });

  test("sweepSeed keeps a plan that is given, and the scenario's own below what it draws", () => {
    const given = engine.sweepSeed(engine.runner, { scenario: "word-count", seed: 3, faults: [] });
    expect(given.faults).toEqual([]);
    const { faults } = engine.sweepSeed(engine.runner, { scenario: "failing-job", seed: 3 });
    expect(faults[0]).toMatchObject({ what: "storage-fails", where: "sum+sink-1" });
  });

  test("mergeOutcomes depends on the set of outcomes, not on their order", () => {
    const backwards = [...outcomes].reverse();
    const byThrees = [0, 1, 2].flatMap((rest) => outcomes.filter(({ seed }) => seed % 3 === rest));
    expect(mergeOutcomes(wordCount, backwards)).toEqual(mergeOutcomes(wordCount, outcomes));
    expect(mergeOutcomes(wordCount, byThrees)).toEqual(mergeOutcomes(wordCount, outcomes));
  });

  test("mergeOutcomes names what never happened", () => {
    const calm = outcomes.filter(({ faults }) => faults.length === 0);
    expect(mergeOutcomes(wordCount, calm).missing).toEqual(wordCount.sometimes);
  });

  test("mergeOutcomes takes everything but coming to rest for a failure", () => {
    const [first] = outcomes;
    if (first === undefined) throw new Error("Cannot go on: there is no outcome");
    const violation = { checker: "liveness", sentence: "The job never ended" };
    const report = mergeOutcomes(wordCount, [
      { ...first, seed: 5, end: "time-bound", violations: [violation] },
      { ...first, seed: 4, end: "invariant-broken", breakdown: "Cannot add: 3 is odd" },
      { ...first, seed: 6, end: "threw", breakdown: "TypeError: no such thing" },
    ]);
    expect(report.failures.map(({ seed, checker }) => [seed, checker])).toEqual([
      [4, "invariant"],
      [5, "liveness"],
      [5, "end"],
      [6, "exception"],
    ]);
    expect(report.failedRuns).toBe(3);
    expect(report.violations).toEqual({ end: 1, exception: 1, invariant: 1, liveness: 1 });
    expect(report.claim).toBe("3 of 3 runs failed");
  });
});
