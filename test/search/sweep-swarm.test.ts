// Swarms on the bundled engine: explicit cases, configurations out of a bounded number, and a promise that is checked
// both inside and beyond what the engine survives.
import { beforeAll, describe, expect, test } from "vitest";
import { SCENARIOS } from "../../scenarios/index.ts";
import { wordCount } from "../../scenarios/word-count.ts";
import { SWARM_PROFILES, type SwarmProfile } from "../../sim/faults/swarm-plan.ts";
import { loadEngine } from "../../sim/node/engine-bundle.ts";
import type { LoadedEngine } from "../../sim/node/loaded-engine.ts";
import { swarmConfig } from "../../sim/search/swarm.ts";
import { mergeOutcomes, mergeReports, type SeedOutcome } from "../../sim/search/sweep.ts";
import type { SourceEdit } from "../../sim/zoo/source-edit.ts";
import { runner } from "../support/runner.ts";

function seeds(first: number, last: number): readonly number[] {
  return Array.from({ length: last - first + 1 }, (_, index) => first + index);
}

function sweepOf(
  engine: LoadedEngine,
  request: { readonly profile: SwarmProfile; readonly seeds: readonly number[] },
): readonly SeedOutcome[] {
  return request.seeds.map((seed) =>
    engine.sweepSeed(engine.runner, { scenario: "word-count", seed, swarm: request.profile }),
  );
}

describe("a swarm of word-count", () => {
  let engine: LoadedEngine;
  let inside: readonly SeedOutcome[];
  let beyond: readonly SeedOutcome[];

  beforeAll(async () => {
    engine = await loadEngine();
    inside = sweepOf(engine, { profile: "inside", seeds: seeds(1, 60) });
    beyond = sweepOf(engine, { profile: "beyond", seeds: seeds(1, 60) });
  });

  test("inside the promise every job comes to its end, and refuses nothing", () => {
    const report = mergeOutcomes(wordCount, inside);
    expect(report.failures).toEqual([]);
    expect(report.refusals).toBe(0);
    expect(new Set(inside.map(({ jobStatus }) => jobStatus))).toEqual(new Set(["FINISHED"]));
  });

  test("beyond the promise every job refuses clearly, or does without what is damaged", () => {
    const report = mergeOutcomes(wordCount, beyond);
    expect(report.failures).toEqual([]);
    const failed = beyond.filter(({ jobStatus }) => jobStatus === "FAILED");
    expect(failed.map(({ refusal }) => refusal?.reason)).not.toContain(undefined);
    expect(report.refusals).toBe(failed.length);
    expect(failed.length).toBeGreaterThan(10);
    expect(failed.length).toBeLessThan(60);
  });

  test("sweepSeed puts what a swarm draws into the case, which repeats the run to the digest", () => {
    const outcome = inside.find(({ faults }) => faults.length > 2);
    expect(outcome?.case.faults).toEqual(outcome?.faults);
    expect(Object.keys(outcome?.case.config ?? {}).length).toBeGreaterThan(3);
    const prepared = engine.runner.prepare(outcome?.case ?? { scenario: "none" });
    expect(engine.runner.run(prepared).digest).toBe(outcome?.digest);
  });

  test("sweepSeed lets the request's own configuration and plan beat the swarm's", () => {
    const config = { "taskmanager.network.memory.buffers-per-channel": 7 };
    const own = { scenario: "word-count", seed: 9, config, faults: [], swarm: "inside" } as const;
    const { case: drawn } = engine.sweepSeed(engine.runner, own);
    expect(drawn.config).toMatchObject(config);
    expect(drawn.faults).toEqual([]);
  });

  test("sweepSeed draws no changelog over ForSt, whichever of the two is asked for", () => {
    const asked = [{ "state.backend.type": "forst" }, { "state.changelog.enabled": true }];
    for (const config of asked) {
      const drawn = seeds(1, 24).map((seed) => {
        const own = { scenario: "word-count", seed, config, faults: [], swarm: "inside" } as const;
        return engine.sweepSeed(engine.runner, own);
      });
      expect(mergeOutcomes(wordCount, drawn).failures).toEqual([]);
      for (const outcome of drawn) expect(outcome.case.config).toMatchObject(config);
    }
  });

  test("mergeReports adds up reports as if their runs were of one scenario", () => {
    const halves = [inside.slice(0, 20), inside.slice(20)];
    const merged = mergeReports(halves.map((half) => mergeOutcomes(wordCount, half)));
    const { coverage, table, claim, unstruck } = mergeOutcomes(wordCount, inside);
    expect(merged).toMatchObject({ scenario: "all", runs: 60, coverage, table, claim, unstruck });
  });
});

test.each(SWARM_PROFILES)(
  "swarmConfig gives every scenario a bounded number of configurations, each of which works: %s",
  (profile) => {
    for (const { name: scenario } of SCENARIOS) {
      const plain = runner.prepare({ scenario, faults: [] });
      const configs = new Map(
        seeds(1, 2000).map((seed) => {
          const config = swarmConfig(plain, { seed, profile });
          return [JSON.stringify(config), config] as const;
        }),
      );
      expect(configs.size).toBeGreaterThan(50);
      for (const backend of ["hashmap", "rocksdb"]) {
        const logged = { "state.backend.type": backend, "state.changelog.enabled": true };
        expect([...configs.values()]).toContainEqual(expect.objectContaining(logged));
      }
      expect(configs.size).toBeLessThanOrEqual(64);
      for (const config of configs.values()) {
        expect(() => runner.prepare({ scenario, config, faults: [] })).not.toThrow();
      }
    }
  },
);

interface PlantedBug {
  readonly bug: string;
  readonly edit: SourceEdit;
  /** Who has to speak, whoever else does. */
  readonly checker: string;
}

/** One defence each against what is damaged. */
const PLANTED: readonly PlantedBug[] = [
  {
    bug: "files of state are not compared with their hash",
    edit: {
      file: "sim/runtime/task/state-restore.ts",
      find: "  if (hash === undefined || found === hash) return undefined;",
      replace: "  if (found !== undefined) return undefined;",
    },
    checker: "restored-state",
  },
  {
    bug: "seals are not looked at",
    edit: {
      file: "sim/runtime/state/sealed-bytes.ts",
      find: "  return found === expected",
      replace: "  return found.length > 0",
    },
    checker: "liveness",
  },
  {
    bug: "a checkpoint that cannot be read is taken for one that does not exist (FLINK-7783)",
    edit: {
      file: "sim/runtime/cluster/job-master.ts",
      find: "    else this.#unreadable.push(read.reason);",
      replace: "",
    },
    checker: "newest-checkpoint",
  },
  {
    bug: "the job refuses without a word",
    edit: {
      file: "sim/runtime/cluster/scheduler.ts",
      find: '    this.#giveUp("FAILING", reason);',
      replace: '    this.#giveUp("FAILING");',
    },
    checker: "liveness",
  },
];

/** The first seed, not far from here, at which every bug is found before any has a job turn in circles. */
const FIRST_SEED = 126;

test.each(PLANTED)("a swarm beyond the promise finds it if $bug", async ({ edit, checker }) => {
  const engine = await loadEngine({ edits: [edit] });
  const speaks = seeds(FIRST_SEED, FIRST_SEED + 39).some((seed) => {
    const outcomes = sweepOf(engine, { profile: "beyond", seeds: [seed] });
    return checker in mergeOutcomes(wordCount, outcomes).violations;
  });
  expect(speaks).toBe(true);
});
