// Every bug of the zoo on the engine bundled with its edits: its checker speaks under its known plan, and no
// checker of outputs speaks without faults.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { CHECKERS } from "../../sim/checkers/all-checkers.ts";
import { ROOT } from "../../sim/node/bundler.ts";
import { loadEngine } from "../../sim/node/engine-bundle.ts";
import type { LoadedEngine } from "../../sim/node/loaded-engine.ts";
import type { SeedOutcome, SeedRequest } from "../../sim/search/sweep.ts";
import { BUGS, bugNamed } from "../../sim/zoo/all-bugs.ts";
import type { Bug } from "../../sim/zoo/bug.ts";
import { applyEdit } from "../../sim/zoo/source-edit.ts";

const FAILURE_FREE_SEEDS = Array.from({ length: 20 }, (_, index) => index + 1);
const ENGINE_FOLDERS = /^sim\/(kernel|network|storage|runtime|connectors|api)\//;

function run(engine: LoadedEngine, request: SeedRequest): SeedOutcome {
  return engine.sweepSeed(engine.runner, request);
}

function knownPlanOf({ schedule: { scenario, seed, config, faults } }: Bug): SeedRequest {
  return { scenario, seed, config, faults };
}

test("BUGS have names of their own and checkers that exist", () => {
  expect(new Set(BUGS.map(({ id }) => id)).size).toBe(BUGS.length);
  const checkers = CHECKERS.map(({ name }) => name);
  for (const bug of BUGS) {
    expect(bug.id).toMatch(/^[a-z]+(-[a-z]+)*$/);
    expect(checkers).toContain(bug.checker);
    expect(bugNamed(bug.id)).toBe(bug);
    expect(bugNamed(bug.ticket)).toBe(bug);
  }
  expect(bugNamed("none")).toBeUndefined();
});

describe.each(BUGS.map((bug) => [`${bug.ticket} ${bug.id}`, bug] as const))("%s", (_, bug) => {
  let engine: LoadedEngine;

  beforeAll(async () => {
    engine = await loadEngine({ edits: bug.edits });
  });

  test("its edits fit the engine exactly once and change it", () => {
    const texts = new Map<string, string>();
    for (const edit of bug.edits) {
      expect(edit.file).toMatch(ENGINE_FOLDERS);
      const before = texts.get(edit.file) ?? readFileSync(join(ROOT, edit.file), "utf8");
      const edited = applyEdit(before, edit);
      expect(edited).not.toBe(before);
      texts.set(edit.file, edited);
    }
  });

  test("its checker speaks under its known plan, and the run ends by itself", () => {
    const outcome = run(engine, knownPlanOf(bug));
    expect(outcome.violations.map(({ checker }) => checker)).toContain(bug.checker);
    expect(outcome.end).toBe("idle");
    expect(outcome.unstruck).toEqual([]);
  });

  test("no checker speaks without faults", () => {
    for (const seed of FAILURE_FREE_SEEDS) {
      const outcome = run(engine, { scenario: "word-count", seed, faults: [] });
      expect(outcome).toMatchObject({ violations: [], end: "idle", jobStatus: "FINISHED" });
    }
  });
});

test("the engine as it is survives every known plan", async () => {
  const engine = await loadEngine();
  for (const bug of BUGS) {
    const outcome = run(engine, knownPlanOf(bug));
    expect(outcome).toMatchObject({ violations: [], end: "idle", jobStatus: "FINISHED" });
  }
});
