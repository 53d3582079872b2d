// Plans of a swarm fit their job, leave about half of the kinds out, and go beyond the promise only where asked.
import { describe, expect, test } from "vitest";
import { SCENARIOS } from "../../scenarios/index.ts";
import type { FaultSpace } from "../../sim/faults/fault-generator.ts";
import { DAMAGE_KINDS, FAULT_KINDS, HA_ENTRIES } from "../../sim/faults/fault-kinds.ts";
import { drawSwarmPlan, SWARM_PROFILES } from "../../sim/faults/swarm-plan.ts";
import { faultSpaceOf } from "../../sim/search/fault-space.ts";
import { runner } from "../support/runner.ts";

const SEEDS = Array.from({ length: 600 }, (_, index) => index + 1);
const KINDS = FAULT_KINDS.map(({ what }): string => what);
const DAMAGES = DAMAGE_KINDS.map(({ what }): string => what);
const CRASHES = ["task-throws", "task-manager-dies", "power-loss"];

function spaceOf(scenario: string): FaultSpace {
  return faultSpaceOf(runner.prepare({ scenario, faults: [] }));
}

describe.each(SCENARIOS.map(({ name }) => name))("drawSwarmPlan for %s", (scenario) => {
  test.each(SWARM_PROFILES)("drawSwarmPlan draws only what the job has, %s", (profile) => {
    const space = spaceOf(scenario);
    for (const seed of SEEDS) {
      const faults = drawSwarmPlan(space, { seed, profile });
      expect(() => runner.prepare({ scenario, faults })).not.toThrow();
      expect(drawSwarmPlan(space, { seed, profile })).toEqual(faults);
    }
  });
});

describe("drawSwarmPlan", () => {
  const space = spaceOf("word-count");
  const inside = SEEDS.map((seed) => drawSwarmPlan(space, { seed, profile: "inside" }));
  const beyond = SEEDS.map((seed) => drawSwarmPlan(space, { seed, profile: "beyond" }));

  test("drawSwarmPlan inside the promise draws every kind that is promised, and no other", () => {
    const drawn = new Set(inside.flat().map(({ what }) => what));
    expect([...drawn].sort()).toEqual([...KINDS].sort());
  });

  test("drawSwarmPlan draws none to six faults, of at most half of the kinds", () => {
    expect(new Set(inside.map(({ length }) => length))).toEqual(new Set([0, 1, 2, 3, 4, 5, 6]));
    const most = Math.max(...inside.map((plan) => new Set(plan.map(({ what }) => what)).size));
    expect(most).toBeLessThanOrEqual(Math.ceil(KINDS.length / 2));
  });

  test("drawSwarmPlan draws a long plan from few kinds", () => {
    // Were no kinds off, less than half of the plans of six faults would make do with four.
    const long = inside.filter(({ length }) => length === 6);
    const narrow = long.filter((plan) => new Set(plan.map(({ what }) => what)).size <= 4);
    expect(narrow.length).toBeGreaterThan(long.length * 0.75);
  });

  test("drawSwarmPlan beyond the promise damages once, and crashes what has to read it", () => {
    for (const [damage, crash, ...others] of beyond) {
      expect(DAMAGES).toContain(damage?.what);
      expect(CRASHES).toContain(crash?.what);
      const isOfTask = space.tasks.includes(damage?.where ?? "");
      if (!isOfTask) expect(crash?.what).toBe("power-loss");
      for (const { what } of others) expect(KINDS).toContain(what);
    }
  });

  test("drawSwarmPlan beyond the promise damages in every way, everywhere", () => {
    const ways = new Set(beyond.map(([damage]) => `${damage?.what} ${damage?.where}`));
    const owners = ["job-master", ...space.tasks];
    const files = ["storage-loses-file", "storage-corrupts-file"];
    const expected = [
      ...files.flatMap((what) => owners.map((owner) => `${what} ${owner}`)),
      ...HA_ENTRIES.map((entry) => `storage-corrupts-entry ${entry}`),
    ];
    expect([...ways].sort()).toEqual(expected.sort());
  });
});
